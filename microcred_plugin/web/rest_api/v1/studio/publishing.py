"""What is published of one microcredential, where it can be earned, and what it is stacked with."""

from uuid import UUID

from edx_api_doc_tools import path_parameter, query_parameter
from rest_framework.request import Request
from rest_framework.response import Response

from microcred_plugin import authoring
from microcred_plugin.web.rest_api.v1.base import user_id_of
from microcred_plugin.web.rest_api.v1.describing import described
from microcred_plugin.web.rest_api.v1.studio import serializers as shapes
from microcred_plugin.web.rest_api.v1.studio.base import StudioView
from microcred_plugin.web.rest_api.v1.studio.drafts import ERRORS, ONE


class PublishView(StudioView):
    """Publishing."""

    http_method_names = ("post", "options")

    @described(
        answer=shapes.MicrocredentialSerializer,
        parameters=ONE,
        errors=(400, *ERRORS, 412, 422, 428),
        body=shapes.PublishSerializer,
    )
    def post(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Publish the draft that If-Match names as the next version, and have everybody concerned judged by it.

        422 with `problems` when it cannot be published; each names its place.
        """
        given = shapes.PublishSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        note, by = given.validated_data["note"], user_id_of(request)
        found = authoring.publish(self.run, uuid, lock=self.lock_of(request), note=note, by=by)
        return Response(shapes.MicrocredentialSerializer(found).data)


class RetireView(StudioView):
    """Retiring."""

    http_method_names = ("post", "options")

    @described(
        answer=shapes.MicrocredentialSerializer, parameters=ONE, errors=(400, *ERRORS), body=shapes.RetireSerializer
    )
    def post(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Stop awarding it, in every run, with a reason; what was earned stays. Publishing begins it again."""
        given = shapes.RetireSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        found = authoring.retire(self.run, uuid, reason=given.validated_data["reason"], by=user_id_of(request))
        return Response(shapes.MicrocredentialSerializer(found).data)


class OfferingView(StudioView):
    """Whether it can be earned in this run."""

    http_method_names = ("put", "delete", "options")

    @described(answer=shapes.MicrocredentialSerializer, parameters=ONE, errors=(*ERRORS, 422))
    def put(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Let it be earned in this run from now on; 422 with `problems` says what cannot be earned here."""
        return Response(shapes.MicrocredentialSerializer(authoring.activate(self.run, uuid)).data)

    @described(answer=shapes.MicrocredentialSerializer, parameters=ONE, errors=ERRORS)
    def delete(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Stop offering it in this run; what was earned here stays."""
        return Response(shapes.MicrocredentialSerializer(authoring.end_offering(self.run, uuid)).data)


class VersionsView(StudioView):
    """The history."""

    @described(answer=shapes.VersionsSerializer, parameters=ONE, errors=ERRORS)
    def get(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """List the published versions, newest first: who, when, and why."""
        return Response(shapes.VersionsSerializer({"versions": authoring.versions(self.run, uuid)}).data)


class VersionView(StudioView):
    """One published version."""

    @described(
        answer=shapes.DocumentSerializer,
        parameters=[*ONE, path_parameter("num", int, "The number of the version.")],
        errors=ERRORS,
    )
    def get(self, request: Request, course_key: str, uuid: UUID, num: int) -> Response:
        """Show the document of a version."""
        return Response(shapes.DocumentSerializer({"document": authoring.document_of(self.run, uuid, num)}).data)


class StackView(StudioView):
    """What it is stacked with."""

    @described(answer=shapes.StackSerializer, parameters=ONE, errors=ERRORS)
    def get(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """Show what the draft builds on, all the way down, and what builds on this microcredential."""
        return Response(shapes.StackSerializer(authoring.stack(self.run, uuid)).data)


class CandidatesView(StudioView):
    """What it may build on."""

    @described(
        answer=shapes.CandidatesSerializer,
        parameters=[*ONE, query_parameter("q", str, "Part of the title.")],
        errors=ERRORS,
    )
    def get(self, request: Request, course_key: str, uuid: UUID) -> Response:
        """List up to 50 published microcredentials that it may build on without making a circle."""
        text = request.query_params.get("q", "")[:255]
        found = authoring.candidates(self.run, uuid, by=user_id_of(request), text=text)
        return Response(shapes.CandidatesSerializer({"microcredentials": found}).data)
