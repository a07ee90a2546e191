"""Rows of what can be earned: issuer, microcredential, offering, draft, version, interest."""

from typing import Any, NoReturn, TypeVar
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.utils.timezone import now

from microcred_plugin.data import MicrocredentialState
from microcred_plugin.errors import Immutable

M = TypeVar("M", bound=models.Model)


class Issuer(models.Model):
    """The organisation in whose name microcredentials are awarded.

    .. no_pii:
    """

    short_name = models.CharField(max_length=255, unique=True)
    name = models.CharField(max_length=255)

    def __str__(self) -> str:
        return self.short_name


class Microcredential(models.Model):
    """Something a learner can earn: the same one in whichever run it is earned.

    .. no_pii:
    """

    uuid = models.UUIDField(default=uuid4, unique=True, editable=False)
    issuer = models.ForeignKey(Issuer, on_delete=models.PROTECT, related_name="microcredentials")
    slug = models.CharField(max_length=100)
    title = models.CharField(max_length=255)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value) for state in MicrocredentialState],
        default=MicrocredentialState.DRAFT.value,
    )
    retired_reason = models.TextField(blank=True, default="")
    created = models.DateTimeField(default=now, editable=False)
    # The one place that says which version counts; null until the first publish.
    current_version = models.ForeignKey("Version", null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["issuer", "slug"], name="microcred_slug_once_per_issuer")]

    def __str__(self) -> str:
        return f"{self.issuer.short_name}/{self.slug}"


class Offering(models.Model):
    """A course run in which a microcredential can be earned; inactive until the course team activates it.

    .. no_pii:
    """

    microcredential = models.ForeignKey(Microcredential, on_delete=models.CASCADE, related_name="offerings")
    run = models.CharField(max_length=255, db_index=True)
    active = models.BooleanField(default=True)
    created = models.DateTimeField(default=now, editable=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["microcredential", "run"], name="microcred_run_offered_once")]

    def __str__(self) -> str:
        return f"{self.microcredential_id} in {self.run}"


class Draft(models.Model):
    """The one editable definition; ``lock`` counts saves, so that nobody overwrites what they have not read.

    .. pii: Who saved it last.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    microcredential = models.OneToOneField(Microcredential, on_delete=models.CASCADE, related_name="draft")
    document = models.JSONField()
    lock = models.PositiveIntegerField(default=1)
    modified = models.DateTimeField(default=now)
    modified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"draft {self.lock} of {self.microcredential_id}"


class ImmutableQuerySet(models.QuerySet[M]):
    """Rows that are written once; changing or deleting them in bulk is refused."""

    def update(self, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise Immutable

    def delete(self) -> NoReturn:
        """Refuse."""
        raise Immutable

    def bulk_update(self, objs: Any, fields: Any, batch_size: Any = None) -> NoReturn:
        """Refuse."""
        raise Immutable

    def bulk_create(self, objs: Any, *args: Any, update_conflicts: bool = False, **kwargs: Any) -> list[M]:
        """Add rows; refuse to change those that are there."""
        if update_conflicts:
            raise Immutable
        return super().bulk_create(objs, *args, **kwargs)


class WrittenOnce(models.Model):
    """A row that can be added and read, never changed or deleted, by any way through the models."""

    objects = ImmutableQuerySet.as_manager()

    class Meta:
        abstract = True
        base_manager_name = "objects"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; refuse to change one."""
        if not self._state.adding:
            raise Immutable
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise Immutable


class Version(WrittenOnce):
    """An immutable published definition; ``digest`` proves on every read that nobody changed it.

    .. pii: Who published it.
    .. pii_types: id
    .. pii_retirement: local_api
    """

    microcredential = models.ForeignKey(Microcredential, on_delete=models.PROTECT, related_name="versions")
    num = models.PositiveIntegerField()
    document = models.JSONField()
    digest = models.CharField(max_length=64)
    note = models.TextField(blank=True, default="")
    created = models.DateTimeField(default=now, editable=False)
    # Not a foreign key: erasing a user must not have to change a row that cannot be changed.
    created_by_id = models.PositiveBigIntegerField(null=True, blank=True)

    class Meta(WrittenOnce.Meta):
        abstract = False
        constraints = [models.UniqueConstraint(fields=["microcredential", "num"], name="microcred_version_num_once")]

    def __str__(self) -> str:
        return f"version {self.num} of {self.microcredential_id}"


class Interest(models.Model):
    """One fact that a published version listens to, in one run: the index from events to definitions.

    ``context`` is the course whose events bring the fact, or ``awards``. Rows are rebuilt from ``needs()``, not edited.

    .. no_pii:
    """

    AWARDS = "awards"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="interests")
    run = models.CharField(max_length=255, blank=True, default="")
    context = models.CharField(max_length=255, db_index=True)
    evidence_key = models.CharField(max_length=320)

    def __str__(self) -> str:
        return f"{self.evidence_key} for version {self.version_id}"
