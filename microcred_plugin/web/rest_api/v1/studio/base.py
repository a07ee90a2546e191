"""What every view for course teams has in common: only authors of the course, documents read with care, locks."""

import re
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.utils.translation import gettext as _
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from rest_framework import status
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle

from microcred_plugin import api
from microcred_plugin.conf import settings
from microcred_plugin.errors import BadInput
from microcred_plugin.web.rest_api.v1.base import ApiView, Throttle, user_id_of

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')


class StudioThrottle(Throttle):
    """An editor that saves by itself asks far more often than a reader; it is counted apart."""

    scope = "microcredentials_studio"

    def get_rate(self) -> str | None:
        """Return the operator's rate; None: no limit."""
        return settings.MICROCRED_STUDIO_THROTTLE_RATE or None


class DocumentParser(BaseParser):
    """Reads what is sent as definition files are read: nothing twice, nothing too large or too deep, no NaN."""

    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Return the mapping; BadInput says what is wrong."""
        return api.read_document(_decoded(stream))


class FileParser(DocumentParser):
    """A definition file as it is, YAML or JSON."""

    media_type = "application/yaml"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        """Return the document as ``{"from": "file", "document": …}``."""
        return {"from": "file", "document": super().parse(stream, media_type, parser_context)}


class TextParser(BaseParser):
    """A file of which only what it holds tells what it is."""

    media_type = "text/plain"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, str]:
        """Return ``{"text": …}``."""
        return {"text": _decoded(stream)}


class LockRequired(APIException):
    """The request does not say which draft it has read (RFC 6585, 3)."""

    status_code = 428
    default_code = "lock_required"


class StudioView(ApiView):
    """A view in one course, for who may write its content and nobody else; asked of the platform on every call."""

    throttle_classes: Sequence[type[BaseThrottle]] = (StudioThrottle,)
    parser_classes: Sequence[type[BaseParser]] = (DocumentParser,)
    run: str

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse everybody but authors of the course, before anything else is looked at."""
        super().initial(request, *args, **kwargs)
        try:
            self.run = str(CourseKey.from_string(kwargs["course_key"]))
        except InvalidKeyError as error:
            raise NotFound(_("There is no course run of that key.")) from error
        if not request.user.is_active or not api.can_author(user_id_of(request), self.run):
            raise PermissionDenied(_("Only who may edit this course can work on its microcredentials."))
        if api.course_of(self.run) is None:
            raise NotFound(_("There is no course run of that key."))

    def lock_of(self, request: Request) -> int:
        """Return which draft the caller has read, as the header If-Match says."""
        header = request.headers.get("If-Match", "")
        if not header:
            raise LockRequired(
                _("Send the draft's ETag as If-Match, so that nobody overwrites what they have not read.")
            )
        if (found := _ETAG.fullmatch(header.strip())) is None:
            raise ValidationError(_("If-Match must be the ETag of the draft."))
        return int(found[1])


def _decoded(stream: Any) -> str:
    try:
        return str(stream.read().decode())
    except UnicodeDecodeError as error:
        raise BadInput(_("The text is not UTF-8.")) from error
    except RequestDataTooBig as error:
        raise BadInput(_("The file is too large.")) from error


def with_lock(answer: Any, lock: int, *, number: int = status.HTTP_200_OK) -> Response:
    """Answer with the draft's ETag."""
    return Response(answer, status=number, headers={"ETag": f'"{lock}"'})
