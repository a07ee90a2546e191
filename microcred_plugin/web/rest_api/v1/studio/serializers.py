"""How the objects of ``microcred_plugin.authoring_data`` look as JSON, and what may be sent."""

from typing import Any

from rest_framework import serializers

from microcred_plugin.authoring_data import OutlineNode, StackNode
from microcred_plugin.web.rest_api.v1.serializers import Fields, moment


class FindingSerializer(Fields):
    """One thing the linter says."""

    severity = serializers.CharField(help_text="error: it cannot be published like this. warning: think of it.")
    code = serializers.CharField()
    path = serializers.CharField(help_text="The place in the document, as in milestones[0].require.all[1].")
    message = serializers.CharField()


class FiguresSerializer(Fields):
    """How far the learners of the run are."""

    earned = serializers.IntegerField()
    under_way = serializers.IntegerField()


class MicrocredentialSerializer(Fields):
    """A microcredential as its team sees it."""

    uuid = serializers.UUIDField()
    slug = serializers.CharField()
    title = serializers.CharField()
    issuer = serializers.CharField()
    state = serializers.CharField(help_text="draft, published or retired.")
    version = serializers.IntegerField(allow_null=True)
    has_newer_draft = serializers.BooleanField()
    runs = serializers.ListField(child=serializers.CharField(), help_text="Where it can be earned.")
    inactive_runs = serializers.ListField(child=serializers.CharField(), help_text="Re-runs that wait for activation.")


class CardSerializer(Fields):
    """A microcredential in the list of a course."""

    microcredential = MicrocredentialSerializer()
    image = serializers.DictField()
    milestones = serializers.IntegerField()
    offered = serializers.BooleanField(help_text="Whether it can be earned in this run once it is published.")
    retired_reason = serializers.CharField()
    saved_at = moment(allow_null=True)
    saved_by = serializers.CharField()
    figures = FiguresSerializer()
    findings = FindingSerializer(many=True)


class CourseSerializer(Fields):
    """A course run."""

    key = serializers.CharField()
    title = serializers.CharField()
    org = serializers.CharField()
    image_url = serializers.CharField()
    url = serializers.CharField(help_text="The learner's home of the course.")
    studio_url = serializers.CharField()


class CourseListSerializer(Fields):
    """A course run with everything offered in it."""

    course = CourseSerializer()
    microcredentials = CardSerializer(many=True)


class OutlineNodeSerializer(Fields):
    """A section, subsection or unit."""

    key = serializers.CharField()
    ref = serializers.CharField(help_text="How a document names it, type@id.")
    type = serializers.CharField()
    title = serializers.CharField()
    leaves = serializers.IntegerField(help_text="How many things there are to complete.")
    types = serializers.ListField(child=serializers.CharField())
    graded = serializers.BooleanField()
    due = moment(allow_null=True)
    notes = serializers.ListField(child=serializers.CharField(), help_text="empty, staff-only, per-learner, silent.")
    children = serializers.SerializerMethodField()

    def get_children(self, node: OutlineNode) -> list[dict[str, Any]]:
        """Show what is in it likewise."""
        return [dict(each) for each in OutlineNodeSerializer(node.children, many=True).data]


class OutlineSerializer(Fields):
    """The outline of a course as it is published now."""

    sections = OutlineNodeSerializer(many=True)


class BlockPlaceSerializer(Fields):
    """A unit."""

    title = serializers.CharField()
    url = serializers.CharField(help_text="In Studio.")


class PlacementSerializer(Fields):
    """Our block in the course."""

    allowed = serializers.BooleanField(help_text="Whether Studio offers it among the advanced blocks.")
    places = BlockPlaceSerializer(many=True)


class DraftSerializer(Fields):
    """A draft with what the linter says of it in this run."""

    uuid = serializers.UUIDField()
    slug = serializers.CharField()
    issuer = serializers.CharField()
    lock = serializers.IntegerField(help_text="The same as in the ETag.")
    document = serializers.DictField(help_text="The definition (docs/reference/definition.md); it may be unfinished.")
    saved_at = moment(allow_null=True)
    saved_by = serializers.CharField()
    findings = FindingSerializer(many=True)
    microcredential = MicrocredentialSerializer()


class ChangeSerializer(Fields):
    """One difference to what is published."""

    path = serializers.CharField()
    text = serializers.CharField()
    counts = serializers.BooleanField(help_text="Whether it may alter who earns it.")


class ChangesSerializer(Fields):
    """What publishing would change."""

    changes = ChangeSerializer(many=True)


class MissingCountSerializer(Fields):
    """What learners lack."""

    path = serializers.CharField()
    text = serializers.CharField()
    learners = serializers.IntegerField()
    only_this = serializers.IntegerField(help_text="How many lack nothing else.")


class SimulationSerializer(Fields):
    """What the draft would do to some of the learners of the run."""

    learners = serializers.IntegerField()
    would_earn = serializers.IntegerField()
    milestones = serializers.DictField(child=serializers.IntegerField(), help_text="Key → how many would earn it.")
    missing = MissingCountSerializer(many=True)
    next = serializers.IntegerField(allow_null=True, help_text="Ask again with after=…; null: that was everybody.")


class VersionSerializer(Fields):
    """A published version."""

    num = serializers.IntegerField()
    published_at = moment()
    published_by = serializers.CharField()
    note = serializers.CharField()
    current = serializers.BooleanField()


class VersionsSerializer(Fields):
    """All published versions, newest first."""

    versions = VersionSerializer(many=True)


class DocumentSerializer(Fields):
    """A document by itself."""

    document = serializers.DictField()


class StackNodeSerializer(Fields):
    """A microcredential in a stack."""

    uuid = serializers.UUIDField()
    slug = serializers.CharField()
    issuer = serializers.CharField()
    title = serializers.CharField()
    state = serializers.CharField()
    image = serializers.DictField()
    builds_on = serializers.SerializerMethodField()

    def get_builds_on(self, node: StackNode) -> list[dict[str, Any]]:
        """Show what is below it likewise."""
        return [dict(each) for each in StackNodeSerializer(node.builds_on, many=True).data]


class StackSerializer(Fields):
    """The stack that a microcredential belongs to."""

    root = StackNodeSerializer()
    counts_towards = StackNodeSerializer(many=True)


class CandidatesSerializer(Fields):
    """What may be built on, or brought here."""

    microcredentials = MicrocredentialSerializer(many=True)


class SkillSerializer(Fields):
    """A skill as a definition has it."""

    name = serializers.CharField()
    uri = serializers.CharField()
    framework = serializers.CharField()


class SkillsSerializer(Fields):
    """The skills of a file."""

    skills = SkillSerializer(many=True)


class TextSerializer(Fields):
    """The file, sent as it is with the content type text/plain."""

    text = serializers.CharField()


class BadgeSerializer(Fields):
    """What a badge looks like."""

    shape = serializers.CharField(default="", max_length=64)
    colour = serializers.CharField(default="", max_length=16)
    icon = serializers.CharField(default="", max_length=64)
    milestones = serializers.IntegerField(default=0, min_value=0, max_value=100)
    done = serializers.IntegerField(default=0, min_value=0, max_value=100)
    lit = serializers.BooleanField(default=False)
    size = serializers.IntegerField(default=120, min_value=16, max_value=1024)


class CreateSerializer(Fields):
    """How to begin. ``from`` is a word of Python, so that the field is named when it is added."""

    level = serializers.ChoiceField(["section", "subsection"], default="section", help_text="from outline: milestones.")
    title = serializers.CharField(default="", allow_blank=True, max_length=255, help_text="from blank or outline.")
    document = serializers.DictField(default=dict, help_text="from file: the definition.")
    uuid = serializers.UUIDField(default=None, allow_null=True, help_text="from copy or run: of which one.")

    # Quoted: a field of djangorestframework 3.14 takes no parameters when Python reads this.
    def get_fields(self) -> "dict[str, serializers.Field[Any, Any, Any, Any]]":
        """Add ``from``."""
        kinds = serializers.ChoiceField(["blank", "outline", "file", "copy", "run"], source="kind")
        return {"from": kinds, **super().get_fields()}


class PublishSerializer(Fields):
    """Why it is published."""

    note = serializers.CharField(default="", allow_blank=True, max_length=1000)


class RetireSerializer(Fields):
    """Why nobody shall earn it any more."""

    reason = serializers.CharField(max_length=1000)
