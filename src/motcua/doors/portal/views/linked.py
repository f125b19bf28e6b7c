"""A linked set: all its procedures on one page, under one number."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.doors.access import Request, signed_in
from motcua.dossiers.actions import linked_following
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.queries import linked
from motcua.foundation import clock
from motcua.people import actions as people


@signed_in
@require_safe
def one(request: Request, number: str) -> HttpResponse:
    """Where each procedure stands, what it waits for, and all that happened, in order."""
    now = clock.now()
    page = linked.page(request.viewer, number, now)
    if page.looked is not None:
        people.record_access(page.looked, now)
    return render(request, "portal/linked.html", {"section": "mine", "page": page})


@signed_in
@require_POST
def leave_out(request: Request, number: str, key: str) -> HttpResponse:
    """The applicant does not want a procedure that has not started."""
    try:
        linked_following.leave_out(request.viewer, number, key, clock.now())
    except NotFound:
        raise
    except Refused as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, _("Đã bỏ thủ tục này khỏi hồ sơ liên thông."), extra_tags="good")
    return redirect("portal:linked", number=number)
