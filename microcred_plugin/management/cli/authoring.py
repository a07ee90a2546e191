"""Subcommands for authors: load, export, publish, retire, list, simulate."""

from collections.abc import Mapping
from typing import Any

from microcred_plugin import api
from microcred_plugin.authoring_data import DraftData
from microcred_plugin.data import Finding, MicrocredentialData, Simulation
from microcred_plugin.errors import InvalidDefinition, NotFound
from microcred_plugin.management.cli import documents
from microcred_plugin.management.cli.layout import number, percent, plain, table
from microcred_plugin.management.cli.verb import RUN, SLUG, Call, Result, Verb, argument


def _load(call: Call) -> Result:
    document, run, by = documents.read(call["file"]), call.run, call.by
    findings = _check(document, run)
    if documents.errors(findings):
        return documents.refused(findings, "Nothing was saved.", draft=None, microcredential=None)
    draft = api.save_draft(document, by=by, run=run)
    name = f"{draft.issuer}/{draft.slug}"
    lines = [*documents.lines(findings), f"Saved the draft of {name}."]
    published = None
    if call["publish"]:
        try:
            published = api.publish(name, by=by, note=call["note"])
        except InvalidDefinition as error:
            return _unpublished(draft, error)
        lines.append(_published(published))
    data = {"findings": findings, "draft": draft, "microcredential": published}
    return Result(data=plain(data), lines=lines)


def _check(document: Mapping[str, Any], run: str | None) -> tuple[Finding, ...]:
    """Check a document in the run named, or else in every run in which it is offered already."""
    name = document.get("issuer"), document.get("slug")
    known = [one.runs for one in api.list_microcredentials() if (one.issuer, one.slug) == name] if run is None else []
    runs = [run] if run or not known or not known[0] else known[0]
    return tuple(dict.fromkeys(finding for one in runs for finding in api.check(document, one)))


def _unpublished(draft: DraftData, error: InvalidDefinition) -> Result:
    """Another run in which it is offered can have errors that the one named has not."""
    return documents.refused(
        documents.of_error(error), "The draft was saved, not published.", draft=draft, microcredential=None
    )


def _published(found: MicrocredentialData) -> str:
    where = ", ".join(found.runs) or "no run of its own"
    return f"{found.issuer}/{found.slug}: version {found.version} is published, in {where}."


def _publish(call: Call) -> Result:
    try:
        found = api.publish(call["slug"], by=call.by, note=call["note"])
    except InvalidDefinition as error:
        return documents.refused(documents.of_error(error), "Nothing was published.", microcredential=None)
    return Result(data=plain({"findings": [], "microcredential": found}), lines=[_published(found)])


def _offer(call: Call) -> Result:
    run = call.run or ""
    try:
        found = api.offer(call["slug"], run)
    except InvalidDefinition as error:
        return documents.refused(documents.of_error(error), f"It is not offered in {run}.")
    when = "It can be earned there from now on." if found.version else "It can be earned there once it is published."
    return Result(
        data=plain({"microcredential": found}), lines=[f"{found.issuer}/{found.slug} is offered in {run}. {when}"]
    )


def _retire(call: Call) -> Result:
    found = api.retire(call["slug"], by=call.by, reason=call["reason"])
    line = f"{found.issuer}/{found.slug} is retired: nobody earns it any more, and what was awarded stays."
    return Result(data=plain({"microcredential": found}), lines=[line])


def _export(call: Call) -> Result:
    text = api.export(call["slug"])
    return Result(data={"file": text}, lines=text.splitlines())


def _list(call: Call) -> Result:
    found = api.list_microcredentials(call.run)
    rows = [(f"{one.issuer}/{one.slug}", one.state.value, _version(one), _runs(one)) for one in found]
    head = ("microcredential", "state", "version", "runs")
    return Result(data=plain(found), lines=table([head, *rows]) if rows else ["There is none."])


def _runs(one: MicrocredentialData) -> str:
    return ", ".join([*one.runs, *(f"{run} (inactive)" for run in one.inactive_runs)])


def _version(one: MicrocredentialData) -> str:
    return f"{one.version or '-'}{' (newer draft)' if one.version and one.has_newer_draft else ''}"


def _simulate(call: Call) -> Result:
    name = call["source"]
    source = documents.read(name) if documents.is_file(name) else name
    try:
        found = api.simulate(source, call.run or "")
    except InvalidDefinition as error:
        return documents.refused(documents.of_error(error), "Nothing was simulated.")
    except NotFound as error:
        if source is name:
            raise NotFound(f"{error} There is no file {name} either.") from error
        raise
    return Result(data=plain(found), lines=_simulated(found))


def _simulated(found: Simulation) -> list[str]:
    share = f" ({percent(found.would_earn / found.learners)})" if found.learners else ""
    lines = [
        f"{number(found.learners, 'learner', 'learners')} in {found.run}; {found.would_earn} would earn it{share}.",
        "",
        *table([("milestone", "would earn"), *found.milestones.items()], right=[1]),
    ]
    if found.missing:
        head = ("learners", "only this", "what is missing")
        rows = [(one.learners, one.only_this, f"{one.text} ({one.path})") for one in found.missing]
        lines += ["", *table([head, *rows], right=[0, 1])]
    return lines


_NOTE = argument("--note", metavar="TEXT", default="", help="kept with the version")

VERBS = (
    Verb(
        name="load",
        help="check a definition, save it as draft, and publish it if asked",
        run=_load,
        arguments=(
            argument("file", metavar="FILE", help="a definition in YAML or JSON; - reads standard input"),
            RUN,
            argument("--publish", action="store_true", help="publish it, too"),
            _NOTE,
        ),
    ),
    Verb(
        name="publish",
        help="publish the draft, and have everybody concerned judged",
        run=_publish,
        arguments=(SLUG, _NOTE),
    ),
    Verb(
        name="offer",
        help="let it be earned in a further run, as in a re-run of its course",
        run=_offer,
        arguments=(SLUG, argument(*RUN[0], **{**RUN[1], "required": True})),
    ),
    Verb(
        name="retire",
        help="let nobody earn it any more; what was awarded stays",
        run=_retire,
        arguments=(SLUG, argument("--reason", metavar="TEXT", default="", help="why, for those who ask later")),
    ),
    Verb(
        name="export", help="print the draft as a file, to be loaded here or elsewhere", run=_export, arguments=(SLUG,)
    ),
    Verb(name="list", help="name all microcredentials, or those of a run", run=_list, arguments=(RUN,)),
    Verb(
        name="simulate",
        help="say how many learners of a run would earn it, and what keeps them; writes nothing",
        run=_simulate,
        arguments=(
            argument("source", metavar="FILE_OR_SLUG", help="a definition file, - for standard input, or a slug"),
            argument(*RUN[0], **{**RUN[1], "required": True}),
        ),
    ),
)
