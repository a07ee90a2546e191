"""Turns a definition document into a :class:`Definition`, or says everything that is wrong with it, and where."""

from collections.abc import Mapping
from typing import Any

from microcred_plugin.criteria import numbers
from microcred_plugin.criteria import vocabulary as words
from microcred_plugin.criteria.document import (
    FORMAT,
    Definition,
    Design,
    Eligibility,
    Image,
    Milestone,
    Policy,
    Quality,
    Skill,
    Window,
)
from microcred_plugin.criteria.dump import dump
from microcred_plugin.criteria.fields import Fields, Problems, shown, suggestion, text_problem
from microcred_plugin.criteria.parse_requirement import RequirementParser
from microcred_plugin.criteria.read import read
from microcred_plugin.errors import InvalidDefinition

__all__ = ["dump", "parse", "read"]

_SLUG = 'lower-case letters, digits and hyphens, as in "first-steps"'


def parse(document: Mapping[str, Any]) -> Definition:
    """Return the definition that a decoded document describes.

    Raises InvalidDefinition with all problems (up to a bound), each with its path, as in
    ``milestones[1].require.all[0].completion.block``, and its remedy. Nothing else is raised, whatever is passed.
    """
    problems = Problems()
    fields = Fields(document, "", problems)
    if not fields.readable:
        raise InvalidDefinition(problems)
    if fields.get("format", required=True) != FORMAT and "format" in fields:
        fields.note("format", f'must be "{FORMAT}", not {shown(fields.get("format"))}.')
    milestones = _milestones(fields)
    definition = Definition(
        slug=fields.pattern("slug", words.SLUG, _SLUG, required=True, limit=100),
        title=fields.text("title", required=True),
        issuer=fields.pattern(
            "issuer", words.ORGANISATION, 'an organisation\'s short name, as in "OpenedX"', required=True
        ),
        milestones=milestones,
        award_when=_award_when(fields, len(milestones)),
        description=fields.text("description", limit=10_000, lines=True),
        type=_type(fields),
        language=fields.pattern("language", words.LANGUAGE, 'a language code, as in "en" or "pt-BR"', default="en"),
        image=_image(fields.inner("image")),
        eligibility=_eligibility(fields.inner("eligibility")),
        window=_window(fields.inner("window")),
        stackable=fields.boolean("stackable", True),
        policy=_policy(fields.inner("policy")),
        quality=_quality(fields.inner("quality")),
        skills=tuple(_skill(Fields(item, path, problems)) for path, item in fields.items("skills")),
    )
    fields.done()
    if problems:
        raise InvalidDefinition(problems)
    return definition


def _milestones(fields: Fields) -> tuple[Milestone, ...]:
    fields.get("milestones", required=True)
    items = fields.items("milestones", limit=words.MAX_MILESTONES)
    if "milestones" in fields and fields.get("milestones") in ([], ()):
        message = "is empty, and nothing may be earned by doing nothing. Add a milestone."
        fields.note("milestones", message, "empty-group")
    requirements = RequirementParser(fields.problems)
    found = tuple(_milestone(Fields(item, path, fields.problems), requirements) for path, item in items)
    first: dict[str, int] = {}
    for index, milestone in enumerate(found):
        if milestone.key and first.setdefault(milestone.key, index) != index:
            message = f'"{milestone.key}" is already the key of milestones[{first[milestone.key]}]. Choose another.'
            fields.problems.note(f"milestones[{index}].key", message, "duplicate-key")
    return found


def _milestone(fields: Fields, requirements: RequirementParser) -> Milestone:
    milestone = Milestone(
        key=fields.pattern("key", words.SLUG, _SLUG, required=True, limit=64),
        title=fields.text("title", required=True),
        require=requirements.milestone(fields),
        badge=fields.boolean("badge", False),
        description=fields.text("description", limit=2_000, lines=True),
    )
    fields.done()
    return milestone


def _award_when(fields: Fields, milestones: int) -> int:
    if "award_when" not in fields or fields.get("award_when") == "all":
        fields.get("award_when")
        return milestones
    if not isinstance(fields.get("award_when"), Mapping):
        fields.note("award_when", f'must be "all" or {{at_least: 2}}, not {shown(fields.get("award_when"))}.')
        return milestones
    inner = fields.inner("award_when")
    count = inner.integer("at_least", 1, words.MAX_MILESTONES, None)
    inner.get("at_least", required=True)
    inner.done()
    if count is not None and count > milestones > 0:
        message = f"asks for {count} of {milestones} milestones, which nobody can meet. Lower it or add milestones."
        inner.note("at_least", message, "count-too-large")
    return count or milestones


def _type(fields: Fields) -> str:
    value = fields.get("type")
    if "type" not in fields:
        return "MicroCredential"
    known = isinstance(value, str) and value in words.ACHIEVEMENT_TYPES
    if known or (isinstance(value, str) and len(value) <= 100 and words.EXTENSION_TYPE.fullmatch(value)):
        return str(value)
    message = f'must be an Open Badges 3.0 achievement type, or start with "ext:", not {shown(value)}.'
    fields.note("type", message + suggestion(value, words.ACHIEVEMENT_TYPES))
    return "MicroCredential"


def _image(fields: Fields) -> Image:
    if "file" in fields and "design" in fields:
        fields.note("file", "is given beside a design. Keep one of them.")
    file = fields.pattern("file", words.FILE, 'the name of a picture, as in "badge.svg" or "badges/gold.png"')
    inner = fields.inner("design")
    fields.done()
    design = Design(
        shape=inner.choice("shape", words.SHAPES, "hexagon"),
        colour=inner.pattern("colour", words.COLOUR, 'a colour, as in "#0b5cad"', default="#0b5cad").lower(),
        icon=inner.pattern("icon", words.SLUG, 'the name of an icon, as in "book"', default="award", limit=64),
    )
    inner.done()
    return Image(design=design, file=file)


def _eligibility(fields: Fields) -> Eligibility:
    enrolled = fields.boolean("enrolled", True)
    found: list[str] = []
    if fields.get("modes", required=False) not in ("any",):
        for path, mode in fields.items("modes"):
            if not isinstance(mode, str) or len(mode) > 50 or not words.MODE.fullmatch(mode) or mode in found:
                hint = 'must be an enrolment mode named once, as in "verified"'
                fields.problems.note(path, f"{hint}, not {shown(mode)}.")
            else:
                found.append(mode)
        if fields.get("modes") in ([], ()):
            fields.note("modes", 'is empty, so that nobody could earn it. Write "any" or name a mode.', "empty-group")
    fields.done()
    return Eligibility(enrolled=enrolled, modes=tuple(found))


def _window(fields: Fields) -> Window:
    window = Window(opens=numbers.time(fields, "opens"), closes=numbers.time(fields, "closes"))
    if window.opens and window.closes and window.opens >= window.closes:
        fields.note("closes", "is not after opens. Move one of them.")
    fields.done()
    return window


def _policy(fields: Fields) -> Policy:
    policy = Policy(
        regression=fields.choice("regression", words.REGRESSIONS, "keep"),
        grace_days=fields.integer("grace_days", 0, 3650, 0) or 0,
        expires_after_months=fields.integer("expires_after_months", 1, 1200, None, nullable=True),
    )
    fields.done()
    return policy


def _quality(fields: Fields) -> Quality:
    quality = Quality(
        outcomes=tuple(_outcome(fields, path, item) for path, item in fields.items("outcomes")),
        workload_hours=numbers.amount(fields, "workload_hours"),
        ects=numbers.amount(fields, "ects"),
        eqf_level=fields.integer("eqf_level", 1, 8, None, nullable=True),
        assessment=fields.choice("assessment", words.ASSESSMENTS, "none"),
        participation=fields.choice("participation", words.PARTICIPATIONS, "online"),
        supervision=fields.choice("supervision", words.SUPERVISIONS, "none"),
        identity_check=fields.choice("identity_check", words.SUPERVISIONS, "none"),
        quality_assurance=fields.optional_text("quality_assurance"),
        prerequisites=fields.optional_text("prerequisites"),
    )
    fields.done()
    return quality


def _outcome(fields: Fields, path: str, value: Any) -> str:
    problem = text_problem(value, limit=1_000, lines=True)
    if problem or not value.strip():
        fields.problems.note(path, problem or "must not be empty.")
        return ""
    return str(value.strip())


def _skill(fields: Fields) -> Skill:
    skill = Skill(
        name=fields.text("name", required=True),
        uri=fields.pattern("uri", words.URI, "an address that starts with http:// or https://", limit=1_000),
        framework=fields.text("framework"),
    )
    fields.done()
    return skill
