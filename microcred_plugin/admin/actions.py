"""What operators can do in Django admin: each action calls the public API, says who acted, and tells what came of it.

No row is edited. Whoever may change a model's rows (``change_award``, ``change_pending``, ``change_offering``) may act
on them; whoever may only view them does not see the actions.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_permission_codename
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from microcred_plugin import api
from microcred_plugin.data import AwardData
from microcred_plugin.errors import MicrocredError
from microcred_plugin.models import Award, Offering, Pending

Change = Callable[..., AwardData]
_AT_ONCE = 100  #: rows in one request; more are the command's


def may_act(modeladmin: "admin.ModelAdmin[Any]", request: HttpRequest) -> bool:
    """Say whether the user may act on the rows of this model."""
    options = modeladmin.model._meta
    return bool(request.user.has_perm(f"{options.app_label}.{get_permission_codename('change', options)}"))


def _by(request: HttpRequest) -> int:
    return int(request.user.pk or 0)


def _too_many(modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Any]") -> bool:
    too_many = queryset.count() > _AT_ONCE
    if too_many:
        text = _("Choose at most %(count)d rows, or use the command microcred.") % {"count": _AT_ONCE}
        modeladmin.message_user(request, text, messages.ERROR)
    return too_many


def _change(
    modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Award]", action: str, change: Change
) -> TemplateResponse | None:
    """Ask for the reason first, then change each award with it; one that cannot be changed keeps no other back."""
    if _too_many(modeladmin, request, queryset):
        return None
    reason = request.POST.get("reason", "").strip()
    if not reason:
        return _ask(modeladmin, request, queryset, action, asked_before="reason" in request.POST)
    done = sum(_changed(modeladmin, request, uuid, change, reason) for uuid in queryset.values_list("uuid", flat=True))
    if done:
        text = ngettext("%(count)d award was changed.", "%(count)d awards were changed.", done) % {"count": done}
        modeladmin.message_user(request, text, messages.SUCCESS)
    return None


def _changed(modeladmin: Any, request: HttpRequest, uuid: UUID, change: Change, reason: str) -> bool:
    try:
        change(uuid, reason=reason, by=_by(request))
    except MicrocredError as error:
        modeladmin.message_user(request, str(error), messages.ERROR)
        return False
    return True


def _ask(
    modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Award]", action: str, *, asked_before: bool
) -> TemplateResponse:
    context = {
        **modeladmin.admin_site.each_context(request),
        "title": dict(modeladmin.get_action_choices(request, []))[action],
        "opts": modeladmin.model._meta,
        "awards": queryset.select_related("user"),
        "action": action,
        "checkbox": ACTION_CHECKBOX_NAME,
        "reason_is_missing": asked_before,
    }
    return TemplateResponse(request, "microcred_plugin/admin/reason.html", context)


@admin.action(description=gettext_lazy("Hold the chosen awards"), permissions=["act"])
def hold(modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Award]") -> TemplateResponse | None:
    """Let awards not count until they are restored."""
    return _change(modeladmin, request, queryset, "hold", api.hold)


@admin.action(description=gettext_lazy("Revoke the chosen awards"), permissions=["act"])
def revoke(modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Award]") -> TemplateResponse | None:
    """Take awards back."""
    return _change(modeladmin, request, queryset, "revoke", api.revoke)


@admin.action(description=gettext_lazy("Restore the chosen awards"), permissions=["act"])
def restore(modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Award]") -> TemplateResponse | None:
    """Make held, revoked or expired awards count again."""
    return _change(modeladmin, request, queryset, "restore", api.restore)


@admin.action(description=gettext_lazy("Try the chosen again that are parked"), permissions=["act"])
def unpark(modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Pending]") -> None:
    """Give parked learners another round of attempts; the next sweep judges them."""
    done = api.unpark(list(queryset.values_list("pk", flat=True)))
    text = ngettext("%(count)d learner is no longer parked.", "%(count)d learners are no longer parked.", done)
    modeladmin.message_user(request, text % {"count": done}, messages.SUCCESS)


@admin.action(description=gettext_lazy("Judge the chosen now"), permissions=["act"])
def judge_now(modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Pending]") -> None:
    """Do for these rows what the sweep would do."""
    if _too_many(modeladmin, request, queryset):
        return
    try:
        done = api.judge_again(list(queryset.values_list("pk", flat=True)))
    except MicrocredError as error:
        modeladmin.message_user(request, str(error), messages.ERROR)
        return
    text = ngettext("%(count)d learner was judged.", "%(count)d learners were judged.", done) % {"count": done}
    modeladmin.message_user(request, text, messages.SUCCESS)


@admin.action(description=gettext_lazy("End the chosen offerings"), permissions=["act"])
def end(modeladmin: Any, request: HttpRequest, queryset: "QuerySet[Offering]") -> None:
    """Offer microcredentials in these runs no more; what was earned there stays."""
    for row in queryset.select_related("microcredential__issuer"):
        try:
            api.end_offering(str(row.microcredential), row.run)
        except MicrocredError as error:
            modeladmin.message_user(request, str(error), messages.ERROR)
        else:
            text = _("%(title)s is no longer offered in %(run)s.")
            values = {"title": row.microcredential.title, "run": row.run}
            modeladmin.message_user(request, text % values, messages.SUCCESS)
