"""The register of dossiers: on the page with masked names, to take away with the names in full."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from motcua.doors.access import Request, missing, officer_only
from motcua.doors.desk.views.looking import page_number
from motcua.dossiers import register_paper
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.models import FilingWay
from motcua.dossiers.queries import register
from motcua.foundation import clock
from motcua.people import actions as people

SHOWN_FIRST = timedelta(days=30)


@officer_only
@require_safe
def show(request: Request) -> HttpResponse:
    """One page of the register of one agency."""
    agencies = register.kept_by(request.viewer)
    if not agencies:
        return missing(request, _("Trang này dành cho cán bộ giải quyết hồ sơ."))
    agency_id, asked = _agency(request, agencies[0].pk), _asked(request)
    page, refused = None, ""
    try:
        page = register.page(
            request.viewer, agency_id, asked, clock.now(), number=page_number(request)
        )
    except NotFound:
        raise
    except Refused as error:
        refused = error.message
    kept = request.GET.copy()
    kept.pop("trang", None)
    return render(
        request,
        "desk/register.html",
        {
            "page": page,
            "asked": asked,
            "refused": refused,
            "agencies": agencies,
            "agency_id": agency_id,
            "number": page_number(request),
            "ways": FilingWay.choices,
            "states": register.STATES,
            "kept": kept.urlencode(),
            "section": "register",
        },
    )


@officer_only
@require_safe
def take_away(request: Request) -> HttpResponse:
    """The asked part as a paper or a table, with the names; each person on it is told of it."""
    agencies = register.kept_by(request.viewer)
    if not agencies:
        return missing(request, _("Trang này dành cho cán bộ giải quyết hồ sơ."))
    form = "csv" if request.GET.get("dang") == "csv" else "pdf"
    now, asked = clock.now(), _asked(request)
    page, note = register.whole(request.viewer, _agency(request, agencies[0].pk), asked, now)
    people.record_access(note, now)
    if form == "csv":
        answer = HttpResponse(register_paper.as_csv(page), content_type="text/csv; charset=utf-8")
    else:
        paper = register_paper.as_pdf(page, request.viewer.name, now)
        answer = HttpResponse(paper, content_type="application/pdf")
    name = f"so-theo-doi-{asked.since:%Y%m%d}-{asked.until:%Y%m%d}.{form}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _agency(request: Request, first: int) -> int:
    asked = request.GET.get("co-quan", "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 16 else first


def _asked(request: Request) -> register.Asked:
    """What the page was asked for; the last month where nothing, or nonsense, was."""
    today = clock.today()
    way, state = request.GET.get("cach", ""), request.GET.get("loc", "")
    return register.Asked(
        since=_day(request.GET.get("tu", "")) or today - SHOWN_FIRST,
        until=_day(request.GET.get("den", "")) or today,
        state=state if state in register.STATES else "",
        way=int(way) if way in {str(value) for value in FilingWay.values} else None,
    )


def _day(asked: str) -> date | None:
    """A day as a date field sends it, of this or the last century's end; None for what is none."""
    try:
        day = date.fromisoformat(asked) if len(asked) == 10 else None
    except ValueError:
        return None
    return day if day is not None and 1990 <= day.year <= 2100 else None
