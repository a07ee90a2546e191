"""What a look found: all is well, something is odd and wants a look, or something keeps us from working."""

from typing import NamedTuple

from microcred_plugin.data import CheckStatus


class Found(NamedTuple):
    """The answer of a look; ``remedy`` says what to do, and is empty when all is well."""

    status: CheckStatus
    message: str
    remedy: str = ""


def well(message: str) -> Found:
    """All is as it should be."""
    return Found(CheckStatus.OK, message)


def odd(message: str, remedy: str) -> Found:
    """It works, but somebody should look."""
    return Found(CheckStatus.WARNING, message, remedy)


def bad(message: str, remedy: str) -> Found:
    """Something does not work until this is mended."""
    return Found(CheckStatus.ERROR, message, remedy)
