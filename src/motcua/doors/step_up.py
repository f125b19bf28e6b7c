"""The second factor before what weighs most: signing, revealing, exporting.

    @officer_only
    @require_POST
    @fresh_second_factor
    def sign(request: Request, item_id: int) -> HttpResponse: ...

Whoever has shown a second factor in this session within the last ten minutes
(`MOTCUA_STEP_UP_MINUTES`) goes on. Anybody else is asked for it on a page between, and what they
were doing waits: a page is opened afterwards, a sent form is carried out as it was sent, once.
Citizens without a second factor of their own prove themselves at the national eID with level 2.

Files that were sent along do not wait (they are too large for a session): such a person comes back
to the page they came from. Put a page that takes files behind a second factor when it is opened.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from motcua.doors.access import P, Request, View
from motcua.doors.kept_acts import keep, resume, waiting
from motcua.doors.viewer_middleware import SESSION_KEY
from motcua.foundation import clock
from motcua.people import factors
from motcua.people.models import Account
from motcua.people.passkeys import Site

__all__ = ["fresh_second_factor", "is_fresh", "keep", "level_two", "mark", "resume", "waiting"]

PROVEN = "second_factor"
"""In the session: when and how the second factor was shown last."""


def fresh_second_factor(view: View[P]) -> View[P]:
    """Only with a second factor shown lately; others show it first, and what they were doing waits
    for them. Stands below what asks who they are and which method they used."""

    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect(f"{reverse('portal:sign-in')}?next={quote(request.get_full_path())}")
        if is_fresh(request):
            return view(request, *args, **kwargs)
        keep(request)
        return redirect("portal:step-up")

    return inner


def level_two(view: View[P]) -> View[P]:
    """Only people whom the national eID vouches for with level 2; others are sent there and come
    back to what they were doing."""

    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if request.viewer.assurance >= 2:
            return view(request, *args, **kwargs)
        keep(request)
        return redirect(to_eid(2))

    return inner


def to_eid(level: int, back: str = "") -> str:
    """The address that proves identity anew at the national eID, and comes back to what waits or to
    the page `back`."""
    place = quote(back or reverse("portal:step-up"))
    return f"{reverse('portal:sign-in-eid')}?muc={level}&lai=1&next={place}"


def is_fresh(request: Request) -> bool:
    """Whether the second factor was shown lately enough."""
    shown = request.session.get(PROVEN) or {}
    if _lately(shown.get("at")):
        return True
    return proves_at_the_eid(request) and signed_in_lately(request, level=2)


def signed_in_lately(request: HttpRequest, level: int = 1) -> bool:
    """Whether the national eID said within the same time, with this level, who this is."""
    kept = request.session.get(SESSION_KEY) or {}
    return int(kept.get("assurance", 0)) >= level and _lately(kept.get("at"))


def proves_at_the_eid(request: Request) -> bool:
    """Whether this is a citizen whose second factor is the national eID's own: nobody in office,
    no break-glass account, and no factor kept here."""
    account = request.user
    if not isinstance(account, Account) or account.kind == Account.Kind.LOCAL:
        return False
    return not request.viewer.posts and not factors.of(account.pk)


def mark(request: HttpRequest, how: str) -> None:
    """Note in the session that the second factor was shown now."""
    request.session[PROVEN] = {"at": clock.now().isoformat(), "how": how}


def _lately(at: str | None) -> bool:
    if not at:
        return False
    age = clock.now() - datetime.fromisoformat(at)
    return timedelta(0) <= age < timedelta(minutes=settings.ENV.step_up_minutes)


def site(request: HttpRequest) -> Site:
    """The house by the name this browser calls it, to which passkeys are bound."""
    origin = urlsplit(f"{request.scheme}://{request.get_host()}")
    return Site(host=origin.hostname or "", origin=origin.geturl())
