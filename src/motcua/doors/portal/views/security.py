"""One's own security: second factors, recovery codes, and where one is signed in."""

from __future__ import annotations

import base64
import json
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.doors import step_up
from motcua.doors.access import P, Request, View, account_of, any_account
from motcua.doors.portal import qr
from motcua.doors.portal.views.step_up import ASKED
from motcua.foundation import clock, crypto
from motcua.people import factors, sessions, totp
from motcua.people.errors import PeopleError
from motcua.people.models import Factor

HOME = "/tai-khoan/bao-mat/"
_SEED = "seed_offered"
_CODES = "codes_to_show"
_CONTEXT = "doors.portal.security"


def may_change_factors(view: View[P]) -> View[P]:
    """Whoever has a second factor shows it before changing any; whoever has none comes from the
    national eID just now: an unattended window gives nobody a factor."""

    @wraps(view)
    def inner(request: Any, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if factors.of(account_of(request).pk):
            return step_up.fresh_second_factor(view)(request, *args, **kwargs)
        if step_up.signed_in_lately(request):
            return view(request, *args, **kwargs)
        level = 2 if request.viewer.assurance == 2 else 1
        return redirect(step_up.to_eid(level, request.path if request.method == "GET" else HOME))

    return inner


@never_cache
@require_GET
@any_account
def overview(request: Request) -> HttpResponse:
    """Which second factors there are, and how to add one."""
    mine = factors.of(account_of(request).pk)
    return render(
        request,
        "portal/security.html",
        {
            "factors": mine,
            "codes_left": factors.recovery_codes_left(account_of(request).pk),
            "can_have_passkeys": step_up.site(request).can_have_passkeys,
            "sessions": sessions.of(
                account_of(request).pk, request.session.session_key, clock.now()
            ),
            "section": "security",
        },
    )


@never_cache
@sensitive_post_parameters("ma")
@require_http_methods(["GET", "POST"])
@any_account
@may_change_factors
def add_app(request: Request) -> HttpResponseBase:
    """Add an app that shows codes: QR code, then its first code."""
    seed = _opened(request, _SEED) if request.method == "POST" else ""
    page: dict[str, Any] = {"name": request.POST.get("ten", "")}
    status = 200
    if request.method == "POST" and seed:
        try:
            factor = factors.add_totp(
                account_of(request).pk,
                seed,
                request.POST.get("ma", "")[:20],
                page["name"],
                clock.now(),
            )
        except PeopleError as error:
            page["error"], status = str(error), 403
        else:
            request.session.pop(_SEED, None)
            return _added(request, factor)
    if not seed:
        seed = totp.new_seed()
        _seal(request, _SEED, seed)
    page["seed"] = " ".join(seed[n : n + 4] for n in range(0, len(seed), 4))
    page["qr"] = qr.svg(totp.address(seed, request.viewer.name))
    return render(request, "portal/add_app.html", page, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
@any_account
@may_change_factors
def add_passkey(request: Request) -> HttpResponseBase:
    """Add a passkey: the browser makes it, here it is checked and kept."""
    site = step_up.site(request)
    page: dict[str, Any] = {"name": request.POST.get("ten", ""), "possible": site.can_have_passkeys}
    status = 200
    if request.method == "POST":
        state = request.session.pop(ASKED, None) or {}
        answer = request.POST.get("answer", "")
        try:
            factor = factors.add_passkey(
                account_of(request).pk, site, state, answer, page["name"], clock.now()
            )
        except PeopleError as error:
            page["error"], status = str(error), 403
        else:
            return _added(request, factor)
    if site.can_have_passkeys:
        asked = factors.ask_for_new_passkey(account_of(request), site)
        request.session[ASKED] = asked.state
        page["options"] = json.dumps(asked.options)
    return render(request, "portal/add_passkey.html", page, status=status)


@never_cache
@require_POST
@any_account
@may_change_factors
def remove(request: Request, factor_id: int) -> HttpResponse:
    """Remove one factor."""
    try:
        factors.remove(account_of(request).pk, factor_id)
    except PeopleError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, _("Đã bỏ cách xác nhận."), extra_tags="good")
    return redirect("portal:security")


@never_cache
@require_POST
@any_account
@step_up.fresh_second_factor
def new_codes(request: Request) -> HttpResponse:
    """Ten new recovery codes; the old ones end."""
    _seal(request, _CODES, " ".join(factors.new_recovery_codes(account_of(request).pk)))
    return redirect("portal:recovery-codes")


@never_cache
@require_GET
@any_account
def codes(request: Request) -> HttpResponse:
    """The new recovery codes, shown this once."""
    shown = _opened(request, _CODES)
    request.session.pop(_CODES, None)
    if not shown:
        return redirect("portal:security")
    page = {"codes": shown.split(), "waiting": step_up.waiting(request) is not None}
    return render(request, "portal/recovery_codes.html", page)


def _added(request: Request, factor: Factor) -> HttpResponse:
    """Making a factor proves it. With the first one come the recovery codes."""
    step_up.mark(request, factor.kind)
    messages.success(request, _("Đã thêm: %(name)s.") % {"name": factor.name}, extra_tags="good")
    if factors.recovery_codes_left(account_of(request).pk):
        return redirect("portal:step-up" if step_up.waiting(request) else "portal:security")
    _seal(request, _CODES, " ".join(factors.new_recovery_codes(account_of(request).pk)))
    return redirect("portal:recovery-codes")


def _seal(request: Request, key: str, secret: str) -> None:
    """Keep a secret in the session for the next page, encrypted."""
    request.session[key] = base64.b64encode(crypto.encrypt(secret, _CONTEXT)).decode()


def _opened(request: Request, key: str) -> str:
    kept = request.session.get(key)
    if not kept:
        return ""
    try:
        return crypto.decrypt(base64.b64decode(kept), _CONTEXT)
    except crypto.CannotDecrypt:
        return ""


@never_cache
@require_POST
@any_account
def end_session(request: Request, handle: str) -> HttpResponse:
    """End one of one's own sessions elsewhere."""
    account = account_of(request)
    try:
        sessions.end(account.pk, handle, f"account:{account.pk}")
    except PeopleError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, _("Đã kết thúc phiên đó."), extra_tags="good")
    return redirect("portal:security")


@never_cache
@require_POST
@any_account
def end_other_sessions(request: Request) -> HttpResponse:
    """End all of one's own sessions but this one."""
    account = account_of(request)
    ended = sessions.end_all(account.pk, f"account:{account.pk}", but=request.session.session_key)
    messages.success(
        request, _("Số phiên đã kết thúc: %(count)s.") % {"count": ended}, extra_tags="good"
    )
    return redirect("portal:security")
