"""Guardians: recorded by the decision that names them, and ended."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.doors.access import Request, missing, staffing_only
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock
from motcua.people import actions as people
from motcua.people import guardians
from motcua.people.actions import mandates
from motcua.people.errors import NoSuchMandate, PeopleError
from motcua.people.rules import BadIdNumber

MOST = 100


@staffing_only
@require_safe
def overview(request: Request) -> HttpResponse:
    """The guardians this body has recorded, and the form for one more."""
    now = clock.now()
    bodies = guardians.bodies(request.viewer, now)
    if not bodies:
        return missing(request, _("Giám hộ do người quản lý của cơ quan ghi nhận."))
    found = list(guardians.recorded(request.viewer, now)[:MOST])
    seen = "Xem những người giám hộ đã ghi nhận"
    people.record_access(guardians.look_at(request.viewer, found, seen, bodies[0]), now)
    return render(request, "desk/guardians.html", {"section": "guardians", "found": found})


@staffing_only
@require_POST
@fresh_second_factor
def record(request: Request) -> HttpResponse:
    """Record the guardian that a decision names."""
    now = clock.now()
    bodies = guardians.bodies(request.viewer, now)
    if not bodies:
        return missing(request, _("Giám hộ do người quản lý của cơ quan ghi nhận."))
    said = request.POST
    try:
        until = date.fromisoformat(said["until"]) if said.get("until") else None
        guardian = mandates.named(
            said.get("guardian_id", ""), said.get("guardian_name", "")[:120], now
        )
        ward = mandates.named(said.get("ward_id", ""), said.get("ward_name", "")[:120], now)
        given = mandates.guardian(request.viewer, guardian, ward, said.get("paper", ""), until, now)
    except (PeopleError, BadIdNumber) as error:
        messages.error(request, str(error), extra_tags="bad")
    except ValueError:
        messages.error(request, _("Ngày không đúng."), extra_tags="bad")
    else:
        why = f"Ghi nhận giám hộ theo {given.paper}"
        people.record_access(guardians.look_at(request.viewer, [given], why, bodies[0]), now)
        messages.success(request, _("Đã ghi nhận giám hộ."), extra_tags="good")
    return redirect("desk:guardians")


@staffing_only
@require_POST
@fresh_second_factor
def end(request: Request, guardianship_id: int) -> HttpResponse:
    """End it now."""
    try:
        mandates.end_guardianship(request.viewer, guardianship_id, clock.now())
    except NoSuchMandate as error:
        return missing(request, str(error))
    messages.success(request, _("Đã chấm dứt, có hiệu lực ngay."), extra_tags="good")
    return redirect("desk:guardians")
