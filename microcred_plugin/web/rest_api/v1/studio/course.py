"""A course's microcredentials as a whole: the list, how one begins, and the outline that all are made of."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from edx_api_doc_tools import query_parameter
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from microcred_plugin import api, authoring
from microcred_plugin.authoring_data import DraftData
from microcred_plugin.web.rest_api.v1.base import picture, user_id_of
from microcred_plugin.web.rest_api.v1.describing import COURSE, described
from microcred_plugin.web.rest_api.v1.studio import serializers as shapes
from microcred_plugin.web.rest_api.v1.studio.base import (
    DocumentParser,
    FileParser,
    StudioView,
    TextParser,
    with_lock,
)
from microcred_plugin.web.rest_api.v1.studio.drafts import draft_answer

ERRORS = (401, 403, 404, 429)


class CourseView(StudioView):
    """Everything offered in a course run."""

    @described(answer=shapes.CourseListSerializer, parameters=[COURSE], errors=ERRORS)
    def get(self, request: Request, course_key: str) -> Response:
        """List the microcredentials of a course run, active or not, with figures and the linter's findings."""
        course = api.course_of(self.run)
        about = {name: getattr(course, name) for name in ("key", "title", "org", "image_url", "url")}
        answer = {
            "course": {**about, "studio_url": api.studio_course_url(self.run)},
            "microcredentials": authoring.cards(self.run),
        }
        return Response(shapes.CourseListSerializer(answer).data)


class BlockView(StudioView):
    """Our block in the course."""

    http_method_names = ("get", "head", "put", "options")

    @described(answer=shapes.PlacementSerializer, parameters=[COURSE], errors=ERRORS)
    def get(self, request: Request, course_key: str) -> Response:
        """Say whether the course's team may add the block, and in which published units it stands."""
        return Response(shapes.PlacementSerializer(authoring.placement(self.run)).data)

    @described(answer=shapes.PlacementSerializer, parameters=[COURSE], errors=ERRORS)
    def put(self, request: Request, course_key: str) -> Response:
        """Let the course's team add the block: it comes into the advanced modules of the course."""
        return Response(shapes.PlacementSerializer(authoring.allow_block(self.run, user_id_of(request))).data)


class BadgeView(StudioView):
    """A badge as it would look."""

    throttle_classes = ()  # a page shows many, and none costs a query of ours

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let a page ask for a picture with any Accept header; errors are JSON whatever was asked for."""
        return super().perform_content_negotiation(request, force=True)

    @described(
        answer="The badge as image/svg+xml.",
        parameters=[
            COURSE,
            *(query_parameter(name, str, "As in a definition.") for name in ("shape", "colour", "icon")),
            query_parameter("milestones", int, "How many segments its ring has; at most 100."),
            query_parameter("done", int, "How many of them are filled."),
            query_parameter("lit", int, "1: earned."),
            query_parameter("size", int, "In pixels; smaller ones are drawn more simply."),
        ],
        errors=(400, 401, 403, 404),
    )
    def get(self, request: Request, course_key: str) -> HttpResponse:
        """Draw a badge; what is not known of it is drawn as ours."""
        given = shapes.BadgeSerializer(data=request.query_params)
        given.is_valid(raise_exception=True)
        wanted = given.validated_data
        done, of = wanted["done"], wanted["milestones"]
        drawing = api.badge_svg(
            {name: wanted[name] for name in ("shape", "colour", "icon")},
            title="",
            segments=[Decimal(number < done) for number in range(of)],
            lit=wanted["lit"],
            size=wanted["size"],
        )
        return picture(drawing)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let the browser keep a picture: the same address always gives the same one."""
        final = super().finalize_response(request, response, *args, **kwargs)
        if final.status_code == status.HTTP_200_OK:
            final["Cache-Control"] = "private, max-age=86400"
        return final


class CreateView(StudioView):
    """How one begins."""

    http_method_names = ("post", "options")
    parser_classes = (DocumentParser, FileParser)

    @described(
        answer=shapes.DraftSerializer,
        parameters=[COURSE],
        errors=(400, *ERRORS, 409, 422),
        body=shapes.CreateSerializer,
    )
    def post(self, request: Request, course_key: str) -> Response:
        """Begin a microcredential: `from` blank, outline, file, copy or run.

        `outline` makes a milestone with a badge for each section or subsection. `copy` makes a new one of another of
        your courses; `run` lets that very one be earned here, too, once it is activated. A file is sent as it is, with
        the content type application/yaml; loading it again updates the draft.
        """
        given = shapes.CreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        draft = self._begun(given.validated_data, user_id_of(request))
        return with_lock(draft_answer(self.run, draft, user_id_of(request)), draft.lock, number=status.HTTP_201_CREATED)

    def _begun(self, given: dict[str, Any], by: int) -> DraftData:
        match given["kind"]:
            case "blank":
                return authoring.create_blank(self.run, given["title"], by=by)
            case "outline":
                return authoring.create_from_outline(self.run, given["level"], given["title"], by=by)
            case "file":
                return authoring.create_from_document(self.run, given["document"], by=by)
        source: UUID | None = given["uuid"]
        if source is None:
            raise ValidationError({"uuid": _("Say which microcredential to begin with.")})
        bring = authoring.copy if given["kind"] == "copy" else authoring.offer_here
        return bring(self.run, source, by=by)


class SkillsView(StudioView):
    """Reading a file of skills."""

    http_method_names = ("post", "options")
    parser_classes = (TextParser,)

    @described(answer=shapes.SkillsSerializer, parameters=[COURSE], errors=(400, *ERRORS), body=shapes.TextSerializer)
    def post(self, request: Request, course_key: str) -> Response:
        """Read a file of skills, a table (CSV) or Rich Skill Descriptors (JSON), for a draft; nothing is stored."""
        return Response(shapes.SkillsSerializer({"skills": authoring.read_skills(dict(request.data)["text"])}).data)


class SourcesView(StudioView):
    """What can be brought from other courses."""

    @described(
        answer=shapes.CandidatesSerializer,
        parameters=[COURSE, query_parameter("q", str, "Part of the title.")],
        errors=ERRORS,
    )
    def get(self, request: Request, course_key: str) -> Response:
        """List up to 50 microcredentials of other courses of yours, to `copy` or to earn here, too (`run`)."""
        found = authoring.sources(self.run, by=user_id_of(request), text=request.query_params.get("q", "")[:255])
        return Response(shapes.CandidatesSerializer({"microcredentials": found}).data)


class OutlineView(StudioView):
    """What can be asked of learners."""

    @described(answer=shapes.OutlineSerializer, parameters=[COURSE], errors=ERRORS)
    def get(self, request: Request, course_key: str) -> Response:
        """Show the sections, subsections and units of a course as published now, and what would be asked in vain."""
        return Response(shapes.OutlineSerializer({"sections": authoring.outline_tree(self.run)}).data)
