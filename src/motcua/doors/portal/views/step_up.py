"""The page between: the second factor, and on with what was being done."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from motcua.doors import step_up
from motcua.doors.access import Request, account_of, any_account
from motcua.foundation import clock
from motcua.people import factors
from motcua.people.errors import PeopleError, TooManyTries
from motcua.people.factors import Proof

ASKED = "passkey_asked"
"""In the session: the challenge a passkey must answer."""


@never_cache
@sensitive_post_parameters("ma", "answer")
@require_http_methods(["GET", "POST"])
@any_account
def ask(request: Request) -> HttpResponseBase:
    """Ask for the second factor; when it is right, go on."""
    if step_up.is_fresh(request):
        act = step_up.waiting(request)
        if request.method == "POST" or act is None or act.method != "POST":
            return step_up.resume(request)
        return render(request, "portal/step_up.html", {"ready": True, "back": act.came_from})
    if step_up.proves_at_the_eid(request):
        return redirect(step_up.to_eid(2))
    mine = factors.of(account_of(request).pk)
    if not mine:
        return render(request, "portal/step_up.html", {"none": True, "back": _back(request)})
    if request.method == "GET":
        return _form(request)
    try:
        proof = _proof(request)
    except TooManyTries as error:
        answer = _form(request, str(error), 429)
        answer["Retry-After"] = str(max(int(error.wait.total_seconds()), 1))
        return answer
    except PeopleError as error:
        return _form(request, str(error), 403)
    step_up.mark(request, proof.how)
    return step_up.resume(request)


def _proof(request: Request) -> Proof:
    return proof_of(request, account_of(request).pk)


def proof_of(request: Any, account_id: int) -> Proof:
    """The second factor in the form that was sent, by passkey or by code. Raises `PeopleError`."""
    if answer := request.POST.get("answer", ""):
        state = request.session.pop(ASKED, None) or {}
        return factors.prove_by_passkey(
            account_id, step_up.site(request), state, answer, clock.now()
        )
    return factors.prove_by_code(
        account_id,
        request.POST.get("ma", "")[:100],
        request.META.get("REMOTE_ADDR", ""),
        clock.now(),
    )


def passkey_options(request: Any, account_id: int) -> str:
    """What the page's script asks the browser for, as JSON; "" when there is no passkey for it."""
    site = step_up.site(request)
    asked = factors.ask_for_passkey(account_id, site) if site.can_have_passkeys else None
    if asked is None:
        return ""
    request.session[ASKED] = asked.state
    return json.dumps(asked.options)


def _form(request: Request, error: str = "", status: int = 200) -> HttpResponse:
    mine = factors.of(account_of(request).pk)
    page = {
        "error": error,
        "passkey": passkey_options(request, account_of(request).pk),
        "has_app": any(factor.kind == factor.Kind.TOTP for factor in mine),
        "back": _back(request),
    }
    return render(request, "portal/step_up.html", page, status=status)


def _back(request: Request) -> str:
    act = step_up.waiting(request)
    return act.came_from if act else "/"
