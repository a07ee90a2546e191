"""The snapshots of the courses' outlines."""

from django.db import models
from django.utils import timezone


class CourseStructure(models.Model):
    """
    One snapshot of a course run's outline.

    Written when the course's content changed and never edited: an evaluation reads one snapshot from start to end,
    whatever is published meanwhile. ``num`` counts the snapshots of the run; old ones are pruned.

    .. no_pii:
    """

    # Text, like every key of ours: the collation of key columns differs between releases of opaque-keys.
    course_key = models.CharField(max_length=255)
    num = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of ``outline``: an unchanged course makes no new snapshot
    # What the platform called the published version when this was found to be the outline; '' when it could not say.
    version = models.CharField(max_length=255, blank=True, default="")
    outline = models.TextField()  # compact JSON, flatten.to_json
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        app_label = "microcred_plugin"
        constraints = [models.UniqueConstraint(fields=["course_key", "num"], name="microcred_structure_num")]

    def __str__(self) -> str:
        return f"{self.course_key} #{self.num}"
