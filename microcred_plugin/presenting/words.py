"""The sentences of block and pages: dates, amounts, states and evidence in a learner's words, translated by Django."""

from datetime import datetime
from decimal import ROUND_CEILING, Decimal

from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from microcred_plugin.data import AwardData, AwardState, StackLink


def isolated(text: str) -> str:
    """Wrap an author's text so that its writing direction does not disturb the sentence around it."""
    return f"\u2068{text}\u2069"


def all_milestones(earned: int, of: int) -> str:
    """Say what a learner who has earned the whole has done."""
    if earned < of:
        return milestones_earned(earned, of) + "."
    return ngettext("Its milestone is earned.", "All %(count)d milestones are earned.", of) % {"count": of}


def kind(type_name: str) -> str:
    """Name an achievement type of Open Badges 3.0."""
    names = {
        "MicroCredential": _("Microcredential"),
        "Badge": _("Badge"),
        "Certificate": _("Certificate"),
        "Course": _("Course"),
    }
    return names.get(type_name, type_name)


def percent(fraction: Decimal) -> int:
    """Give whole percents, rounded down, so that 100 means done; what has begun is never 0."""
    return max(int(fraction * 100), 1) if fraction > 0 else 0


def hours(amount: Decimal) -> str:
    """Write a workload: ``12 hours``, ``1 hour``, ``1.5 hours``."""
    if amount == amount.to_integral_value():
        return ngettext("%(count)d hour", "%(count)d hours", int(amount)) % {"count": int(amount)}
    return _("%(amount)s hours") % {"amount": formats.number_format(amount.normalize())}


def hours_left(amount: Decimal, fraction: Decimal) -> str:
    """Say about how much work remains, rounded up to whole hours."""
    left = int((amount * (1 - fraction)).to_integral_value(ROUND_CEILING))
    return ngettext("about %(count)d hour left", "about %(count)d hours left", left) % {"count": left}


def milestones_earned(earned: int, of: int) -> str:
    """Write ``1 of 3 milestones earned``."""
    return ngettext("%(earned)d of %(of)d milestone earned", "%(earned)d of %(of)d milestones earned", of) % {
        "earned": earned,
        "of": of,
    }


def day(at: datetime, now: datetime) -> str:
    """Write a date as the learner's language does, without the year when it is this one."""
    local, today = timezone.localtime(at), timezone.localtime(now)
    return formats.date_format(local, "MONTH_DAY_FORMAT" if local.year == today.year else "DATE_FORMAT")


def is_today(at: datetime, now: datetime) -> bool:
    """Say whether both are the same day where the learner is."""
    return timezone.localtime(at).date() == timezone.localtime(now).date()


def earned_tag(award: AwardData, now: datetime) -> str:
    """Write ``Earned today`` or ``Earned 12 May``."""
    if is_today(award.granted_at, now):
        return _("Earned today")
    return _("Earned %(day)s") % {"day": day(award.granted_at, now)}


def badge_tag(award: AwardData, now: datetime) -> str:
    """Say in a few words where a milestone's badge stands."""
    if award.state == AwardState.HELD:
        return _("badge on hold")
    if award.state == AwardState.REVOKED:
        return _("badge revoked")
    if award.state == AwardState.EXPIRED:
        return _("badge expired")
    if is_today(award.granted_at, now):
        return _("badge earned today")
    return _("badge earned %(day)s") % {"day": day(award.granted_at, now)}


def evidence(level: str) -> str:
    """Say what kind of evidence an award rests on; empty when there is none."""
    sentences = {
        "participation": _("Shown by taking part."),
        "assessed": _("Assessed by grade."),
        "verified": _("Confirmed by an instructor."),
    }
    return sentences.get(level, "")


def award_state(award: AwardData, now: datetime) -> str:
    """Explain an award that the learner does not hold now; empty for one that is held."""
    when = {"day": day(award.history[-1].at, now)} if award.history else None
    if award.state == AwardState.HELD:
        return _("Your award is on hold. Your course team can tell you why.")
    if award.state == AwardState.REVOKED:
        told = _("Your award was revoked on %(day)s.") % when if when else _("Your award was revoked.")
        return f"{told} {_('Your course team can tell you why.')}"
    if award.state == AwardState.EXPIRED:
        at = {"day": day(award.expires_at, now)} if award.expires_at else when
        return _("Your award expired on %(day)s.") % at if at else _("Your award has expired.")
    return ""


def stack_step(link: StackLink) -> str:
    """Say how far a neighbour in the stack is: ``Earned``, ``2 of 3 steps done`` or ``Not earned yet``."""
    if link.earned:
        return pgettext("microcredential", "Earned")
    done, of = steps(link)
    if done == 0:
        return _("Not earned yet")
    return ngettext("%(done)d of %(of)d step done", "%(done)d of %(of)d steps done", of) % {"done": done, "of": of}


def steps(link: StackLink) -> tuple[int, int]:
    """Count the steps done, and all steps, of a neighbour in the stack; 0 of 0 when they are not known."""
    return sum(1 for fraction in link.segments if fraction >= 1), len(link.segments)
