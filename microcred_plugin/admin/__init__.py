"""Django admin for operators: everything can be found and read, nothing that is a record can be edited.

What changes something is an action, which calls the public API and so keeps the history.
"""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from microcred_plugin.admin import actions
from microcred_plugin.models import (
    Award,
    AwardEvent,
    Backfill,
    Confirmation,
    Issuer,
    Microcredential,
    Notice,
    Offering,
    Pending,
    Progress,
    SweepRun,
    Version,
)

if TYPE_CHECKING:  # the stubs' classes take a parameter, Django's do not
    ModelAdmin = admin.ModelAdmin[Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin, TabularInline = admin.ModelAdmin, admin.TabularInline


class ReadOnly(ModelAdmin):
    """Rows that flows write: to be looked at."""

    def has_act_permission(self, request: HttpRequest) -> bool:
        """Say whether the user may use the actions."""
        return actions.may_act(self, request)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


class History(TabularInline):
    """The history of an award."""

    model = AwardEvent
    fields = readonly_fields = ("kind", "at", "actor_id", "reason")
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False


@admin.register(Award)
class AwardAdmin(ReadOnly):
    """Who holds what."""

    list_display = ("title", "user", "milestone_key", "state", "evidence_level", "granted_at", "run")
    list_filter = ("state", "evidence_level", "microcredential")
    search_fields = ("uuid", "title", "user__username", "run")
    list_select_related = ("user",)
    inlines = (History,)
    actions = (actions.hold, actions.revoke, actions.restore)


@admin.register(Notice)
class NoticeAdmin(ReadOnly):
    """What is still to be told of awards, and what could not be."""

    list_display = ("award", "channel", "kind", "at", "attempts", "not_before", "last_error")
    list_filter = ("channel",)
    search_fields = ("award__uuid", "award__user__username")
    list_select_related = ("award",)


@admin.register(Microcredential)
class MicrocredentialAdmin(ReadOnly):
    """What can be earned."""

    list_display = ("title", "slug", "issuer", "state", "current_version")
    list_filter = ("state", "issuer")
    search_fields = ("title", "slug", "uuid")


@admin.register(Version)
class VersionAdmin(ReadOnly):
    """What was published, when and by whom."""

    list_display = ("microcredential", "num", "created", "created_by_id", "note")
    search_fields = ("microcredential__title", "microcredential__slug")


@admin.register(Progress)
class ProgressAdmin(ReadOnly):
    """How far learners have come."""

    list_display = ("user", "of", "run", "fraction", "earned", "eligible", "computed_at")
    list_filter = ("earned", "eligible")
    search_fields = ("user__username", "run")
    list_select_related = ("user", "version__microcredential__issuer")

    @admin.display(description=gettext_lazy("microcredential"), ordering="version__microcredential__title")
    def of(self, row: Progress) -> str:
        """Name what it is progress in, and the version."""
        return f"{row.version.microcredential}, {row.version.num}"


@admin.register(Pending)
class PendingAdmin(ReadOnly):
    """Who waits to be judged again, and what could not be."""

    list_display = ("user_id", "context", "changed_at", "attempts", "parked_at", "last_error")
    list_filter = (("parked_at", admin.EmptyFieldListFilter),)
    search_fields = ("=user_id", "context")
    actions = (actions.unpark, actions.judge_now)


@admin.register(Backfill)
class BackfillAdmin(ReadOnly):
    """Walks over the learners of a course."""

    list_display = ("microcredential", "context", "due_at", "learners", "awards", "finished_at", "last_error")
    search_fields = ("context", "microcredential__slug")
    list_filter = (("finished_at", admin.EmptyFieldListFilter),)


@admin.register(Confirmation)
class ConfirmationAdmin(ReadOnly):
    """What staff confirmed."""

    list_display = ("user", "microcredential", "milestone_key", "confirmed_by", "confirmed_at", "reason")
    search_fields = ("user__username", "microcredential__slug")


@admin.register(Offering)
class OfferingAdmin(ReadOnly):
    """In which runs what can be earned."""

    list_display = ("microcredential", "run", "active")
    search_fields = ("run", "microcredential__slug")
    list_filter = ("active",)
    actions = (actions.end,)


@admin.register(Issuer)
class IssuerAdmin(ModelAdmin):
    """In whose name: the display name may be corrected."""

    list_display = ("short_name", "name")
    search_fields = ("short_name", "name")
    readonly_fields = ("short_name",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: loading a definition makes its issuer."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse: what was awarded names it."""
        return False


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnly):
    """When the last sweep ended."""

    list_display = ("name", "finished_at")
