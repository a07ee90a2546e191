"""Rows of the latest verdict, stored as the evidence it was made of."""

from django.conf import settings
from django.db import models

from microcred_plugin.definitions.models import Version


class Progress(models.Model):
    """The latest verdict on a learner for a version in a run ('' for a pure stack); overwritten, never history.

    There is no row for a learner who has shown nothing.

    .. pii: How far a learner has come, and what is missing.
    .. pii_types: id, other
    .. pii_retirement: local_api
    """

    # The unique key finds a learner's rows. With an index for the user alone, the database would take that one, and
    # lock all of a learner's rows where some are judged.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    run = models.CharField(max_length=255, blank=True, default="")
    eligible = models.BooleanField(default=True)
    earned = models.BooleanField(default=False)
    fraction = models.DecimalField(max_digits=5, decimal_places=4)
    evidence_level = models.CharField(max_length=16)
    evidence = models.JSONField()  # criteria.facts: what the verdict was made of; judging it again gives the verdict
    computed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "version", "run"], name="microcred_progress_once")]

    def __str__(self) -> str:
        return f"{self.fraction} of version {self.version_id} for user {self.user_id}"
