"""Paths of the API."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt

from motcua.doors.api import bank, problems
from motcua.doors.api.api import api


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Any other address below `/api/`."""
    return problems.plain(404)


urlpatterns: list[URLPattern | URLResolver] = [
    path("payments/ipn", bank.notify, name="payments-ipn"),
    path("", api.urls),
    re_path(r"", unknown),
]
