"""From progress to what the templates show; no request, no runtime, no database."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from microcred_plugin.data import AwardData, MicrocredentialState, ProgressData, StackLink
from microcred_plugin.presenting import steps, words
from microcred_plugin.presenting.drawings import Draw, milestone_badges, neighbours, whole_badge


def card(progress: ProgressData, *, draw: Draw, uid: str, now: datetime) -> dict[str, Any]:
    """Say everything the templates need about one learner's progress; ``uid`` keeps ids apart on the page."""
    award = progress.award
    held = award is not None and award.held
    earned_count = sum(1 for milestone in progress.milestones if milestone.earned)
    share = words.percent(progress.fraction)
    milestones = steps.milestones(progress.milestones, now)
    return {
        "uid": uid,
        "uuid": str(progress.uuid),
        "title": progress.title,
        "description": progress.description,
        "facts": _facts(progress),
        "towards": [link.title for link in progress.counts_towards],
        "percent": share,
        "percent_text": _("%(percent)d%%") % {"percent": share},
        "count_text": words.milestones_earned(earned_count, progress.required_milestones),
        "left_text": _left(progress),
        "notice": _notice(progress, now),
        "held": held,
        "pending": is_pending(progress),
        "state": award.state.value if award else "",
        "award": _award(award, progress, now) if award and award.held else None,
        "next": next((milestone.title for milestone in progress.milestones if not milestone.earned), ""),
        "milestones": milestones,
        "go": steps.first_link(milestones),
        "broken": any(milestone["broken"] for milestone in milestones),
        "badge": whole_badge(progress, draw, uid),
        "badges": milestone_badges(progress, draw, uid),
        "counts_towards": neighbours(progress.counts_towards, draw, f"{uid}-u"),
        "builds_on": neighbours(progress.builds_on, draw, f"{uid}-d"),
    }


def is_visible(progress: ProgressData) -> bool:
    """Say whether learners may see it: a draft is the course team's alone."""
    return progress.state != MicrocredentialState.DRAFT


def is_pending(progress: ProgressData) -> bool:
    """Say whether all is done and the award is on its way."""
    return progress.earned and progress.award is None and progress.state == MicrocredentialState.PUBLISHED


def news(progress: ProgressData) -> dict[str, str]:
    """Give a sentence for each thing that is earned; a screen reader is told those that were not there before."""
    told = {
        f"milestone:{milestone.key}": _("Milestone %(title)s earned.") % {"title": milestone.title}
        for milestone in progress.milestones
        if milestone.earned
    }
    if progress.award and progress.award.held:
        told["whole"] = _("You earned %(title)s.") % {"title": progress.title}
    return told


def _facts(progress: ProgressData) -> list[str]:
    facts = [words.kind(progress.type), progress.issuer]
    if progress.workload_hours:
        facts.append(words.hours(progress.workload_hours))
    return [fact for fact in facts if fact]


def _left(progress: ProgressData) -> str:
    if not progress.workload_hours or not 0 < progress.fraction < 1:
        return ""
    return words.hours_left(progress.workload_hours, progress.fraction)


def _notice(progress: ProgressData, now: datetime) -> str:
    """Say the one thing a learner must know about the state of things; empty when all is as usual."""
    award, retired = progress.award, progress.state == MicrocredentialState.RETIRED
    if award and not award.held:
        return words.award_state(award, now)
    if retired:
        return _("It can no longer be earned. Yours stays.") if award else _("It can no longer be earned.")
    if not award and not progress.eligible:
        return _("Enrol in this course to earn it.")
    if is_pending(progress):
        return _("All done. Your badge is being made; it will be here in a moment.")
    return ""


def _award(award: AwardData, progress: ProgressData, now: datetime) -> dict[str, Any]:
    fresh = words.is_today(award.granted_at, now)
    earned = sum(1 for milestone in progress.milestones if milestone.earned)
    shown = [words.all_milestones(earned, len(progress.milestones)), words.evidence(award.evidence_level)]
    if award.expires_at:
        shown.append(_("Valid until %(day)s.") % {"day": words.day(award.expires_at, now)})
    about = [sentence for sentence in shown if sentence]
    return {
        "uuid": str(award.uuid),
        "fresh": fresh,
        "tag": words.earned_tag(award, now),
        "headline": _("You earned %(title)s") % {"title": words.isolated(progress.title)},
        "about": about,
        "sentences": [*about, *map(_also, progress.counts_towards)],
    }


def _also(link: StackLink) -> str:
    """Say what the award did for a microcredential above it."""
    done, of = words.steps(link)
    values = {"title": words.isolated(link.title), "done": done, "of": of}
    if link.earned:
        return _("It also completed %(title)s.") % values
    if done:
        return _("With it you have %(done)d of %(of)d steps of %(title)s.") % values
    return _("It counts towards %(title)s.") % values
