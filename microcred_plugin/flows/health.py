"""Whether this process can serve: it reaches the database, and our tables are there."""

from django.db import DatabaseError

from microcred_plugin.evidence.models import Pending
from microcred_plugin.logs import Log, told

log = Log(__name__)


def is_alive() -> bool:
    """Ask our tables for anything, in one query; False when the database does not answer or was not migrated."""
    try:
        Pending.objects.exists()
    except DatabaseError as error:
        log.warning("not-alive", error=told(error))  # without its trace: this is asked every few seconds
        return False
    return True
