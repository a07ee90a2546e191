"""Every error the plugin raises on purpose.

::

    MicrocredError
    ├── InvalidDefinition      the document is wrong; ``problems`` say where and what to do
    ├── NotFound               nothing of that name is here
    ├── Ambiguous              more than one thing has that name
    ├── Conflict               somebody else was first
    │   └── StaleDraft         the draft was saved by somebody else meanwhile
    ├── NotAllowed             this may not be done, in this state or by this person
    │   └── Immutable          what is published or recorded cannot be changed
    ├── BadInput               a value given from outside cannot be used
    └── NotSent                the platform could not send a mail; it is tried again

Libraries' errors are wrapped with ``raise … from``: nothing else leaves the public API.
"""

from collections.abc import Iterable
from dataclasses import dataclass


class MicrocredError(Exception):
    """Something about microcredentials went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or self.__doc__)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong in a document: ``path`` like ``milestones[1].require.all[0]``, and what to do about it.

    ``code`` is a stable kebab-case name: invalid-value, missing-key, unknown-key, empty-group, count-too-large,
    duplicate-key, too-large.
    """

    path: str
    message: str
    code: str = "invalid-value"

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class InvalidDefinition(MicrocredError):
    """The definition document is not valid."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class NotFound(MicrocredError):
    """There is nothing of that name."""


class Ambiguous(MicrocredError):
    """More than one thing has that name."""


class Conflict(MicrocredError):
    """Somebody else changed this first."""


class StaleDraft(Conflict):
    """The draft was changed by somebody else since you read it. Load it again and repeat your change."""


class NotAllowed(MicrocredError):
    """This is not allowed."""


class Immutable(NotAllowed):
    """A published version and the history of an award cannot be changed."""


class BadInput(MicrocredError):
    """The value cannot be used."""


class NotSent(MicrocredError):
    """The mail could not be sent."""


class Unreadable(MicrocredError):
    """The platform could not read this now."""
