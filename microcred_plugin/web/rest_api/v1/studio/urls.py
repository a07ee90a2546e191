"""Where everything for course teams is; Studio serves it."""

from django.urls import URLPattern, URLResolver, include, path

from microcred_plugin.web.rest_api.v1.studio import course, drafts, publishing

_one: list[URLPattern | URLResolver] = [
    path("draft/", drafts.DraftView.as_view(), name="api-v1-studio-draft"),
    path("changes/", drafts.ChangesView.as_view(), name="api-v1-studio-changes"),
    path("simulation/", drafts.SimulationView.as_view(), name="api-v1-studio-simulation"),
    path("export/", drafts.ExportView.as_view(), name="api-v1-studio-export"),
    path("publish/", publishing.PublishView.as_view(), name="api-v1-studio-publish"),
    path("retire/", publishing.RetireView.as_view(), name="api-v1-studio-retire"),
    path("offering/", publishing.OfferingView.as_view(), name="api-v1-studio-offering"),
    path("versions/", publishing.VersionsView.as_view(), name="api-v1-studio-versions"),
    path("versions/<int:num>/", publishing.VersionView.as_view(), name="api-v1-studio-version"),
    path("stack/", publishing.StackView.as_view(), name="api-v1-studio-stack"),
    path("candidates/", publishing.CandidatesView.as_view(), name="api-v1-studio-candidates"),
]
_course: list[URLPattern | URLResolver] = [
    path("", course.CourseView.as_view(), name="api-v1-studio-course"),
    path("block/", course.BlockView.as_view(), name="api-v1-studio-block"),
    path("badge.svg", course.BadgeView.as_view(), name="api-v1-studio-badge"),
    path("outline/", course.OutlineView.as_view(), name="api-v1-studio-outline"),
    path("skills/", course.SkillsView.as_view(), name="api-v1-studio-skills"),
    path("sources/", course.SourcesView.as_view(), name="api-v1-studio-sources"),
    path("microcredentials/", course.CreateView.as_view(), name="api-v1-studio-create"),
    path("microcredentials/<uuid:uuid>/", include(_one)),
]
urlpatterns: list[URLPattern | URLResolver] = [path("courses/<str:course_key>/", include(_course))]
