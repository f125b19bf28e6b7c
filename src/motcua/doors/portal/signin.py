"""Signing in and out: by the national eID, and by password on the day it is down."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from motcua.doors import kept_acts, step_up
from motcua.doors.limits import devices as known_devices
from motcua.doors.limits.callers import address_of
from motcua.doors.portal import eid
from motcua.doors.portal.views import step_up as step_up_page
from motcua.doors.viewer_middleware import SESSION_KEY
from motcua.foundation import clock
from motcua.people import actions, devices, factors, queries
from motcua.people.errors import PeopleError, TooManyTries, WrongPassword
from motcua.people.models import Account

KINDS = {"ca-nhan": "person", "to-chuc": "organisation", "can-bo": "officer"}
HALF_IN = "half_in"
"""In the session: whose password was right, while the second factor is awaited."""
LONGEST_HALF = timedelta(minutes=5)
BACKEND = "django.contrib.auth.backends.ModelBackend"


@never_cache
@require_GET
def choose(request: HttpRequest) -> HttpResponse:
    """The ways to sign in, in plain words."""
    return render(
        request,
        "portal/sign_in.html",
        {
            "next": _next(request, request.GET),
            "level": _level(request),
            "demo": settings.ENV.demo,
            "ended": kept_acts.ENDED in request.session,
            "kept": kept_acts.is_kept(request),
        },
    )


@transaction.non_atomic_requests
@never_cache
@require_GET
def to_eid(request: HttpRequest) -> HttpResponse:
    """Off to the national eID, asking for the assurance level `muc`."""
    place = _next(request, request.GET)
    again = request.GET.get("lai") == "1"
    if _level(request) < 2 and not again and request.user.is_authenticated and place:
        return redirect(place)
    try:
        return eid.begin(
            request,
            request.build_absolute_uri(reverse("portal:sign-in-result")),
            _level(request),
            KINDS.get(request.GET.get("loai", ""), ""),
            place,
            again=again,
        )
    except eid.ProviderDown:
        return _failed(request, _down(), 503, place)
    except eid.SignInFailed:
        return _failed(request, _untrusted(), 502, place)


@transaction.non_atomic_requests
@never_cache
@require_GET
def from_eid(request: HttpRequest) -> HttpResponse:
    """Back from the national eID, with a code."""
    try:
        answer = eid.finish(request)
        if answer.assurance < answer.wanted:
            return _failed(request, _too_low(), 403, answer.next, level=answer.wanted)
        account = actions.sign_in_from_claims(answer.claims, clock.now())
    except eid.SignInRefused:
        return _failed(request, _("Bạn đã từ chối đăng nhập. Không có gì được gửi đi."), 403)
    except eid.SignInFailed:
        return _failed(request, _untrusted(), 400)
    except eid.ProviderDown:
        return _failed(request, _down(), 503)
    except PeopleError as error:
        return _failed(request, str(error), 403)
    _let_in(request, account, {"assurance": answer.assurance, "id_token": answer.id_token})
    return redirect(answer.next or _home_of(account))


@never_cache
@sensitive_post_parameters("mat-khau")
@require_http_methods(["GET", "POST"])
def by_password(request: HttpRequest) -> HttpResponse:
    """Break-glass accounts: first the password, which opens nothing by itself."""
    place = _next(request, request.POST if request.method == "POST" else request.GET)
    name = request.POST.get("ten", "").replace("\0", "")[:100]  # no database takes a NUL
    page: dict[str, Any] = {"next": place, "name": name}
    if request.method == "GET":
        return render(request, "portal/sign_in_local.html", page)
    try:
        account = actions.check_local_password(
            page["name"],
            request.POST.get("mat-khau", "")[:1000],
            known_devices.known_for(request, f"account:{name.strip()}") or address_of(request),
            clock.now(),
        )
    except TooManyTries as error:
        answer = render(
            request, "portal/sign_in_local.html", {**page, "error": str(error)}, status=429
        )
        answer["Retry-After"] = str(max(int(error.wait.total_seconds()), 1))
        return answer
    except WrongPassword as error:
        return render(
            request, "portal/sign_in_local.html", {**page, "error": str(error)}, status=403
        )
    known_devices.proven(request)
    request.session[HALF_IN] = {
        "account": account.pk,
        "next": place,
        "at": clock.now().isoformat(),
    }
    return redirect("portal:sign-in-factor")


@never_cache
@sensitive_post_parameters("ma", "answer")
@require_http_methods(["GET", "POST"])
def by_second_factor(request: HttpRequest) -> HttpResponse:
    """Break-glass accounts, second and compulsory: a code or a passkey. Whoever stays away for
    some minutes begins anew."""
    half = request.session.get(HALF_IN) or {}
    begun = datetime.fromisoformat(half["at"]) if half else None
    if begun is None or clock.now() - begun > LONGEST_HALF:
        request.session.pop(HALF_IN, None)
        return redirect("portal:sign-in-local")
    account_id = int(half["account"])
    mine = factors.of(account_id)
    page: dict[str, Any] = {
        "none": not mine,
        "has_app": any(factor.kind == factor.Kind.TOTP for factor in mine),
    }
    status = 200
    if request.method == "POST" and mine:
        try:
            proof = step_up_page.proof_of(request, account_id)
            account = actions.sign_in_locally(account_id, proof.how, clock.now())
        except TooManyTries as error:
            page["error"], status = str(error), 429
        except PeopleError as error:
            page["error"], status = str(error), 403
        else:
            _let_in(request, account, {"assurance": 0})
            request.session.pop(HALF_IN, None)
            step_up.mark(request, proof.how)
            return redirect(half["next"] or "/")
    page["passkey"] = step_up_page.passkey_options(request, account_id)
    return render(request, "portal/sign_in_factor.html", page, status=status)


@transaction.non_atomic_requests
@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Out here, and at the national eID."""
    kept = request.session.get(SESSION_KEY) or {}
    if request.user.is_authenticated:
        actions.sign_out(request.user.pk)
    logout(request)
    address = eid.end(kept.get("id_token", ""), request.build_absolute_uri("/"))
    return redirect(address or "/")


def _let_in(request: HttpRequest, account: Account, kept: dict[str, Any]) -> None:
    """A new session for a new identity: what an earlier one held is gone."""
    login(request, account, backend=BACKEND)
    request.session.pop(kept_acts.ENDED, None)
    request.session[SESSION_KEY] = {
        **kept,
        "at": clock.now().isoformat(),
        "device": devices.in_words(request.headers.get("User-Agent", "")),
    }


def _home_of(account: Account) -> str:
    if settings.ENV.role == "national":  # no desk stands at the national portal
        return "/"
    return "/mot-cua/" if queries.viewer_of(account, now=clock.now()).is_officer else "/"


def _level(request: HttpRequest) -> int:
    return 2 if request.GET.get("muc") == "2" else 1


def _next(request: HttpRequest, values: Mapping[str, str]) -> str:
    """The place to go to afterwards: a path of this house, or nothing."""
    place = values.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        place, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return place if safe and place.startswith("/") and len(place) <= 500 else ""


def _failed(
    request: HttpRequest, message: str, status: int, place: str = "", level: int = 1
) -> HttpResponse:
    return render(
        request,
        "portal/sign_in_failed.html",
        {"message": message, "next": place, "level": level},
        status=status,
    )


def _down() -> str:
    return _(
        "Hệ thống định danh điện tử quốc gia chưa trả lời. Xin thử lại sau ít phút; "
        "những gì bạn đã lưu vẫn còn."
    )


def _untrusted() -> str:
    return _(
        "Lần đăng nhập này không hoàn thành được: có thể trang đã mở quá lâu, hoặc bạn đã đăng "
        "nhập ở một thẻ khác. Xin đăng nhập lại từ đầu."
    )


def _too_low() -> str:
    return _(
        "Việc này cần tài khoản định danh mức độ 02. Bạn vừa đăng nhập ở mức độ 01: xin đăng "
        "nhập lại và chọn mức độ 02, hoặc đến công an xã, phường để nâng mức."
    )
