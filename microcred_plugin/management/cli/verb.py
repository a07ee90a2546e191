"""What a subcommand is: its arguments, and a function from a call to a result."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.management.base import OutputWrapper
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey

from microcred_plugin import api
from microcred_plugin.errors import BadInput, NotFound

#: As ``argparse.ArgumentParser.add_argument`` takes them: names and options.
Argument = tuple[tuple[str, ...], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a subcommand."""

    options: Mapping[str, Any]
    terminal: OutputWrapper  #: where progress is shown

    def __getitem__(self, name: str) -> Any:
        return self.options[name]

    @property
    def by(self) -> int | None:
        """Who acts: the user named by ``--as``; None: the plugin."""
        username = self["acting"]
        if username is None:
            return None
        try:
            return api.user_id_of(username)
        except NotFound as error:
            raise BadInput(f"--as: {error}") from error

    @property
    def run(self) -> str | None:
        """The course run named by ``--run``, as it is written everywhere."""
        key = self["run"]
        if key is None:
            return None
        try:
            return str(CourseKey.from_string(key))
        except InvalidKeyError as error:
            message = f"--run: {key!r} is no course key. Write it as in course-v1:Org+Course+Run."
            raise BadInput(message) from error

    @property
    def uuid(self) -> UUID:
        """The award named."""
        try:
            return UUID(self["uuid"])
        except ValueError as error:
            message = f"{self['uuid']!r} is no uuid of an award. 'microcred explain USERNAME SLUG' shows it."
            raise BadInput(message) from error

    def time(self, name: str) -> datetime:
        """The time given by an option, in UTC when it says nothing else."""
        try:
            moment = datetime.fromisoformat(self[name])
        except ValueError as error:
            message = f"--{name}: {self[name]!r} is no time. Write it as in 2026-05-03T14:00."
            raise BadInput(message) from error
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of a call: data for programs, lines for people, and in ``findings`` a sentence if there are any."""

    data: Any
    lines: Sequence[str]
    findings: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verb:
    """A subcommand; ``broken_off`` says what follows from Ctrl-C."""

    name: str
    help: str
    run: Callable[[Call], Result]
    arguments: Sequence[Argument] = ()
    broken_off: str = "Broken off; what was not finished was not stored."


def argument(*names: str, **options: Any) -> Argument:
    """Declare an argument."""
    return names, options


USERNAME = argument("username", metavar="USERNAME", help="the learner's user name")
SLUG = argument("slug", metavar="SLUG", help="the microcredential; ISSUER/SLUG where two issuers use the same slug")
RUN = argument("--run", metavar="KEY", help="the course run, as in course-v1:Org+Course+Run")
ONE = argument("--microcredential", metavar="SLUG", dest="slug", help="only this one")
UUID_OF_AWARD = argument("uuid", metavar="AWARD_UUID", help="the award's uuid, which 'explain' shows")
REASON = argument("--reason", metavar="TEXT", required=True, help="kept in the history; the learner can read it")
#: What every subcommand takes.
COMMON = (
    argument("--json", action="store_true", help="print one JSON document"),
    argument("--as", metavar="USERNAME", dest="acting", help="who acts; recorded in the history"),
)
