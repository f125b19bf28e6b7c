"""Every request has a viewer: who is looking, with the posts they hold today."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from motcua.foundation import clock
from motcua.people import queries, sessions
from motcua.people.viewers import ANONYMOUS, SignedInViewer

SESSION_KEY = sessions.SIGNED_IN


class ViewerMiddleware:
    """Puts `request.viewer` there (`SignedInViewer`, or `ANONYMOUS`). Comes after Django's own
    authentication. Posts are read with every request, so that access ends with the post; a visitor
    without a session costs no query."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = viewer_of_request(request)  # type: ignore[attr-defined] # its purpose
        return self._get_response(request)


def viewer_of_request(request: HttpRequest) -> SignedInViewer:
    """The viewer behind the session. What was signed in with says how sure we are of them: the
    level of the national eID, 0 for a break-glass password."""
    if not request.user.is_authenticated:
        return ANONYMOUS
    kept = request.session.get(SESSION_KEY) or {}
    return queries.viewer_of(request.user, int(kept.get("assurance", 0)), clock.now())
