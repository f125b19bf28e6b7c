"""The posts of an agency's officers: appointing, ending, delegation, leave."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency
from motcua.doors.access import Request, missing, staffing_only
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock
from motcua.people import posts, queries, roles
from motcua.people.actions import mandates, staffing
from motcua.people.errors import NoSuchPost, PeopleError
from motcua.people.models import Account, Role
from motcua.people.rules import BadIdNumber


@staffing_only
@require_safe
def bodies(request: Request) -> HttpResponse:
    """The agencies whose posts the viewer keeps; the only one is opened at once."""
    query = request.GET.get("q", "").strip()[:100]
    kept = posts.kept(request.viewer, clock.now(), query)
    return render(request, "desk/bodies.html", {"bodies": kept, "query": query, "section": "posts"})


@staffing_only
@require_safe
def officers(request: Request, agency_id: int) -> HttpResponse:
    """The officers of one agency, what was delegated, who is away."""
    try:
        found = posts.staff(request.viewer, agency_id, clock.now())
    except agencies.UnknownAgency:
        found = None
    if found is None:
        return missing(request, _("Không có cơ quan này trong phần bạn quản lý."))
    return render(
        request,
        "desk/officers.html",
        {
            "section": "posts",
            "staff": found,
            "places": _places(agency_id),
            "roles": Role.choices,
            "delegable": [(key, Role(key).label) for key in roles.DELEGABLE],
            "today": clock.today(),
            "me": request.viewer.account_id,
        },
    )


def _places(agency_id: int) -> list[Agency]:
    """The agency and its parts, for a post to be at one of them."""
    parts = sorted(set(agencies.offices(agency_id).values()))
    return [agencies.agency(one) for one in (agency_id, *parts)]


def _do(request: Request, agency_id: int, act: Callable[[], Any], done: str) -> HttpResponse:
    """Carry out `act`, say `done` or why not, and go back to the agency's page."""
    try:
        act()
    except NoSuchPost as error:
        return missing(request, str(error))
    except (PeopleError, BadIdNumber) as error:
        messages.error(request, str(error), extra_tags="bad")
    except ValueError:
        messages.error(request, _("Ngày không đúng."), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:officers", agency_id)


def _day(request: Request, name: str) -> date:
    return date.fromisoformat(request.POST.get(name, ""))


def _account(request: Request, name: str) -> Account:
    """Raises `NoSuchPost`: whoever is chosen here holds a post."""
    key = request.POST.get(name, "")
    found = queries.account(int(key)) if key.isdigit() else None
    if found is None:
        raise NoSuchPost
    return found


def _agency(key: str | int) -> Agency:
    """Raises `NoSuchPost`."""
    try:
        return agencies.agency(int(key))
    except (agencies.UnknownAgency, ValueError):
        raise NoSuchPost from None


@staffing_only
@require_POST
@fresh_second_factor
def appoint(request: Request, agency_id: int) -> HttpResponse:
    """Appoint somebody to a post at the agency or at a part of it."""

    def act() -> None:
        now = clock.now()
        place = _agency(request.POST.get("place", ""))
        # Whether a number and a name belong together is said to those only who keep the posts.
        if not posts.keeps(request.viewer, place.pk, now):
            raise NoSuchPost
        until = _day(request, "until") if request.POST.get("until") else None
        post = staffing.Post(
            role=request.POST.get("role", ""),
            title=request.POST.get("title", ""),
            sectors=request.POST.get("sectors", "").split(","),
            since=_day(request, "since"),
            until=until,
            source=request.POST.get("source", ""),
        )
        person = mandates.named(
            request.POST.get("id_number", ""), request.POST.get("full_name", "")[:120], now
        )
        staffing.give_post(request.viewer, place, person, post, now)

    return _do(request, agency_id, act, _("Đã phân công."))


@staffing_only
@require_POST
@fresh_second_factor
def end_post(request: Request, agency_id: int, post_id: int) -> HttpResponse:
    """End one post at once."""
    return _do(
        request,
        agency_id,
        lambda: staffing.end_post(request.viewer, post_id, clock.now()),
        _("Đã chấm dứt, có hiệu lực ngay."),
    )


@staffing_only
@require_POST
@fresh_second_factor
def leave_agency(request: Request, agency_id: int, account_id: int) -> HttpResponse:
    """Somebody leaves the agency at once."""
    return _do(
        request,
        agency_id,
        lambda: staffing.leave_agency(request.viewer, agency_id, account_id, clock.now()),
        _("Đã chấm dứt mọi nhiệm vụ tại cơ quan, có hiệu lực ngay."),
    )


@staffing_only
@require_POST
@fresh_second_factor
def delegate(request: Request, agency_id: int) -> HttpResponse:
    """Record a written delegation."""

    def act() -> None:
        loan = staffing.Loan(
            roles=request.POST.getlist("role"),
            title=request.POST.get("title", ""),
            decision_number=request.POST.get("decision", ""),
            since=_day(request, "since"),
            until=_day(request, "until"),
        )
        staffing.delegate(
            request.viewer,
            _agency(request.POST.get("place", "")),
            _account(request, "giver"),
            _account(request, "receiver"),
            loan,
            clock.now(),
        )

    return _do(request, agency_id, act, _("Đã ghi ủy quyền."))


@staffing_only
@require_POST
@fresh_second_factor
def end_delegation(request: Request, agency_id: int, delegation_id: int) -> HttpResponse:
    """End a delegation at once."""
    return _do(
        request,
        agency_id,
        lambda: staffing.end_delegation(request.viewer, delegation_id, clock.now()),
        _("Đã chấm dứt, có hiệu lực ngay."),
    )


@staffing_only
@require_POST
@fresh_second_factor
def mark_leave(request: Request, agency_id: int) -> HttpResponse:
    """Record who is away and who does their work."""
    return _do(
        request,
        agency_id,
        lambda: staffing.mark_leave(
            request.viewer,
            _agency(request.POST.get("place", "")),
            _account(request, "away"),
            _account(request, "substitute"),
            _day(request, "since"),
            _day(request, "until"),
            clock.now(),
        ),
        _("Đã ghi nghỉ phép."),
    )


@staffing_only
@require_POST
@fresh_second_factor
def end_leave(request: Request, agency_id: int, leave_id: int) -> HttpResponse:
    """Somebody is back."""
    return _do(
        request,
        agency_id,
        lambda: staffing.end_leave(request.viewer, leave_id, clock.now()),
        _("Đã chấm dứt, có hiệu lực ngay."),
    )
