"""What our cookies are called."""

from __future__ import annotations

from django.conf import settings


def called(name: str) -> str:
    """The whole name of a cookie of ours: where people come by https, with the prefix by which a
    browser takes it from this host alone (`settings.COOKIE_PREFIX`). It must be set `secure`, for
    the path `/` and without a domain."""
    return f"{settings.COOKIE_PREFIX}{name}"
