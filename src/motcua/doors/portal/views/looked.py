"""Who looked at my data."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.doors.access import Request, signed_in
from motcua.dossiers.queries import citizen
from motcua.foundation import clock
from motcua.people import queries as people

PAGE = 20
LAST_PAGE = 10_000


@signed_in
@require_safe
def who_looked(request: Request) -> HttpResponse:
    """Each look at the viewer's data by somebody else, newest first."""
    asked = request.GET.get("trang", "")
    number = min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() else 1
    looks = people.who_looked(request.viewer, PAGE + 1, after=(number - 1) * PAGE, now=clock.now())
    mine = {line.number for line in citizen.my_dossiers(request.viewer)} if looks else set()
    return render(
        request,
        "portal/who_looked.html",
        {
            "section": "mine",
            "looks": looks[:PAGE],
            "more": len(looks) > PAGE,
            "number": number,
            "mine": mine,
        },
    )
