"""Rows of what must be judged again, and of what staff confirmed."""

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from microcred_plugin.definitions.models import Microcredential


class Pending(models.Model):
    """The outbox: a learner whose evidence changed in a learning context and who must be judged again.

    ``change`` is a random number written with every event. Finishing deletes the row only while it still holds the
    number that was claimed, so an event that arrives meanwhile is neither lost nor kept waiting
    (docs/decisions/0003-outbox.md). No foreign key: an event must not lock or wait for the user's row.

    No index but these: MariaDB may choose any that fits a claim's conditions, and locks all it finds there. Over one of
    ``parked_at``, a claim would wait for the open transactions of all other learners.

    .. pii: The id of a user whose progress is to be recalculated; the row is deleted as soon as that is done.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    user_id = models.PositiveBigIntegerField()
    context = models.CharField(max_length=255)
    change = models.BigIntegerField()
    changed_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")
    parked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user_id", "context"], name="microcred_pending_once")]
        indexes = [models.Index(fields=["changed_at"], name="microcred_pending_oldest")]

    def __str__(self) -> str:
        return f"{self.context} of user {self.user_id}"


class Confirmation(models.Model):
    """A member of staff confirmed a milestone of a learner (``manual`` requirement).

    .. pii: Which member of staff confirmed what of which learner, and the reason they gave.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    microcredential = models.ForeignKey(Microcredential, on_delete=models.CASCADE, related_name="confirmations")
    milestone_key = models.CharField(max_length=64)
    reason = models.TextField()
    confirmed_at = models.DateTimeField(default=now)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "microcredential", "milestone_key"], name="microcred_confirmed_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.milestone_key} of user {self.user_id}"


class Backfill(models.Model):
    """A walk over the learners of a context that is due, running or done; it resumes after ``cursor``.

    ``context`` is a run or ``awards`` (the learners who hold what a pure stack builds on).

    .. no_pii:
    """

    microcredential = models.ForeignKey(Microcredential, on_delete=models.CASCADE, related_name="backfills")
    context = models.CharField(max_length=255)
    due_at = models.DateTimeField()
    cursor = models.PositiveBigIntegerField(default=0)
    learners = models.PositiveIntegerField(default=0)
    awards = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True, db_index=True)
    last_error = models.TextField(blank=True, default="")

    def __str__(self) -> str:
        return f"backfill of {self.microcredential_id} in {self.context}"
