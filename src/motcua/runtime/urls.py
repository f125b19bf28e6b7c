"""Which door answers which path."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("motcua.doors.api.urls")),
    path("mot-cua/", include("motcua.doors.desk.urls")),
    path("", include("motcua.doors.portal.urls")),
]
