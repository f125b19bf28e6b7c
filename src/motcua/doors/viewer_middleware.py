"""Every request has a viewer: who is looking, with the posts they hold today."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from motcua.doors import kept_acts, sighting
from motcua.foundation import clock, sight
from motcua.people import queries, sessions
from motcua.people.viewers import ANONYMOUS, SignedInViewer

SESSION_KEY = sessions.SIGNED_IN
ACTING_KEY = "acting"
"""In the session: the mandate under which the person has chosen to act (its row id)."""
ENDED_PAGE = "/lam-thay/"


class ViewerMiddleware:
    """Puts `request.viewer` there (`SignedInViewer`, or `ANONYMOUS`). Comes after Django's own
    authentication. Posts and the chosen mandate are read with every request, so that access ends
    with them; who was acting for somebody when it ended is told so instead of going on. A visitor
    without a session costs no query. Whatever is asked for moves the end of its session on."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with ExitStack() as stack:
            sighted = sighting.Sighted(stack)
            request.sighted = sighted  # type: ignore[attr-defined] # its purpose
            sighted.see(sight.NOTHING)
            viewer = viewer_of_request(request)
            request.viewer = viewer  # type: ignore[attr-defined] # its purpose
            keep_session(request, viewer)
            chosen = request.session.get(ACTING_KEY) if viewer.is_signed_in else None
            if chosen is not None and (viewer.acting is None or viewer.acting.mandate_id != chosen):
                # What was meant for another is never done in one's own name by mistake.
                del request.session[ACTING_KEY]
                return HttpResponseRedirect(f"{ENDED_PAGE}?het=1")
            sighted.see(sighting.sight_of(viewer))
            response = self._get_response(request)
            sighted.answered(response.status_code)
            return response

    def process_view(
        self, request: HttpRequest, view: Any, positional: Any, named: Any
    ) -> HttpResponse | None:
        """Begin the request's transaction, unless the view keeps its own or has another viewer (the
        API learns from a token whose call it is)."""
        keeps_its_own = bool(getattr(view, "_non_atomic_requests", ()))
        if not keeps_its_own and not request.path_info.startswith("/api/"):
            sighting.of(request).begin()
        return None


def keep_session(request: HttpRequest, viewer: SignedInViewer) -> None:
    """Move the end of the session on, before the request's own transaction: nobody waits for it.
    When this browser's session has ended by itself, remember whose it was: they may have typed
    something, and sign-in tells them why they are asked again. Who was acting for another types
    anew: signing in again they are themselves."""
    session = request.session
    assert isinstance(session, sessions.SessionStore), "SESSION_ENGINE"
    if viewer.is_signed_in:
        session.touch(officer=viewer.is_officer or viewer.is_administrator, now=clock.now())
    elif (key := request.COOKIES.get(settings.SESSION_COOKIE_NAME)) and session.is_empty():
        ended = sessions.ended(key, clock.now())
        if ended is not None and not session.decode(ended.session_data).get(ACTING_KEY):
            session[kept_acts.ENDED] = ended.account_id


def viewer_of_request(request: HttpRequest) -> SignedInViewer:
    """The viewer behind the session. What was signed in with says how sure we are of them: the
    level of the national eID, 0 for a break-glass password."""
    if not request.user.is_authenticated:
        return ANONYMOUS
    kept = request.session.get(SESSION_KEY) or {}
    return queries.viewer_of(
        request.user,
        int(kept.get("assurance", 0)),
        clock.now(),
        acting=request.session.get(ACTING_KEY),
    )
