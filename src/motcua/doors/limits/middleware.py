"""Counts what the table limits, and answers 429 to who comes too often."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from motcua.doors.api import problems
from motcua.doors.guard import refuse
from motcua.doors.limits import devices
from motcua.doors.limits.callers import address_of, counted_as
from motcua.doors.limits.table import LIMITS, By, Limit
from motcua.foundation import rates

memory = rates.InMemory()


class RateLimits:
    """Guesses are counted before anything else is asked of the database, outside every transaction;
    what is counted by person, once the viewer is known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        found = matching(request)
        if not found or not settings.ENV.limits:
            return self._get_response(request)
        target = target_of(request) if any(one.by is By.TARGET for one in found) else ""
        wait = _first_wait(request, found, target)
        if wait:
            return too_many(request, wait)
        response = self._get_response(request)
        if target and devices.was_proven(request):
            devices.remember(request, response, target)
        return response

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponse | None:
        if not settings.ENV.limits:
            return None
        for limit in matching(request):
            if limit.by is By.PERSON:
                wait = memory.take(
                    rates.key_of(limit.name, _person_or_address(request)), limit.rate
                )
                if wait:
                    return too_many(request, wait)
        return None


def matching(request: HttpRequest) -> list[Limit]:
    """The limits a request falls under."""
    method = "GET" if request.method == "HEAD" else request.method
    return [
        limit
        for limit in LIMITS
        if limit.method == method
        and limit.path.fullmatch(request.path_info)
        and (not limit.parameter or request.GET.get(limit.parameter))
    ]


def target_of(request: HttpRequest) -> str:
    """What a request guesses at, empty when it names nothing."""
    if request.path_info.startswith("/tra-cuu"):
        kind, named = "dossier", request.GET.get("so", "").strip().upper()[:60]
    elif request.path_info.startswith("/api/token"):
        kind, named = "machine", _claimed(request.POST.get("client_assertion", ""))
    else:
        kind, named = "account", request.POST.get("ten", "").strip()[:100]
    return f"{kind}:{named}" if named else ""


def _claimed(assertion: str) -> str:
    try:
        payload = assertion[:8000].split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return str(claims["sub"])[:100]
    except (IndexError, ValueError, KeyError, TypeError, RecursionError):
        return ""


def _first_wait(request: HttpRequest, limits: list[Limit], target: str) -> float:
    """How long the request must wait by the limits of addresses and targets; 0 when it need not."""
    device = devices.known_for(request, target) if target else ""
    address = counted_as(address_of(request))
    for limit in limits:
        if limit.by is By.PERSON or (limit.by is By.TARGET and not target):
            continue
        if limit.by is By.TARGET:
            key = rates.key_of(limit.name, f"device:{device}" if device else address, target)
        elif device:
            continue  # what others at this address do is not the owner's doing
        else:
            key = rates.key_of(limit.name, address)
        wait = (rates.shared if limit.shared else memory.take)(key, limit.rate)
        if wait:
            return wait
    return 0.0


def _person_or_address(request: HttpRequest) -> str:
    if given := request.headers.get("Authorization"):
        return f"token:{given}"  # a false one is turned away before anything is stored
    viewer = getattr(request, "viewer", None)
    account = getattr(viewer, "account_id", None)
    return f"account:{account}" if account else counted_as(address_of(request))


def too_many(request: HttpRequest, wait: float) -> HttpResponse:
    """429, as a page or as a problem document; `Retry-After` says in how many seconds."""
    seconds = max(math.ceil(wait), 1)
    if request.path_info.startswith("/api/"):
        response = problems.answer(
            429, "too_many", f"Bạn gọi quá nhanh. Hãy gửi lại sau {seconds} giây.", wait=seconds
        )
    else:
        message = _(
            "Từ nơi này vừa có quá nhiều lần gửi. Bạn không làm gì sai: xin chờ %(seconds)s giây "
            "rồi thử lại. Những gì bạn đã lưu vẫn còn."
        ) % {"seconds": seconds}
        response = refuse(request, 429, _("Xin chờ một chút"), message)
    response["Retry-After"] = str(seconds)
    return response
