"""Subcommands for operators: backfill, reconcile, sweep, republish, doctor, metrics."""

import dataclasses
from argparse import ArgumentTypeError
from collections.abc import Iterable, Mapping

from django.contrib.auth import get_user_model

from microcred_plugin import api
from microcred_plugin.data import BackfillReport, Check, CheckStatus
from microcred_plugin.errors import BadInput
from microcred_plugin.management.cli.layout import number, plain, table
from microcred_plugin.management.cli.progress_line import ProgressLine
from microcred_plugin.management.cli.verb import ONE, RUN, Call, Result, Verb, argument

_NO_RUN = "(no run)"


def _backfill(call: Call) -> Result:
    slug, run, dry = call["slug"], call.run, call["dry_run"]
    with ProgressLine(call.terminal) as line:
        reports = api.backfill(slug, run, dry_run=dry, on_progress=line.show)
    if not reports and (slug or run):
        message = f"Nothing is earned there: {slug or 'no microcredential'} is not published in {run or 'any run'}."
        raise BadInput(f"{message} 'microcred list' shows what is.")
    lines = table([_reported(report, dry=dry) for report in reports], right=[1, 2])
    return Result(data=plain({"dry_run": dry, "backfills": reports}), lines=lines or ["Nothing is published."])


def _reported(report: BackfillReport, *, dry: bool) -> tuple[str, str, str, str]:
    verb = "would be made" if dry else "made"
    state = "" if report.finished else "(another process goes on with it)"
    learners, awards = number(report.learners, "learner", "learners"), number(report.awards, "award", "awards")
    return f"{report.slug} in {report.run or _NO_RUN}", learners, f"{awards} {verb}", state


def _reconcile(call: Call) -> Result:
    found = list(api.reconcile(call["slug"], fix=call["fix"]))
    names = _usernames(difference.user_id for difference in found)
    data = [{**plain(one), "username": names.get(one.user_id, "")} for one in found]
    rows = [
        (
            names.get(one.user_id, f"user {one.user_id}"),
            f"{one.slug}{'#' if one.milestone_key else ''}{one.milestone_key}",
            one.run or _NO_RUN,
            one.problem.replace("_", " "),
            "mended" if one.fixed else "",
        )
        for one in found
    ]
    differences = number(len(found), "difference", "differences")
    return Result(
        data={"differences": data, "fixed": call["fix"]},
        lines=table(rows) or ["Everything stored is as the evidence says."],
        findings=f"{differences}, {'mended' if call['fix'] else 'to be mended with --fix'}." if found else "",
    )


def _usernames(user_ids: Iterable[int]) -> Mapping[int, str]:
    """Name users, a thousand a query: databases limit how many may be asked for at once."""
    users, wanted = get_user_model(), sorted(set(user_ids))
    pages = (wanted[start : start + 1000] for start in range(0, len(wanted), 1000))
    pairs = (users.objects.filter(pk__in=page).values_list("pk", users.USERNAME_FIELD) for page in pages)
    return {pk: name for page in pairs for pk, name in page}


def _sweep(call: Call) -> Result:
    unparked = api.unpark() if call["unpark"] else 0
    report = api.sweep(call["seconds"])
    done = {"unparked": unparked, **dataclasses.asdict(report)}
    lines = table(((name, str(value).lower()) for name, value in done.items()), right=[1])
    if report.parked:
        lines.append("'microcred doctor' says what keeps the parked ones.")
    failed = number(report.failed, "thing", "things")
    findings = (
        f"{failed} could not be done; the log says which, and the next sweep tries again." if report.failed else ""
    )
    return Result(data=done, lines=lines, findings=findings)


def _seconds(text: str) -> float:
    """Read how long a sweep may take."""
    try:
        seconds = float(text)
    except ValueError as error:
        raise ArgumentTypeError(f"{text!r} is no number of seconds") from error
    if not 0 < seconds < float("inf"):
        raise ArgumentTypeError(f"{text} is not above 0")
    return seconds


_SIGNS = {CheckStatus.OK: "ok  ", CheckStatus.WARNING: "WARN", CheckStatus.ERROR: "FAIL"}


def _republish(call: Call) -> Result:
    count = api.republish(call.time("since"))
    return Result(data={"republished": count}, lines=[f"{number(count, 'event was', 'events were')} published again."])


def _doctor(call: Call) -> Result:
    checks = api.doctor()
    failed = sum(check.status is CheckStatus.ERROR for check in checks)
    warned = sum(check.status is CheckStatus.WARNING for check in checks)
    width = max(len(check.name) for check in checks)
    told = f"{failed} of {len(checks)} checks failed, and {number(warned, 'warning', 'warnings')}."
    return Result(
        data={"ok": not failed, "checks": plain(checks)},
        lines=[line for check in checks for line in _diagnosis(check, width)],
        findings=told if failed or (warned and call["strict"]) else "",
    )


def _diagnosis(check: Check, width: int) -> list[str]:
    lines = [f"{_SIGNS[check.status]}  {check.name:<{width}}  {check.message}"]
    return [*lines, f"{'':<{width + 8}}{check.remedy}"] if check.remedy else lines


def _metrics(call: Call) -> Result:
    data = plain(api.metrics())
    flat = {name: value for name, value in data.items() if name != "awards"}
    flat |= {f"awards_{state}": count for state, count in data["awards"].items()}
    rows = [(name, "never" if value is None else str(value).lower()) for name, value in flat.items()]
    return Result(data=data, lines=table(rows, right=[1]))


VERBS = (
    Verb(
        name="backfill",
        help="judge everybody concerned by one microcredential, or by all",
        run=_backfill,
        arguments=(ONE, RUN, argument("--dry-run", action="store_true", help="only count; writes nothing")),
        broken_off="Broken off. What was judged is kept; the next backfill goes on from there.",
    ),
    Verb(
        name="reconcile",
        help="compare what is stored with what the evidence says; writes nothing without --fix",
        run=_reconcile,
        arguments=(ONE, argument("--fix", action="store_true", help="mend what differs")),
        broken_off="Broken off. What was mended is kept; run it again for the rest.",
    ),
    Verb(
        name="sweep",
        help="do everything that is due; for cron",
        run=_sweep,
        arguments=(
            argument("--unpark", action="store_true", help="try again what failed too often"),
            argument("--seconds", type=_seconds, metavar="N", help="begin nothing further after so many seconds"),
        ),
        broken_off="Broken off. What was done is kept; the next sweep does the rest.",
    ),
    Verb(
        name="republish",
        help="put on the event bus again what changed since a time, after an outage of its broker",
        run=_republish,
        arguments=(argument("--since", metavar="TIME", required=True, help="as in 2026-05-03T14:00, in UTC"),),
        broken_off="Broken off. What was published stays so; run it again for the rest.",
    ),
    Verb(
        name="doctor",
        help="say whether all is well, and what to do where it is not",
        run=_doctor,
        arguments=(argument("--strict", action="store_true", help="count warnings as findings, too"),),
    ),
    Verb(name="metrics", help="print counts and ages, as the metrics of the API", run=_metrics),
)
