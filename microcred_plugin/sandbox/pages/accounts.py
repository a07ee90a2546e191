"""Sign in with one click: the sandbox knows no passwords and only this machine can reach it."""

from django.contrib.auth import get_user_model, login, logout
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from microcred_plugin.sandbox.pages.page import page

_BACKEND = "django.contrib.auth.backends.ModelBackend"


@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Show the users there are; sign in as the one chosen."""
    target = _target(request)
    if request.method == "POST":
        user = get_object_or_404(get_user_model(), username=request.POST.get("username", ""), is_active=True)
        login(request, user, backend=_BACKEND)
        return redirect(target)
    users = User.objects.filter(is_active=True).prefetch_related("groups").order_by("pk")[:50]
    people = [{"name": user.username, "role": _role(user)} for user in users]
    return page(request, "login", {"people": people, "next": target})


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out."""
    logout(request)
    return redirect("sandbox:login")


def _target(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}) else "/"


def _role(user: User) -> str:
    if user.is_superuser:
        return gettext("Operator: may do everything, admin included")
    if any(group.name == "author" for group in user.groups.all()):
        return gettext("Author: writes courses and microcredentials")
    return gettext("Learner")
