"""How the objects of ``microcred_plugin.data`` look as JSON: fractions as strings, times in UTC with a Z."""

from datetime import UTC
from typing import Any

from django.urls import reverse
from rest_framework import ISO_8601, serializers

from microcred_plugin.data import AwardData, AwardEventData

Fields = serializers.Serializer[Any]


def _fraction(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=5, decimal_places=4, coerce_to_string=True, **options)


def _amount(**options: Any) -> serializers.DecimalField:
    return serializers.DecimalField(max_digits=None, decimal_places=None, coerce_to_string=True, **options)


def moment(**options: Any) -> serializers.DateTimeField:
    """A time in UTC."""
    # Explicit, for the platform may have another format and zone as its default.
    return serializers.DateTimeField(format=ISO_8601, default_timezone=UTC, **options)


class BlockSerializer(Fields):
    """A block that is still to do."""

    key = serializers.CharField()
    type = serializers.CharField()
    title = serializers.CharField()
    url = serializers.CharField(help_text="The learner's address of the block.")


class MissingSerializer(Fields):
    """A requirement that is not met yet."""

    requirement = serializers.CharField(help_text="Its name in the definition, such as completion.")
    text = serializers.CharField(help_text="What to do, in the learner's words.")
    have = _amount()
    need = _amount()
    blocks = BlockSerializer(many=True)


class AwardSummarySerializer(Fields):
    """An award in a list."""

    uuid = serializers.UUIDField()
    microcredential = serializers.UUIDField(source="microcredential_uuid")
    slug = serializers.CharField()
    issuer = serializers.CharField()
    title = serializers.CharField()
    milestone = serializers.CharField(source="milestone_key", help_text="Its key; empty for the whole microcredential.")
    state = serializers.CharField(help_text="granted, held, revoked or expired; only granted counts.")
    evidence_level = serializers.CharField()
    granted_at = moment()
    expires_at = moment(allow_null=True)
    version = serializers.IntegerField()
    run = serializers.CharField(help_text="The course run it was earned in; empty when it belongs to none.")
    url = serializers.SerializerMethodField()
    badge_url = serializers.SerializerMethodField()

    def get_url(self, award: AwardData) -> str:
        """Return the path of the award in this API."""
        return reverse("microcred_plugin:api-v1-award", args=[award.uuid])

    def get_badge_url(self, award: AwardData) -> str:
        """Return the path of its picture."""
        return reverse("microcred_plugin:api-v1-award-badge", args=[award.uuid])


class AwardEventSerializer(Fields):
    """A line of an award's history. Who acted stays with the staff; that a person did is said."""

    kind = serializers.CharField()
    at = moment()
    reason = serializers.CharField()
    automatic = serializers.SerializerMethodField()

    def get_automatic(self, event: AwardEventData) -> bool:
        """Say whether the plugin did it by itself."""
        return event.actor_id is None


class AwardSerializer(AwardSummarySerializer):
    """An award with why it was given, and what happened to it since."""

    why = serializers.JSONField(help_text="The verdict that earned it, or the reason a person gave.")
    history = AwardEventSerializer(many=True)


class MilestoneSerializer(Fields):
    """A milestone as the learner stands with it."""

    key = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    badge = serializers.BooleanField(help_text="Whether it has a badge of its own.")
    earned = serializers.BooleanField()
    fraction = _fraction()
    summary = serializers.CharField()
    missing = MissingSerializer(many=True)
    award = AwardSummarySerializer(allow_null=True)


class StackLinkSerializer(Fields):
    """Another microcredential in the same stack."""

    uuid = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    earned = serializers.BooleanField()
    segments = serializers.ListField(child=_fraction())


class ProgressSerializer(Fields):
    """A microcredential as one learner stands with it."""

    uuid = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    type = serializers.CharField()
    issuer = serializers.CharField()
    state = serializers.CharField()
    version = serializers.IntegerField()
    run = serializers.CharField()
    eligible = serializers.BooleanField()
    earned = serializers.BooleanField()
    fraction = _fraction()
    evidence_level = serializers.CharField()
    workload_hours = _amount(allow_null=True)
    required_milestones = serializers.IntegerField()
    milestones = MilestoneSerializer(many=True)
    award = AwardSummarySerializer(allow_null=True)
    counts_towards = StackLinkSerializer(many=True)
    builds_on = StackLinkSerializer(many=True)
    as_of = moment(allow_null=True, help_text="When it was judged; null: just now.")


class CourseProgressSerializer(Fields):
    """All progress of one learner in a course run."""

    run = serializers.CharField()
    username = serializers.CharField()
    microcredentials = ProgressSerializer(many=True)


class _Rows(serializers.ListField):
    child = serializers.DictField()


class PersonalDataSerializer(Fields):
    """Everything that is held about a person; the rows' fields are those of docs/reference/personal-data.md."""

    format = serializers.CharField()
    user_id = serializers.IntegerField()
    username = serializers.CharField(allow_null=True)
    forgotten = serializers.BooleanField(help_text="Whether everything was erased and nothing is stored any more.")
    progress = _Rows(help_text="How far you have come.")
    awards = _Rows(help_text="What you have earned.")
    award_history = _Rows(help_text="What happened to your awards.")
    notices = _Rows(help_text="What will be told of your awards.")
    confirmations = _Rows(help_text="What staff confirmed of you.")
    waiting = _Rows(help_text="What will be judged again.")
    award_changes_made = _Rows(help_text="What you did to awards as a member of staff.")
    confirmations_made = _Rows(help_text="What you confirmed as a member of staff.")
    drafts_saved = _Rows(help_text="The drafts you saved last.")
    versions_published = _Rows(help_text="The versions you published.")


class MetricsSerializer(Fields):
    """Counts and ages; times in whole seconds, 0 where nothing waits."""

    waiting_learners = serializers.IntegerField()
    waiting_oldest_seconds = serializers.IntegerField()
    parked_learners = serializers.IntegerField()
    due_backfills = serializers.IntegerField()
    due_backfills_oldest_seconds = serializers.IntegerField()
    unannounced_awards = serializers.IntegerField()
    unannounced_awards_oldest_seconds = serializers.IntegerField()
    unsent_mails = serializers.IntegerField()
    unsent_mails_oldest_seconds = serializers.IntegerField()
    untracked_changes = serializers.IntegerField()
    untracked_changes_oldest_seconds = serializers.IntegerField()
    awards = serializers.DictField(child=serializers.IntegerField(), help_text="State → how many.")
    seconds_since_last_sweep = serializers.IntegerField(allow_null=True, help_text="null: there was none yet.")
    awarding_is_paused = serializers.BooleanField()
    notifying_is_paused = serializers.BooleanField()


class CheckSerializer(Fields):
    """One check of `microcred doctor`."""

    name = serializers.CharField()
    status = serializers.CharField(help_text="ok, warning or error.")
    message = serializers.CharField()
    remedy = serializers.CharField()


class HealthSerializer(Fields):
    """Whether this process can serve; the checks are for global staff alone."""

    status = serializers.CharField(help_text="ok or unavailable.")
    checks = CheckSerializer(many=True, required=False)


class ProblemSerializer(Fields):
    """One thing that is wrong in a document."""

    path = serializers.CharField()
    message = serializers.CharField()
    code = serializers.CharField()


class ErrorSerializer(Fields):
    """Every error of this API."""

    detail = serializers.CharField()
    code = serializers.CharField()
    problems = ProblemSerializer(many=True, required=False, help_text="Of a document, with their places.")
