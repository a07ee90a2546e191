"""What the sandbox keeps in place of the platform: courses, their blocks, enrolments, scores and certificates."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class SandboxCourse(models.Model):
    """
    A course run as last imported; an import replaces its blocks and is a publish.

    .. no_pii:
    """

    key = models.CharField(max_length=255, unique=True)
    title = models.CharField(max_length=255)
    org = models.CharField(max_length=255)
    language = models.CharField(max_length=16, blank=True, default="")
    start = models.DateTimeField(null=True, blank=True)
    end = models.DateTimeField(null=True, blank=True)
    policy = models.JSONField(default=dict, blank=True)  # the grading policy: GRADER, GRADE_CUTOFFS
    warnings = models.JSONField(default=list, blank=True)  # what the reader could not find or understand
    version = models.PositiveIntegerField(default=1)
    imported = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["title", "key"]

    def __str__(self) -> str:
        return self.title


class SandboxBlock(models.Model):
    """
    One block of a course, with its OLX attributes and its text.

    .. no_pii:
    """

    course = models.ForeignKey(SandboxCourse, on_delete=models.CASCADE, related_name="blocks")
    key = models.CharField(max_length=255, db_index=True)  # not unique: MySQL would fold its case
    type = models.CharField(max_length=100)
    title = models.CharField(max_length=255, blank=True, default="")
    parent_key = models.CharField(max_length=255, blank=True, default="")
    position = models.PositiveIntegerField(default=0)  # in reading order, over the whole course
    fields = models.JSONField(default=dict, blank=True)
    text = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["position"]

    def __str__(self) -> str:
        return self.title or self.key


class Enrolment(models.Model):
    """
    A learner's place in a course run, with the content groups they are in (``{partition id: group id}``).

    .. pii: Which courses a person takes; the sandbox is for invented people.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course_key = models.CharField(max_length=255, db_index=True)
    mode = models.CharField(max_length=50, default="audit")
    active = models.BooleanField(default=True)
    groups = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course_key"], name="sandbox_one_enrolment")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.course_key} {self.mode}"


class Score(models.Model):
    """
    The score of a learner in a problem.

    .. pii: What a person scored; the sandbox is for invented people.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course_key = models.CharField(max_length=255, db_index=True)
    block_key = models.CharField(max_length=255)
    earned = models.DecimalField(max_digits=12, decimal_places=4)
    possible = models.DecimalField(max_digits=12, decimal_places=4)
    modified = models.DateTimeField(default=timezone.now)
    answers = models.JSONField(default=dict, blank=True)  # what was answered last, to show it again

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "block_key"], name="sandbox_one_score")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.block_key} {self.earned}/{self.possible}"


class Certificate(models.Model):
    """
    A course certificate; made when a learner passes and kept.

    .. pii: Which courses a person passed; the sandbox is for invented people.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    course_key = models.CharField(max_length=255, db_index=True)
    created = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "course_key"], name="sandbox_one_certificate")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.course_key}"
