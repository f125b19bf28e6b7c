"""Where it gets late, and with whom: for who leads an agency."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.doors.access import Request, missing, officer_only
from motcua.dossiers.queries import lateness
from motcua.foundation import clock


@officer_only
@require_safe
def overview(request: Request) -> HttpResponse:
    """Open steps at risk, and whose finished steps took longer than they may."""
    if not lateness.led_by(request.viewer):
        return missing(request, _("Trang này dành cho lãnh đạo cơ quan."))
    found = lateness.overview(request.viewer, clock.now())
    return render(
        request,
        "desk/lateness.html",
        {"found": found, "days": lateness.LOOKED_BACK.days, "section": "lateness"},
    )
