"""Where everything is: the sandbox's own pages, then the plugins' as LMS and (under ``studio/``) as Studio."""

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import URLPattern, URLResolver, include, path

from microcred_plugin.sandbox import plugins, site
from microcred_plugin.sandbox.pages import accounts, courses, handlers, studio, units

_BLOCK = "courses/<str:course_key>/xblock/<str:usage_key>/handler/<str:name>"
_STUDIO_BLOCK = "courses/<str:course_key>/studio/xblock/<str:usage_key>/handler/<str:name>"

_pages: list[URLPattern | URLResolver] = [
    path("", courses.home, name="home"),
    path("login/", accounts.sign_in, name="login"),
    path("logout/", accounts.sign_out, name="logout"),
    path("courses/<str:course_key>/", courses.course, name="course"),
    path("courses/<str:course_key>/enrol", courses.enrol, name="enrol"),
    path("courses/<str:course_key>/reset", courses.reset, name="reset"),
    path("courses/<str:course_key>/units/<str:usage_key>", units.unit, name="unit"),
    path("courses/<str:course_key>/jump_to/<str:reference>", units.jump, name="jump"),
    path("courses/<str:course_key>/assets/<path:name>", courses.asset, name="asset"),
    path("courses/<str:course_key>/studio/", studio.studio, name="studio"),
    path(_BLOCK, handlers.handler, name="handler"),
    path(f"{_BLOCK}/<path:suffix>", handlers.handler, name="handler_with_suffix"),
    path(_STUDIO_BLOCK, handlers.studio_handler, name="studio_handler"),
    path(f"{_STUDIO_BLOCK}/<path:suffix>", handlers.studio_handler, name="studio_handler_with_suffix"),
    path("xblock/resource/<str:block_type>/<path:path>", handlers.resource, name="resource"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((_pages, "sandbox"))),
    path("admin/", admin.site.urls),
    path("i18n/", include("django.conf.urls.i18n")),
    # Any server will do on one machine; there is no collectstatic here.
    path("static/<path:path>", serve, {"insecure": True}),
    *plugins.url_patterns(site.LMS),
    path("studio/", include(plugins.url_patterns(site.CMS))),
]
