"""How long data is kept, and holds by decision: for those in charge of it and for inspectors."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.doors.access import Request, missing, officer_only
from motcua.foundation import clock
from motcua.people import queries as people
from motcua.people.rules import BadIdNumber
from motcua.privacy import holds, terms
from motcua.privacy.actions import holding
from motcua.privacy.actions.holding import NewHold
from motcua.privacy.errors import Incomplete, PrivacyError
from motcua.privacy.holds import NoSuchHold
from motcua.privacy.retention import END_NAMES

SHOWN = 200


def _nothing(request: Request) -> HttpResponse:
    return missing(request, _("Trang này dành cho người phụ trách dữ liệu cá nhân và thanh tra."))


@officer_only
@require_http_methods(["GET", "POST"])
def kept(request: Request) -> HttpResponseBase:
    """The rules, the holds in force, and setting one."""
    if not holds.in_charge(request.viewer):
        return _nothing(request)
    refused, now = "", clock.now()
    if request.method == "POST":
        try:
            holding.set_hold(request.viewer, _new(request), now)
        except PrivacyError as error:
            refused = error.message
        else:
            messages.success(request, _("Đã ghi quyết định giữ."), extra_tags="good")
            return redirect("desk:kept")
    rules = terms.rules()
    return render(
        request,
        "desk/kept.html",
        {
            "holds": holds.in_force(now).select_related("person", "set_by").order_by("-pk")[:SHOWN],
            "rules": [(rule, END_NAMES[rule.end]) for rule in rules.values()],
            "names": {kind: rule.name for kind, rule in rules.items()},
            "refused": refused,
            "typed": request.POST,
            "section": "kept",
        },
    )


@officer_only
@require_POST
def lift(request: Request, hold_id: int) -> HttpResponseBase:
    """End a hold by a decision."""
    try:
        holding.lift_hold(request.viewer, hold_id, request.POST.get("decision", ""), clock.now())
    except NoSuchHold:
        return _nothing(request)
    except PrivacyError as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, _("Đã ghi quyết định thôi giữ."), extra_tags="good")
    return redirect("desk:kept")


def _new(request: Request) -> NewHold:
    """What was typed. Raises `Incomplete`."""
    number, person_id = request.POST.get("person", "").strip()[:20], None
    if number:
        try:
            person = people.person_by_id_number(number)
        except BadIdNumber:
            person = None
        if person is None:
            raise Incomplete(_("Không có người nào mang số định danh này."))
        person_id = person.pk
    return NewHold(
        decision=request.POST.get("decision", ""),
        reason=request.POST.get("reason", ""),
        person_id=person_id,
        dossier_number=request.POST.get("dossier", "").strip()[:60],
        kind=request.POST.get("kind", "")[:40],
        until=_end_of(request.POST.get("until", "")),
    )


def _end_of(day: str) -> datetime | None:
    """The end of that day in Vietnam. Raises `Incomplete`."""
    if not day:
        return None
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59, 59), clock.TZ)
    except ValueError as error:
        raise Incomplete(_("Ngày không đúng.")) from error
