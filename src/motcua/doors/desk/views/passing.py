"""Dossiers that a decree took from one agency to another: the list that both see."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.doors.access import Request, missing, officer_only
from motcua.dossiers.queries import handover, register

SHOWN = 200


@officer_only
@require_safe
def show(request: Request) -> HttpResponse:
    """What came and what left, newest first: numbers and agencies, nothing of a person."""
    if not register.kept_by(request.viewer):
        return missing(request, _("Trang này dành cho cán bộ giải quyết hồ sơ."))
    lines = handover.handed_over(request.viewer, SHOWN)
    context = {
        "waiting": [line for line in lines if line.moved_at is None],
        "moved": [line for line in lines if line.moved_at is not None],
        "shown": SHOWN,
        "full": len(lines) == SHOWN,
        "section": "register",
    }
    return render(request, "desk/handed_over.html", context)
