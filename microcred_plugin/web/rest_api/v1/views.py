"""The views: they find out who asks for what, ask the public API, and answer. They write nothing."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from edx_api_doc_tools import query_parameter
from edx_rest_framework_extensions.paginators import DefaultPagination
from opaque_keys import InvalidKeyError
from opaque_keys.edx.keys import CourseKey
from rest_framework.exceptions import NotFound, PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response

from microcred_plugin import api
from microcred_plugin.data import AwardData, ProgressData
from microcred_plugin.web.rest_api.v1.base import ApiView, picture, user_id_of
from microcred_plugin.web.rest_api.v1.describing import AWARD, COURSE, USUAL, described
from microcred_plugin.web.rest_api.v1.serializers import (
    AwardSerializer,
    AwardSummarySerializer,
    CourseProgressSerializer,
    PersonalDataSerializer,
)


class CourseProgressView(ApiView):
    """Progress in everything that is offered in a course run."""

    @described(
        answer=CourseProgressSerializer,
        parameters=[
            COURSE,
            query_parameter("username", str, "Another learner's, for staff of the course. Default: your own."),
        ],
        errors=(403, *USUAL),
    )
    def get(self, request: Request, course_key: str) -> Response:
        """Show progress in each microcredential of a course run: its milestones, and what is left to do.

        Your own, or with `username` that of another learner when you are staff of the course. A run in which nothing is
        offered has an empty list.
        """
        run = _run(course_key)
        user_id, username = self._whose(request, run)
        found = api.course_progress(user_id, run)
        if user_id != user_id_of(request):
            found = tuple(_for_staff(progress) for progress in found)
        answer = {"run": run, "username": username, "microcredentials": found}
        return Response(CourseProgressSerializer(answer).data)

    def _whose(self, request: Request, run: str) -> tuple[int, str]:
        """Say whose progress is asked for; whether that learner exists is told only to those who may know."""
        own, own_name = user_id_of(request), request.user.get_username()
        username = request.query_params.get("username", own_name)
        if username == own_name:
            return own, own_name
        if not api.is_course_staff(own, run):
            raise PermissionDenied(_("Only the staff of this course can see the progress of other learners."))
        return api.user_id_of(username), username


class AwardsView(ApiView):
    """The caller's awards."""

    pagination_class = DefaultPagination

    @described(
        answer=AwardSummarySerializer(many=True),
        parameters=[
            query_parameter("page", int, "The number of the page, from 1."),
            query_parameter("page_size", int, "How many awards on a page; at most 100."),
        ],
    )
    def get(self, request: Request) -> Response:
        """List your awards, whatever their state, newest first."""
        paginator = self.pagination_class()
        page: Sequence[AwardData] = paginator.paginate_queryset(api.awards_of(user_id_of(request)), request, view=self)
        answer: Response = paginator.get_paginated_response(AwardSummarySerializer(page, many=True).data)
        return answer


class AwardView(ApiView):
    """One award."""

    @described(answer=AwardSerializer, parameters=[AWARD])
    def get(self, request: Request, award_uuid: UUID) -> Response:
        """Show an award with why it was given and its history.

        Yours, or one that was earned in a course run that you are staff of; no other exists for you.
        """
        return Response(AwardSerializer(_award_for(request, award_uuid)).data)


class AwardBadgeView(ApiView):
    """The picture of an award."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> Any:
        """Let a page ask for a picture with any Accept header; errors are JSON whatever was asked for."""
        return super().perform_content_negotiation(request, force=True)

    @described(answer="The badge as image/svg+xml.", parameters=[AWARD])
    def get(self, request: Request, award_uuid: UUID) -> HttpResponse:
        """Draw the badge of an award as SVG; it is lit while the award counts."""
        award = _award_for(request, award_uuid)
        drawing = api.badge_svg(
            award.image,
            title=award.title,
            segments=_segments(award),
            lit=award.held,
            with_title=True,
            issuer=award.issuer,
        )
        return picture(drawing)


class MyDataView(ApiView):
    """The caller's personal data."""

    @described(answer=PersonalDataSerializer, parameters=[])
    def get(self, request: Request) -> Response:
        """Give everything that is held about you: your progress, your awards, and what you did as a member of staff.

        Each part is a list of rows; the reference explains every field. Nobody can ask for another person's.
        """
        return Response(PersonalDataSerializer(api.export_user(user_id_of(request))).data)


def _run(course_key: str) -> str:
    """Return the course key as it is written everywhere; 404 for what is no course key."""
    try:
        return str(CourseKey.from_string(course_key))
    except InvalidKeyError as error:
        raise NotFound(_("There is no course run of that key.")) from error


def _for_staff(progress: ProgressData) -> ProgressData:
    """Leave out what a learner did beyond this course and what it asks for: it is not its staff's to know."""
    return replace(progress, counts_towards=())


def _award_for(request: Request, award_uuid: UUID) -> AwardData:
    """Return an award that the caller may see. Others are answered as if they did not exist."""
    award = api.get_award(award_uuid)
    viewer = user_id_of(request)
    if award.user_id == viewer or (award.run and api.is_course_staff(viewer, award.run)):
        return award
    raise NotFound(f"There is no award {award_uuid}.")


def _segments(award: AwardData) -> tuple[Decimal, ...]:
    """Give the fractions with which it was earned, for the ring: one for each milestone; one for a badge of its own."""
    milestones = award.why.get("milestones", ())
    return tuple(Decimal(milestone["fraction"]) for milestone in milestones) or (Decimal(1),)
