"""How tests look at what ``doctor`` finds, one check at a time."""

from microcred_plugin.data import Check, CheckStatus
from microcred_plugin.flows import doctor

OK, WARNING, ERROR = CheckStatus.OK, CheckStatus.WARNING, CheckStatus.ERROR


def look(name: str) -> Check:
    """Make one check, as doctor does."""
    return doctor._made(name, doctor.LOOKS[name])


def found(name: str, status: CheckStatus, *words: str) -> None:
    """Assert that the check finds this, and says what to do."""
    check = look(name)
    assert check.status is status, check
    assert bool(check.remedy) is (status is not OK), check
    text = f"{check.message} {check.remedy}"
    assert [word for word in words if word not in text] == [], check
