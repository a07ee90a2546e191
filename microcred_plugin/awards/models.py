"""Rows of what was earned, and their history."""

from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from microcred_plugin.data import AwardState
from microcred_plugin.definitions.models import Microcredential, Version, WrittenOnce


class Award(models.Model):
    """The fact that a learner earned something: once per learner and microcredential, or milestone badge.

    It carries what it was given for, so that it outlives edits, resets and the course itself.

    .. pii: What a learner has earned, when and by which evidence.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    microcredential = models.ForeignKey(Microcredential, on_delete=models.PROTECT, related_name="awards")
    # '' for the whole microcredential and not NULL, because SQL holds no two NULLs equal and would allow doubles.
    milestone_key = models.CharField(max_length=64, blank=True, default="")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="awards")
    run = models.CharField(max_length=255, blank=True, default="")
    title = models.CharField(max_length=255)
    image = models.JSONField()
    why = models.JSONField()
    evidence_level = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=[(state.value, state.value) for state in AwardState])
    # The state was set by the plugin and not by a person: only then may a policy change it.
    by_policy = models.BooleanField(default=False)
    granted_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True, db_index=True)
    # Since when the evidence no longer supports the award; only policies hold and revoke look at it.
    regressed_at = models.DateTimeField(null=True, blank=True, db_index=True)
    # The change of state that must still be announced to the platform; null when all was said.
    to_announce_since = models.DateTimeField(null=True, blank=True, db_index=True)
    announced_state = models.CharField(max_length=8, blank=True, default="")
    # The two below are NULL in rows of before they were there, and of processes that do not know them yet.
    # A walk over all learners granted it (backfill, reconcile), and nothing that the learner did just then.
    backfilled = models.BooleanField(null=True, blank=True)
    # What the learner believes: that they hold it, or not; NULL while nothing was said. See flows/notify.py.
    told_held = models.BooleanField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "microcredential", "milestone_key"], name="microcred_awarded_once")
        ]
        indexes = [models.Index(fields=["state"], name="microcred_award_state")]  # the metrics count by it

    def __str__(self) -> str:
        return f"{self.title} ({self.uuid})"


class AwardEvent(WrittenOnce):
    """One line of an award's history.

    .. pii: Who changed a learner's award, when and why.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=12)
    at = models.DateTimeField(default=now)
    # Not a foreign key: erasing a user must not have to change a row that cannot be changed.
    actor_id = models.PositiveBigIntegerField(null=True, blank=True)
    reason = models.TextField(blank=True, default="")

    class Meta(WrittenOnce.Meta):
        abstract = False
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.award_id}"


class Channel(models.TextChoices):
    """By what a change of an award is told, beside its announcement to the platform."""

    TRACKING = "tracking", "Tracking log"
    MAIL = "mail", "E-mail to the learner"


class Notice(models.Model):
    """A change of an award that one channel must still tell; the row is deleted as soon as that is done.

    Rows are only added, one for each change, and all of an award and channel are claimed together: so a change that
    comes while an earlier one is being told is neither lost nor told at the same time (awards/notices.py).

    .. pii: Which change of a learner's award is still to be told, and why it could not be.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    award = models.ForeignKey(Award, on_delete=models.CASCADE, related_name="notices")
    channel = models.CharField(max_length=8, choices=Channel.choices)
    kind = models.CharField(max_length=12)  # of the line of history
    at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    # How often a worker took it and was never heard of again.
    lost = models.PositiveIntegerField(default=0)
    not_before = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True, default="")

    class Meta:
        indexes = [models.Index(fields=["channel", "at"], name="microcred_notice_oldest")]  # the metrics ask for it

    def __str__(self) -> str:
        return f"{self.kind} of {self.award_id} by {self.channel}"
