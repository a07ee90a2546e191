"""Reads the definition files that people name on the command line, and words what the linter says about them."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from microcred_plugin import api
from microcred_plugin.data import Finding, Severity
from microcred_plugin.errors import BadInput, InvalidDefinition
from microcred_plugin.management.cli.layout import number, plain
from microcred_plugin.management.cli.verb import Result

STDIN = "-"
_SUFFIXES = (".yaml", ".yml", ".json")
#: More than any document may have; the rest of an endless file is not read.
_MAX_BYTES = 1024 * 1024


def is_file(name: str) -> bool:
    """Say whether a name means a file (which need not be there) rather than a slug."""
    return name == STDIN or name.endswith(_SUFFIXES) or Path(name).is_file()


def read(name: str) -> dict[str, Any]:
    """Return the document in a file, or on standard input for ``-``; BadInput names the file and the line."""
    shown = "standard input" if name == STDIN else name
    try:
        return api.read_document(_bytes(name).decode())
    except OSError as error:
        raise BadInput(f"{shown} cannot be read: {error.strerror}. Name a definition file, or - for input.") from error
    except UnicodeDecodeError as error:
        raise BadInput(f"{shown} is not UTF-8 text (byte {error.start}). Save it as UTF-8.") from error
    except BadInput as error:
        raise BadInput(f"{shown}: {error}") from error


def _bytes(name: str) -> bytes:
    if name == STDIN:
        return sys.stdin.buffer.read(_MAX_BYTES)
    with Path(name).open("rb") as file:
        return file.read(_MAX_BYTES)


def errors(findings: Sequence[Finding]) -> int:
    """Count the findings that stop a publish."""
    return sum(finding.severity is Severity.ERROR for finding in findings)


def lines(findings: Sequence[Finding]) -> list[str]:
    """Write each finding as ``severity: path: message``."""
    return [
        f"{finding.severity.value}: {finding.path}: {finding.message}"
        if finding.path
        else f"{finding.severity.value}: {finding.message}"
        for finding in findings
    ]


def of_error(error: InvalidDefinition) -> tuple[Finding, ...]:
    """Return what stopped a publish or a simulation as findings."""
    return tuple(Finding(Severity.ERROR, one.code, one.path, one.message) for one in error.problems)


def refused(findings: Sequence[Finding], consequence: str, **data: Any) -> Result:
    """Return the result of a call that findings stopped."""
    found = number(errors(findings), "error", "errors")
    return Result(
        data={"findings": plain(tuple(findings)), **plain(data)},
        lines=lines(findings),
        findings=f"{found}. {consequence}",
    )
