"""The plugin's addresses in Studio; mounted at its root by ``apps.MicrocredConfig.plugin_app``."""

from django.urls import URLPattern, path

from microcred_plugin.web.studio.course import course_page

app_name = "microcred_plugin_studio"

urlpatterns: list[URLPattern] = [
    path("microcredentials/studio/<str:course_key>/", course_page, name="course"),
]
