"""Where everything is: the sandbox's own pages, then the plugins' as LMS and (under ``studio/``) as Studio."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from microcred_plugin.sandbox import plugins, site

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    *plugins.url_patterns(site.LMS),
    path("studio/", include(plugins.url_patterns(site.CMS))),
]
