"""The draft of one microcredential: read, saved under its lock, discarded, compared, tried out."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from edx_api_doc_tools import query_parameter
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from microcred_plugin import authoring
from microcred_plugin.authoring_data import DraftData
from microcred_plugin.errors import BadInput
from microcred_plugin.web.rest_api.v1.base import user_id_of
from microcred_plugin.web.rest_api.v1.describing import COURSE, MICROCREDENTIAL, described
from microcred_plugin.web.rest_api.v1.studio import serializers as shapes
from microcred_plugin.web.rest_api.v1.studio.base import StudioView, with_lock

ONE = [COURSE, MICROCREDENTIAL]
ERRORS = (401, 403, 404, 429)
#: So many learners are judged in one request, which takes well below a second.
_LEARNERS = 500


def draft_answer(run: str, draft: DraftData, by: int) -> Any:
    """Describe a draft with what the linter says of it."""
    names = ("uuid", "slug", "issuer", "lock", "document", "saved_at", "saved_by")
    answer = {name: getattr(draft, name) for name in names} | {
        "findings": authoring.findings(run, draft, by=by),
        "microcredential": authoring.microcredential(run, draft.uuid),
    }
    return shapes.DraftSerializer(answer).data


class DraftView(StudioView):
    """The draft."""

    http_method_names = ("get", "head", "put", "delete", "options")

    @described(answer=shapes.DraftSerializer, parameters=ONE, errors=ERRORS)
    def get(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Show the draft, its ETag, and what the linter says of it in this run now."""
        draft = authoring.draft(self.run, uuid)
        return with_lock(draft_answer(self.run, draft, user_id_of(request)), draft.lock)

    @described(answer=shapes.DraftSerializer, parameters=ONE, errors=(400, *ERRORS, 412, 422, 428), body=dict)
    def put(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Save the document that is sent, finished or not, if the draft still is the one that If-Match names.

        Its slug and issuer stay what they are. 412: somebody else saved meanwhile; read theirs, and save again with
        its ETag to keep yours.
        """
        by = user_id_of(request)
        draft = authoring.save(self.run, uuid, dict(request.data), lock=self.lock_of(request), by=by)
        return with_lock(draft_answer(self.run, draft, by), draft.lock)

    @described(answer="Nothing.", parameters=ONE, errors=(400, *ERRORS, 412, 428), number=204)
    def delete(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Go back to what is published; a microcredential that never was is deleted."""
        authoring.discard(self.run, uuid, lock=self.lock_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class ChangesView(StudioView):
    """What publishing would change."""

    @described(answer=shapes.ChangesSerializer, parameters=ONE, errors=(*ERRORS, 422))
    def get(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Say in sentences what differs between the draft and what is published; nothing before the first publish."""
        return Response(shapes.ChangesSerializer({"changes": authoring.changes(self.run, uuid)}).data)


class SimulationView(StudioView):
    """Trying a draft out."""

    @described(
        answer=shapes.SimulationSerializer,
        parameters=[*ONE, query_parameter("after", int, "Go on where the last answer's `next` says. Default: 0.")],
        errors=(400, *ERRORS, 422),
    )
    def get(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Judge the learners of the run by the draft, 500 at a time; nothing is written.

        Add up the answers until `next` is null.
        """
        after = request.query_params.get("after", "0")
        if not (after.isdecimal() and after.isascii() and len(after) < 19):
            raise BadInput("after must be a whole number: the `next` of the answer before.")
        found = authoring.simulate(self.run, uuid, by=user_id_of(request), after=int(after), at_most=_LEARNERS)
        return Response(shapes.SimulationSerializer(found).data)


class ExportView(StudioView):
    """The draft as a file."""

    @described(answer="The definition as a YAML file.", parameters=ONE, errors=ERRORS)
    def get(self, request: Request, course_key: str, uuid: UUID) -> HttpResponse:
        """Download the draft as a file that can be loaded elsewhere."""
        draft = authoring.draft(self.run, uuid)
        return HttpResponse(
            authoring.export(self.run, uuid),
            content_type="application/yaml; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{draft.slug}.yaml"'},
        )
