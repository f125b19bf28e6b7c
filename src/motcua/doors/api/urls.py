"""Paths of the API."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, path, re_path
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe
from django.views.generic import RedirectView

from motcua.doors.api import bank, problems
from motcua.doors.api.api import api


@csrf_exempt
def unknown(request: HttpRequest) -> HttpResponse:
    """Any other address below `/api/`."""
    return problems.plain(404)


urlpatterns: list[URLPattern | URLResolver] = [
    # `/api/` answers with the description itself (OpenAPI 3.1): where a reader or a tool begins.
    path("", require_safe(RedirectView.as_view(url="/api/openapi.json")), name="api-start"),
    path("payments/ipn", bank.notify, name="payments-ipn"),
    path("", api.urls),
    re_path(r"", unknown),
]
