"""The plugin's addresses in Studio; mounted at its root by ``apps.MicrocredConfig.plugin_app``."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import JavaScriptCatalog

from microcred_plugin.web.studio.assets import asset
from microcred_plugin.web.studio.course import course_page, preview_page

app_name = "microcred_plugin_studio"

_texts = JavaScriptCatalog.as_view(packages=["microcred_plugin"])

urlpatterns: list[URLPattern | URLResolver] = [
    path("microcredentials/studio/assets/texts.js", _texts, name="texts"),
    path("microcredentials/studio/assets/<slug:digest>/<str:name>", asset, name="asset"),
    path("microcredentials/studio/<str:course_key>/", course_page, name="course"),
    path("microcredentials/studio/<str:course_key>/<uuid:uuid>/preview/", preview_page, name="preview"),
    path("api/microcredentials/v1/studio/", include("microcred_plugin.web.rest_api.v1.studio.urls")),
]
