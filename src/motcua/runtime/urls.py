"""Which door answers which path."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("motcua.doors.api.urls")),
    path("mot-cua/", include("motcua.doors.desk.urls")),
    path("", include("motcua.doors.portal.urls")),
]

_SAID = "motcua.doors.portal.views.errors"
handler400 = f"{_SAID}.bad_request"
handler403 = f"{_SAID}.forbidden"
handler404 = f"{_SAID}.not_found"
handler500 = f"{_SAID}.failed"
