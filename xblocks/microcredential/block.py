"""The ``microcredential`` block: a learner's progress and badge inside courseware.

It keeps nothing about learners (no per-user field): all state is the plugin's, read through ``microcred_plugin.api``.
"""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext as _
from web_fragments.fragment import Fragment
from webob import Response
from xblock.completable import XBlockCompletionMode
from xblock.core import XBlock
from xblock.exceptions import JsonHandlerError
from xblock.fields import Scope, String

from microcred_plugin.data import ProgressData
from microcred_plugin.errors import BadInput
from microcred_plugin.presenting.card import card, is_pending, is_visible, news

from . import choices, reading, staff, surroundings
from .rendering import public, render


@XBlock.wants("user", "i18n")
class MicrocredentialXBlock(XBlock):  # type: ignore[misc]
    """Shows one microcredential of the course: its milestones, what is left to do, and the badge once it is earned."""

    has_score = False
    has_author_view = True
    #: Looking at it is no learning: it must not count for, or block, the completion of its own unit.
    completion_mode = XBlockCompletionMode.EXCLUDED
    #: Without this it would be hidden from staff who masquerade as a learner.
    show_in_read_only_mode = True

    display_name = String(default="Microcredential", scope=Scope.settings)
    microcredential = String(default="", scope=Scope.settings, help="uuid; empty: the first one of the course")
    variant = String(default="progress", scope=Scope.settings, values=choices.VARIANTS)

    # Views

    @XBlock.supports("multi_device")  # type: ignore[untyped-decorator]
    def student_view(self, context: Any = None) -> Fragment:
        """Show the effective user's progress; nothing at all to learners when there is nothing to show."""
        viewer = surroundings.viewer(self)
        if viewer.user_id is None:
            return self.public_view(context)
        found = self._read(viewer.user_id)
        if not isinstance(found, ProgressData) or not is_visible(found):
            return self._fragment(staff.notice(found) if viewer.is_staff else "")
        state = self._state(found)
        fragment = self._fragment(render("root", {"variant": self._variant, "body": state.pop("html")}))
        fragment.add_javascript(public("microcred.js"))
        fragment.initialize_js("MicrocredentialXBlock", state)
        return fragment

    def public_view(self, context: Any = None) -> Fragment:
        """Say what can be earned here, to those who are not signed in."""
        found = self._read(None)
        if not isinstance(found, ProgressData) or not is_visible(found):
            return self._fragment("")
        told = {"card": self._card(found), "invitation": _("Sign in and enrol in this course to earn it.")}
        return self._fragment(render("root", {"variant": "public", "body": render("public", told)}))

    def author_view(self, context: Any = None) -> Fragment:
        """Preview without a learner: before, half way and earned; warn about what learners would not see."""
        found = self._read(None)
        if not isinstance(found, ProgressData):
            return self._fragment(staff.notice(found))
        return self._fragment(staff.preview(found, self._variant, self._draw, surroundings.page_id(self), _now()))

    def studio_view(self, context: Any = None) -> Fragment:
        """Let the course team choose the microcredential, what is shown, and the name in the outline."""
        offered = reading.choices(self._api, self._run)
        fragment = self._fragment(
            staff.editor(offered, self.microcredential, self._variant, self.display_name, surroundings.page_id(self))
        )
        fragment.add_javascript(public("studio.js"))
        fragment.initialize_js("MicrocredentialStudioEditor", {"saving": _("Saving"), "failed": _("It was not saved.")})
        return fragment

    # Handlers

    @XBlock.handler  # type: ignore[untyped-decorator]
    def progress(self, request: Any, suffix: str | None = None) -> Response:
        """Answer GET with the view as it is now (``html digest news pending``), ``{}`` when there is none to show."""
        if request.method != "GET":
            return Response(status=405, headerlist=[("Allow", "GET")])
        viewer = surroundings.viewer(self)
        found = self._read(viewer.user_id) if viewer.user_id is not None else None
        answer = self._state(found) if isinstance(found, ProgressData) and is_visible(found) else {}
        return Response(
            json.dumps(answer), content_type="application/json", charset="utf-8", cache_control="private, no-store"
        )

    @XBlock.json_handler  # type: ignore[untyped-decorator]
    def save_settings(self, data: Any, suffix: str | None = None) -> dict[str, str]:
        """Save the editor's settings; 400 with a sentence when they are wrong, 403 for those who may not."""
        if not self._may_edit():
            raise JsonHandlerError(403, _("Only the course team can change this."))
        offered = reading.choices(self._api, self._run)
        try:
            settings = choices.check(data, () if isinstance(offered, reading.Nothing) else offered)
        except BadInput as error:
            raise JsonHandlerError(400, str(error)) from error
        self.display_name, self.microcredential = settings.display_name, settings.microcredential
        self.variant = settings.variant
        return {"result": "success"}

    # What other parts of the platform ask

    def student_view_data(self, context: Any = None) -> dict[str, str]:
        """Describe the block for the mobile apps; made once for all learners, so nothing of a learner is in it."""
        return {"display_name": self.display_name, "microcredential": self.microcredential, "variant": self._variant}

    def index_dictionary(self) -> dict[str, Any]:
        """Give the search index the block's name and the words of the microcredential."""
        index: dict[str, Any] = super().index_dictionary()
        content = {"display_name": self.display_name}
        found = self._read(None)
        if isinstance(found, ProgressData) and is_visible(found):
            words = [found.title, found.description, *(milestone.title for milestone in found.milestones)]
            content["microcredential"] = " ".join(filter(None, words))
        index["content"] = {**index.get("content", {}), **content}
        index["content_type"] = "Microcredential"
        return index

    # Inside

    @property
    def _run(self) -> str:
        return surroundings.run_of(self)

    @property
    def _variant(self) -> str:
        """Return the variant; an import may have written anything into the field."""
        return self.variant if self.variant in choices.VARIANTS else choices.VARIANTS[0]

    def _api(self) -> Any:
        """Return the public API; imported late because a site may have the block but not the Django app."""
        from microcred_plugin import api

        return api

    def _draw(self, image: Any, **how: Any) -> str:
        svg: str = self._api().badge_svg(image, **how)
        return svg

    def _read(self, user_id: int | None) -> ProgressData | reading.Nothing:
        return reading.progress(self._api, user_id, self.microcredential, self._run)

    def _card(self, found: ProgressData) -> dict[str, Any]:
        return card(found, draw=self._draw, uid=surroundings.page_id(self), now=_now())

    def _state(self, found: ProgressData) -> dict[str, Any]:
        """Render the view and say what the script must know to notice a change."""
        html = str(render(self._variant, {"card": self._card(found)}))
        digest = sha256(html.encode()).hexdigest()[:16]
        return {"html": html, "digest": digest, "news": news(found), "pending": is_pending(found)}

    def _may_edit(self) -> bool:
        """Say whether settings may be saved: in the LMS, too, any learner can call a handler."""
        viewer = surroundings.viewer(self)
        # Studio checks its users itself and may not tell their ids; the LMS refuses nobodies before we are asked.
        return viewer.user_id is None or viewer.is_staff or reading.is_staff(self._api, viewer.user_id, self._run)

    def _fragment(self, html: str) -> Fragment:
        fragment = Fragment(html)
        if html:
            fragment.add_css(public("microcred.css"))
        return fragment


def _now() -> datetime:
    return datetime.now(UTC)
