"""What differs between two definitions, in sentences for who publishes the later one."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from decimal import Decimal

from microcred_plugin.criteria import phrases
from microcred_plugin.criteria.document import Definition, Group, Image, Milestone
from microcred_plugin.criteria.needs import conditions
from microcred_plugin.criteria.numbers import decimal_text, time_text
from microcred_plugin.criteria.phrases import NO_TITLES
from microcred_plugin.criteria.sentences import ENGLISH, Words
from microcred_plugin.data import Change


def changes(
    before: Definition, after: Definition, words: Words = ENGLISH, titles: Mapping[str, str] = NO_TITLES
) -> tuple[Change, ...]:
    """Return one sentence for each thing that differs, in the order of the document; none when nothing does.

    ``path`` names the place in the later document, or in the earlier one for what is gone; ``counts`` says whether the
    change may alter who earns it.
    """
    found = _Comparing(words, titles)
    return (*found.basics(before, after), *found.milestones(before, after), *found.details(before, after))


class _Comparing:
    def __init__(self, words: Words, titles: Mapping[str, str]) -> None:
        self._words, self._titles = words, titles
        _ = words.gettext
        self._labels: dict[str, str] = {
            "title": _("Title"),
            "description": _("Description"),
            "type": _("Type"),
            "language": _("Language"),
            "image": _("Badge"),
            "stackable": _("Others may build on it"),
            "eligibility.enrolled": _("Only who is enrolled"),
            "eligibility.modes": _("Enrolment tracks"),
            "window.opens": _("Can be earned from"),
            "window.closes": _("Can be earned until"),
            "policy.regression": _("When work is undone after the award"),
            "policy.grace_days": _("Days until that happens"),
            "policy.expires_after_months": _("Months until it expires"),
            "quality.outcomes": _("Learning outcomes"),
            "quality.workload_hours": _("Workload in hours"),
            "quality.ects": _("ECTS credits"),
            "quality.eqf_level": _("EQF level"),
            "quality.assessment": _("Assessment"),
            "quality.participation": _("Form of participation"),
            "quality.supervision": _("Supervision"),
            "quality.identity_check": _("Identity check"),
            "quality.quality_assurance": _("Quality assurance"),
            "quality.prerequisites": _("Prerequisites"),
            "skills": _("Skills"),
        }

    def basics(self, before: Definition, after: Definition) -> Iterator[Change]:
        for name in ("title", "description", "type", "language"):
            yield from self._value(name, getattr(before, name), getattr(after, name))
        yield from self._value("image", _image(before.image), _image(after.image))

    def details(self, before: Definition, after: Definition) -> Iterator[Change]:
        counting = {"eligibility", "window"}
        yield from self._value("stackable", self._shown(before.stackable), self._shown(after.stackable))
        for part in ("eligibility", "window", "policy", "quality"):
            old, new = getattr(before, part), getattr(after, part)
            for field in fields(new):
                was, now = self._shown(getattr(old, field.name)), self._shown(getattr(new, field.name))
                yield from self._value(f"{part}.{field.name}", was, now, counts=part in counting)
        names = [", ".join(skill.name for skill in one.skills) for one in (before, after)]
        if before.skills != after.skills:
            yield from self._value("skills", *names, always=True)

    def milestones(self, before: Definition, after: Definition) -> Iterator[Change]:
        old = {milestone.key: milestone for milestone in before.milestones}
        new = {milestone.key: milestone for milestone in after.milestones}
        _ = self._words.gettext
        if _needed(before) != _needed(after):
            yield Change("award_when", self._award_when(after), counts=True)
        for place, milestone in enumerate(after.milestones):
            path = f"milestones[{place}]"
            if milestone.key not in old:
                values = {"title": milestone.title, "asks": self._asks(milestone)}
                yield Change(path, _("New milestone “%(title)s”: %(asks)s.") % values, counts=True)
            else:
                yield from self._milestone(path, old[milestone.key], milestone)
        for place, milestone in enumerate(before.milestones):
            if milestone.key not in new:
                text = _("Milestone “%(title)s” is removed.") % {"title": milestone.title}
                yield Change(f"milestones[{place}]", text, counts=True)
        kept = [[key for key in one if key in old and key in new] for one in (old, new)]
        if kept[0] != kept[1]:
            yield Change("milestones", _("The milestones are in another order."), counts=False)

    def _milestone(self, path: str, old: Milestone, new: Milestone) -> Iterator[Change]:
        _, named = self._words.gettext, {"milestone": new.title}
        if old.title != new.title:
            text = _("Milestone “%(old)s” is now called “%(new)s”.") % {"old": old.title, "new": new.title}
            yield Change(f"{path}.title", text, counts=False)
        if old.description != new.description:
            yield Change(f"{path}.description", _("“%(milestone)s”: new description.") % named, counts=False)
        if old.badge != new.badge:
            text = _("“%(milestone)s” now has a badge of its own.") if new.badge else ""
            text = text or _("“%(milestone)s” no longer has a badge of its own.")
            yield Change(f"{path}.badge", text % named, counts=True)
        if old.require == new.require:
            return
        was, now = (Counter(self._phrases(one)) for one in (old, new))
        for what in now - was:
            yield Change(f"{path}.require", _("“%(milestone)s” now asks: %(what)s.") % {**named, "what": what}, True)
        for what in was - now:
            text = _("“%(milestone)s” no longer asks: %(what)s.") % {**named, "what": what}
            yield Change(f"{path}.require", text, counts=True)
        if self._rules(old) != self._rules(new):
            text = _("“%(milestone)s” is earned by %(rule)s.") % {**named, "rule": self._asks(new)}
            yield Change(f"{path}.require", text, counts=True)
        elif was == now:
            yield Change(f"{path}.require", _("“%(milestone)s” asks the same in another order.") % named, counts=False)

    def _phrases(self, milestone: Milestone) -> Iterator[str]:
        for _, condition in conditions(milestone.require):
            yield phrases.phrase(condition, self._words, self._titles)

    def _asks(self, milestone: Milestone) -> str:
        return phrases.requirement(milestone.require, self._words, self._titles)

    def _rules(self, milestone: Milestone) -> object:
        """Reduce a requirement to how its groups are nested and counted, whatever stands in them."""

        def shape(asked: object) -> object:
            if not isinstance(asked, Group):
                return None
            inner = [found for child in asked.of if (found := shape(child)) is not None]
            return phrases.rule(asked, self._words) if not inner else (phrases.rule(asked, self._words), *inner)

        return shape(milestone.require)

    def _award_when(self, definition: Definition) -> str:
        needed = _needed(definition)
        if needed is None:
            return self._words.gettext("All milestones are needed now.")
        text = self._words.ngettext(
            "At least %(count)s milestone is needed now.", "At least %(count)s milestones are needed now.", needed
        )
        return text % {"count": needed}

    def _value(self, path: str, was: str, now: str, *, counts: bool = False, always: bool = False) -> Iterator[Change]:
        if was == now and not always:
            return
        values = {"what": self._labels[path], "was": _short(was), "now": _short(now)}
        text = self._words.gettext("%(what)s: %(now)s (was: %(was)s).")
        if not now:
            text = self._words.gettext("%(what)s: removed (was: %(was)s).")
        elif not was:
            text = self._words.gettext("%(what)s: %(now)s.")
        yield Change(path, text % values, counts=counts)

    def _shown(self, value: object) -> str:
        match value:
            case None:
                return ""
            case bool():
                return self._words.gettext("yes") if value else self._words.gettext("no")
            case Decimal():
                return decimal_text(value)
            case datetime():
                return time_text(value) or ""
            case tuple():
                return "; ".join(value)
            case _:
                return str(value)


def _needed(definition: Definition) -> int | None:
    """Return how many milestones are needed; None for all, which stays all when some come or go."""
    return None if definition.award_when >= len(definition.milestones) else definition.award_when


def _image(image: Image) -> str:
    return image.file or ", ".join(str(value) for value in asdict(image.design).values())


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:119]}…"
