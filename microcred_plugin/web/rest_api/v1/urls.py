"""The addresses below ``/api/microcredentials/v1/``."""

from django.urls import path

from microcred_plugin.web.rest_api.v1 import operating, views

urlpatterns = [
    path("courses/<str:course_key>/progress/", views.CourseProgressView.as_view(), name="api-v1-progress"),
    path("awards/", views.AwardsView.as_view(), name="api-v1-awards"),
    path("awards/<uuid:award_uuid>/", views.AwardView.as_view(), name="api-v1-award"),
    path("awards/<uuid:award_uuid>/badge.svg", views.AwardBadgeView.as_view(), name="api-v1-award-badge"),
    path("my-data/", views.MyDataView.as_view(), name="api-v1-my-data"),
    path("health/", operating.HealthView.as_view(), name="api-v1-health"),
    path("metrics/", operating.MetricsView.as_view(), name="api-v1-metrics"),
]
