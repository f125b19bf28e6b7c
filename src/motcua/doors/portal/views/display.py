"""Text size, contrast and language: kept in cookies, without scripts (TT 32/2017 Đ18)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from motcua.doors.cookies import called

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
        _remember(response, called("size"), str(size))
    if (contrast := request.POST.get("contrast")) in ("normal", "high"):
        _remember(response, called("contrast"), str(contrast))
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    response = back(request)
    if (chosen := request.POST.get("language")) in dict(settings.LANGUAGES):
        _remember(response, settings.LANGUAGE_COOKIE_NAME, str(chosen))
    return response


def _remember(response: HttpResponse, name: str, value: str) -> None:
    """A wish of the browser's, for a year. No script of ours reads it, so none of others can."""
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )
