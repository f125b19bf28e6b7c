"""What somebody was doing waits in their session while they show who they are: a page to open, or
a form to carry out as it was sent, once. What was typed lies there encrypted, for the account that
typed it and nobody else."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import resolve

from motcua.foundation import clock, crypto

ENDED = "ended"
"""In the session of nobody: whose session ended by itself before it, in this browser."""
_KEPT = "kept_act"
_CONTEXT = "doors.step_up.kept_act"
_LONGEST_WAIT = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Act:
    """What waits: a page to open or a form to carry out, and the page it came from; `account` is
    whose it is, `acting` the mandate under which they were acting for somebody."""

    method: str
    place: str
    body: str
    came_from: str
    at: str
    account: int
    acting: int | None


def keep(request: Any) -> None:
    """Let what is being done wait in the session, for whoever is signed in or was until their
    session ended by itself; for others nothing waits."""
    account = request.user.pk if request.user.is_authenticated else request.session.get(ENDED)
    if account is None:
        return
    came_from = _came_from(request)
    typed = request.POST.copy()
    typed.pop("csrfmiddlewaretoken", None)
    act = Act(request.method or "GET", request.get_full_path(), typed.urlencode(), came_from,
               clock.now().isoformat(), account, _mandate(request))  # fmt: skip
    if request.method not in ("GET", "HEAD", "POST") or request.FILES:
        act = Act("GET", came_from, "", came_from, act.at, account, act.acting)
    sealed = crypto.encrypt(json.dumps(asdict(act)), _CONTEXT)
    request.session[_KEPT] = base64.b64encode(sealed).decode()


def is_kept(request: HttpRequest) -> bool:
    """Whether anything waits in this session, for whomever."""
    return bool(request.session.get(_KEPT))


def waiting(request: HttpRequest) -> Act | None:
    """What waits in this session for who is signed in, if it has not waited for too long."""
    sealed = request.session.get(_KEPT)
    if not sealed:
        return None
    try:
        act = Act(**json.loads(crypto.decrypt(base64.b64decode(sealed), _CONTEXT)))
    except (crypto.CannotDecrypt, ValueError, TypeError):
        return None
    if (act.account, act.acting) != (request.user.pk, _mandate(request)):
        return None
    age = clock.now() - datetime.fromisoformat(act.at)
    return act if age < _LONGEST_WAIT else None


def resume(request: Any) -> HttpResponseBase:
    """Go on with what waits, once: open the page, or carry out the form as it was sent. The answer
    is the one the person would have had. With nothing waiting, the page of one's own security."""
    act = waiting(request)
    request.session.pop(_KEPT, None)
    if act is None:
        return redirect("portal:security")
    if act.method != "POST":
        return redirect(act.place)
    place = urlsplit(act.place)
    found = resolve(place.path)
    # The form passed its own check against forgery before it was kept in this session, and the
    # form with the second factor passed another one.
    request.path = request.path_info = place.path
    request.resolver_match = found
    request.META["PATH_INFO"], request.META["QUERY_STRING"] = place.path, place.query
    request.GET = QueryDict(place.query)
    request.POST = QueryDict(act.body)
    answer: HttpResponseBase = found.func(request, *found.args, **found.kwargs)
    return answer


def _came_from(request: HttpRequest) -> str:
    """The page of this house the person was on; the front page when the browser does not say."""
    referer = urlsplit(request.headers.get("Referer", ""))
    if referer.netloc != request.get_host() or not referer.path.startswith("/"):
        return "/"
    try:
        resolve(referer.path)
    except Http404:
        return "/"
    return referer.path + (f"?{referer.query}" if referer.query else "")


def _mandate(request: Any) -> int | None:
    """The mandate under which somebody is acting for another, who must not change meanwhile."""
    acting = request.viewer.acting
    return acting.mandate_id if acting is not None else None
