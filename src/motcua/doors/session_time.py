"""How long a session still is, for the page that warns before its end."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest

from motcua.foundation import clock
from motcua.people import sessions

WARNED_BEFORE = timedelta(minutes=2)


def seconds_left(request: HttpRequest) -> int:
    """Seconds until the session ends when nothing more is done in it."""
    ends_at = getattr(request.session, "ends_at", None)
    return max(int((ends_at - clock.now()).total_seconds()), 0) if ends_at else 0


def frame(request: HttpRequest) -> dict[str, dict[str, int]]:
    """For every template, when somebody is signed in: the seconds `left` now and `anew` after
    something was done, and how long before the end to `warn`."""
    viewer = getattr(request, "viewer", None)
    if viewer is None or not viewer.is_signed_in or not (left := seconds_left(request)):
        return {}
    limits = sessions.limits_of(officer=viewer.is_officer or viewer.is_administrator)
    return {
        "session_time": {
            "left": left,
            "anew": int((limits.idle - sessions.lag(limits)).total_seconds()),
            "warn": int(min(WARNED_BEFORE, limits.idle / 2).total_seconds()),
            "minutes": int(limits.idle.total_seconds()) // 60,
        }
    }
