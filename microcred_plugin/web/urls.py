"""The plugin's addresses in the LMS; mounted at the root by ``apps.MicrocredConfig.plugin_app``."""

from django.urls import URLPattern, URLResolver, include, path

from microcred_plugin.web.learner.course import course_page

app_name = "microcred_plugin"

# Only what is below /api/ appears in the platform's own API documentation.
urlpatterns: list[URLPattern | URLResolver] = [
    path("microcredentials/courses/<str:course_key>/", course_page, name="course"),
    path("api/microcredentials/v1/", include("microcred_plugin.web.rest_api.v1.urls")),
]
