"""A runtime for XBlocks over the sandbox's courses, on the classes that the XBlock library is made of."""

import json
from decimal import Decimal
from io import BytesIO
from typing import Any

import webob
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString
from opaque_keys.edx.keys import UsageKey
from web_fragments.fragment import Fragment
from xblock.exceptions import NoSuchUsage
from xblock.fields import ScopeIds
from xblock.reference.user_service import UserService, XBlockUser
from xblock.runtime import IdReader, KvsFieldData, Runtime

from microcred_plugin.sandbox import learning
from microcred_plugin.sandbox.field_store import BlockRows
from microcred_plugin.sandbox.models import SandboxBlock
from microcred_plugin.sandbox.platform import SandboxPlatform

#: The id of a block that stands in no course: shown where an export has none of ours.
GUEST = "sandbox"


class SandboxRuntime(Runtime):  # type: ignore[misc]
    """Runs the blocks of one course for one user; ``studio`` says which of the two sites this page plays."""

    def __init__(self, user: User | AnonymousUser, rows: dict[str, SandboxBlock], *, studio: bool = False) -> None:
        services = {
            "user": _Users(user, rows),
            "i18n": _Translations(),
            "field-data": KvsFieldData(BlockRows(rows, may_write=studio)),
        }
        super().__init__(id_reader=_Ids(), id_generator=None, services=services)
        self.user = user
        self._rows = rows
        self._studio = studio

    def get_block(self, usage_id: UsageKey, for_parent: Any = None) -> Any:
        """Give the block of a usage key; NoSuchUsage when it is neither in the course nor a guest."""
        if str(usage_id) not in self._rows and usage_id.block_id != GUEST:
            raise NoSuchUsage(str(usage_id))
        keys = ScopeIds(self.user.pk, usage_id.block_type, usage_id, usage_id)
        return self.construct_xblock(usage_id.block_type, keys, for_parent=for_parent)

    def handler_url(
        self, block: Any, handler_name: str, suffix: str = "", query: str = "", thirdparty: bool = False
    ) -> str:
        """Give the address of a handler, where the platform has it."""
        key = block.scope_ids.usage_id
        site = "studio_handler" if self._studio else "handler"
        url = reverse(f"sandbox:{site}", args=[str(key.context_key), str(key), handler_name])
        return url + (f"/{suffix}" if suffix else "") + (f"?{query}" if query else "")

    def local_resource_url(self, block: Any, uri: str) -> str:
        """Give the address of a file of the block's package."""
        return reverse("sandbox:resource", args=[block.scope_ids.block_type, uri])

    def resource_url(self, resource: str) -> str:
        """Give the address of a static file of the site."""
        return f"/static/{resource}"

    def publish(self, block: Any, event_type: str, event_data: Any) -> None:
        """Store a completion or a grade that a block reports; other events are not for us."""
        if self._studio or not self.user.is_authenticated:
            return
        key = block.scope_ids.usage_id
        if event_type == "completion":
            learning.complete(self.user, [str(key)], float(event_data["completion"]))
        elif event_type == "grade" and event_data.get("max_value"):
            earned, possible = (Decimal(str(event_data[name])) for name in ("value", "max_value"))
            learning.score(self.user, str(key.context_key), str(key), earned, possible)

    def applicable_aside_types(self, block: Any) -> list[str]:
        """Show no asides: they belong to the platform."""
        return []

    def wrap_xblock(self, block: Any, view: str, frag: Fragment, context: Any) -> Fragment:
        """Put what the page's script needs (``sandbox.js``) around a block's view."""
        key = str(block.scope_ids.usage_id)
        wrapped = Fragment(
            format_html(
                '<div class="xblock xblock-{}" data-usage="{}" data-handlers="{}" data-init="{}">{}{}</div>',
                view,
                key,
                self.handler_url(block, "HANDLER"),
                frag.js_init_fn or "",
                SafeString(frag.body_html()),
                _arguments(frag),
            )
        )
        wrapped.add_fragment_resources(frag)
        return wrapped


def _arguments(frag: Fragment) -> str:
    if frag.json_init_args is None:
        return ""
    text = json.dumps(frag.json_init_args).replace("<", "\\u003c")
    return SafeString(f'<script type="json/xblock-args">{text}</script>')


class _Ids(IdReader):  # type: ignore[misc]
    """Usage keys say all there is to know; definitions and usages are one here, and there are no asides."""

    def get_definition_id(self, usage_id: UsageKey) -> UsageKey:
        return usage_id

    def get_block_type(self, def_id: UsageKey) -> str:
        return str(def_id.block_type)

    def get_usage_id_from_aside(self, aside_id: Any) -> Any:
        raise NoSuchUsage(aside_id)

    def get_definition_id_from_aside(self, aside_id: Any) -> Any:
        raise NoSuchUsage(aside_id)

    def get_aside_type_from_usage(self, aside_id: Any) -> Any:
        raise NoSuchUsage(aside_id)

    def get_aside_type_from_definition(self, aside_id: Any) -> Any:
        raise NoSuchUsage(aside_id)


class _Users(UserService):  # type: ignore[misc]
    """Tells blocks who looks at them, under the names that the platform uses."""

    def __init__(self, user: User | AnonymousUser, rows: dict[str, SandboxBlock]) -> None:
        super().__init__()
        self._user = user
        self._course = next((row.course.key for row in rows.values()), "")

    def get_current_user(self) -> XBlockUser:
        """Describe the current user."""
        user = XBlockUser(is_current_user=True)
        user.opt_attrs["edx-platform.is_authenticated"] = isinstance(self._user, User)
        if isinstance(self._user, User):
            staff = SandboxPlatform().is_course_staff(self._user.pk, self._course)
            user.full_name = self._user.get_full_name() or self._user.get_username()
            user.opt_attrs["edx-platform.user_id"] = self._user.pk
            user.opt_attrs["edx-platform.username"] = self._user.get_username()
            user.opt_attrs["edx-platform.user_is_staff"] = staff
            user.opt_attrs["edx-platform.user_role"] = "staff" if staff else "student"
        return user


class _Translations:
    """Django's translations under the names that blocks use."""

    def __getattr__(self, name: str) -> Any:
        return getattr(translation, {"ugettext": "gettext", "ungettext": "ngettext"}.get(name, name))


def handle(block: Any, name: str, request: HttpRequest, suffix: str) -> HttpResponse:
    """Call a handler of a block with a Django request; NoSuchHandlerError when it has none of that name."""
    answer = block.handle(name, _to_webob(request), suffix or None)
    response = HttpResponse(answer.body, status=answer.status_code, content_type=answer.content_type)
    for header, value in answer.headerlist:
        response[header] = value
    return response


def _to_webob(request: HttpRequest) -> webob.Request:
    environ = {key: value for key, value in request.META.items() if isinstance(value, str)}
    return webob.Request({**environ, "wsgi.input": BytesIO(request.body), "wsgi.url_scheme": request.scheme or "http"})
