"""What every answer tells the browser: what a page may load, and what may be kept."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse

Answer = Callable[[HttpRequest], HttpResponse]


def content_security_policy(*form_targets: str) -> str:
    """Scripts, styles, fonts and pictures come from this house only and none of them stands in
    the page. `form_targets` are where a sent form may lead by redirect: sign-in and payment."""
    origins = sorted({f"{u.scheme}://{u.netloc}" for u in map(urlsplit, form_targets) if u.netloc})
    return "; ".join(
        [
            "default-src 'self'",
            "img-src 'self' data:",
            "object-src 'none'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
            " ".join(["form-action 'self'", *origins]),
        ]
    )


def house_headers(get_response: Answer) -> Answer:
    """Middleware. A view's own header of the same name stands."""
    policy = content_security_policy(settings.ENV.eid_url, settings.ENV.bank_url)
    permissions = "camera=(self), geolocation=(), microphone=(), payment=(), usb=()"

    def answer(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.headers.setdefault("Content-Security-Policy", policy)
        response.headers.setdefault("Permissions-Policy", permissions)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            # A shared computer at the counter: what one person saw is not there for the next.
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    return answer
