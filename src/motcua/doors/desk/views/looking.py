"""Seeing what is masked, for a purpose; and odd looks, for inspectors."""

from __future__ import annotations

from datetime import date, datetime, time

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.doors.access import Request, missing, officer_only
from motcua.doors.step_up import fresh_second_factor
from motcua.dossiers.actions import revealing
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.reveal_purposes import PURPOSES
from motcua.foundation import clock
from motcua.people import inspecting
from motcua.people.errors import PeopleError
from motcua.people.odd_looks import Reason

PAGE = 25
LAST_PAGE = 10_000


@officer_only
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def reveal(request: Request, number: str) -> HttpResponse:
    """Ask to see masked answers; the answer is the page itself, once, and is kept nowhere."""
    asked = set(request.POST.getlist("path")[:500])
    purpose, note = request.POST.get("purpose", ""), request.POST.get("note", "")[:200]
    found, refused = None, ""
    if request.method == "POST":
        try:
            found = revealing.reveal(request.viewer, number, asked, purpose, note, clock.now())
        except NotFound:
            raise
        except Refused as error:
            refused = error.message
    return render(
        request,
        "desk/reveal.html",
        {
            "masked": revealing.masked(request.viewer, number, clock.now()),
            "found": found,
            "refused": refused,
            "asked": asked,
            "purpose": purpose,
            "note": note,
            "purposes": PURPOSES,
        },
    )


@officer_only
@require_safe
def odd_looks(request: Request) -> HttpResponse:
    """Odd looks at personal data in the viewer's agencies; for others the page does not exist."""
    if not inspecting.inspects(request.viewer):
        return missing(request, _("Trang này dành cho thanh tra."))
    examined = request.GET.get("muc") == "da-xem"
    number = page_number(request)
    only = inspecting.OddFilter(
        reason=_reason(request.GET.get("ly-do", "")),
        viewer=request.GET.get("can-bo", "")[:100].replace("\0", ""),
        since=_day(request.GET.get("tu", "")),
        until=_day(request.GET.get("den", "")),
    )
    page = inspecting.odd_page(
        request.viewer, examined=examined, only=only, after=(number - 1) * PAGE, limit=PAGE
    )
    kept = request.GET.copy()
    kept.pop("trang", None)
    return render(
        request,
        "desk/odd_looks.html",
        {
            "page": page,
            "examined": examined,
            "number": number,
            "only": only,
            "narrowed": only != inspecting.OddFilter(),
            "reasons": [str(one) for one in Reason],
            "kept": kept.urlencode(),
            "section": "odd",
        },
    )


def _reason(asked: str) -> str:
    return asked if asked in [str(one) for one in Reason] else ""


def _day(asked: str) -> date | None:
    """A day as a date field sends it; None for what is none."""
    try:
        return date.fromisoformat(asked) if len(asked) == 10 else None
    except ValueError:
        return None


def page_number(request: Request) -> int:
    """`?trang=2`; 1 for anything that is no page."""
    asked = request.GET.get("trang", "")
    return min(max(int(asked), 1), LAST_PAGE) if asked.isascii() and asked.isdigit() else 1


@officer_only
@require_POST
def examine(request: Request, odd_id: int) -> HttpResponse:
    """Note what came of examining an odd look; with a decision, withhold it from the person."""
    if not inspecting.inspects(request.viewer):
        return missing(request, _("Trang này dành cho thanh tra."))
    try:
        if "withhold" in request.POST:
            inspecting.withhold(
                request.viewer,
                odd_id,
                request.POST.get("decision", ""),
                _end_of(request.POST.get("until", "")),
                clock.now(),
            )
            done = _("Lượt xem này chưa hiện với người dân cho đến ngày đã ghi.")
        else:
            inspecting.examine(request.viewer, odd_id, request.POST.get("note", ""), clock.now())
            done = _("Đã ghi kết quả xem xét.")
    except PeopleError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:odd-looks")


def _end_of(day: str) -> datetime:
    """The end of that day in Vietnam; for what is no day, a moment that has passed."""
    try:
        return datetime.combine(date.fromisoformat(day), time(23, 59, 59), clock.TZ)
    except ValueError:
        return clock.now()
