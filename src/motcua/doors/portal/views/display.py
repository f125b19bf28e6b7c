"""Text size, contrast and language: kept in cookies, without scripts (TT 32/2017 Đ18)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

SIZES = ("normal", "large", "larger")
YEAR = 365 * 24 * 3600


def back(request: HttpRequest) -> HttpResponse:
    """To where the person was, when that is a place of ours."""
    target = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(target, allowed_hosts={request.get_host()})
    if not (ours and target.startswith("/")):
        target = reverse("portal:home")
    return HttpResponseRedirect(target)


@require_POST
def display(request: HttpRequest) -> HttpResponse:
    response = back(request)
    if (size := request.POST.get("size")) in SIZES:
        response.set_cookie("size", str(size), max_age=YEAR, samesite="Lax")
    if (contrast := request.POST.get("contrast")) in ("normal", "high"):
        response.set_cookie("contrast", str(contrast), max_age=YEAR, samesite="Lax")
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response = back(request)
    if (chosen := request.POST.get("language")) in dict(settings.LANGUAGES):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME, str(chosen), max_age=YEAR, samesite="Lax"
        )
    return response
