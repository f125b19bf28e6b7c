"""Devices that have been right before: a signed cookie says of what.

Whoever knew the code of a dossier, or the password of a name, on this device is counted for the
device from then on. So guesses from the same address, in an internet café or behind one router,
leave the owner alone. Nobody else can make such a cookie, and it opens nothing by itself.
"""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from motcua.doors.cookies import called
from motcua.foundation import rates

COOKIE = "motcua_device"
SALT = "motcua.doors.limits.devices"
KEPT_SECONDS = 365 * 24 * 3600
MOST = 8
_PROVEN = "_proven_here"


def proven(request: HttpRequest) -> None:
    """Say that the secret this request came with was right. The view that judged it calls this."""
    setattr(request, _PROVEN, True)


def was_proven(request: HttpRequest) -> bool:
    """Whether the view said so."""
    return bool(getattr(request, _PROVEN, False))


def known_for(request: HttpRequest, target: str) -> str:
    """The name of the device when it has been right about `target` before, else empty."""
    name, targets = _read(request)
    return name if _mark(target) in targets else ""


def remember(request: HttpRequest, response: HttpResponse, target: str) -> None:
    """Have the device say from now on that it was right about `target`."""
    name, targets = _read(request)
    mark = _mark(target)
    if mark in targets:
        return
    kept = [name or secrets.token_urlsafe(12), *[mark, *targets][:MOST]]
    response.set_cookie(
        called(COOKIE),
        signing.dumps(kept, salt=SALT),
        max_age=KEPT_SECONDS,
        secure=bool(settings.SESSION_COOKIE_SECURE),
        httponly=True,
        samesite="Lax",
    )


def _mark(target: str) -> str:
    return rates.key_of("device", target).hex()


def _read(request: HttpRequest) -> tuple[str, list[str]]:
    try:
        said = signing.loads(
            request.COOKIES.get(called(COOKIE), ""), salt=SALT, max_age=KEPT_SECONDS
        )
    except signing.BadSignature:
        return "", []
    if not isinstance(said, list) or not all(isinstance(part, str) for part in said) or not said:
        return "", []
    return said[0], said[1:]
