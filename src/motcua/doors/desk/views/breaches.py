"""The workbench for breaches of personal data: for those in charge of it and for inspectors."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.doors.access import Request, missing, officer_only
from motcua.foundation import clock, sight
from motcua.privacy import breach_clock, breach_notice, breaches
from motcua.privacy.breach_kinds import KINDS
from motcua.privacy.breaches import NewBreach, NoSuchBreach, Search
from motcua.privacy.errors import Incomplete, PrivacyError

SHOWN = 50


def _nothing(request: Request) -> HttpResponse:
    return missing(request, _("Trang này dành cho người phụ trách dữ liệu cá nhân và thanh tra."))


@officer_only
@require_http_methods(["GET", "POST"])
def cases(request: Request) -> HttpResponseBase:
    """The cases of the viewer's agencies, each with its clock; and opening one."""
    if not breaches.works_here(request.viewer):
        return _nothing(request)
    refused, now = "", clock.now()
    if request.method == "POST":
        try:
            opened = breaches.open_case(request.viewer, _new(request), now)
        except NoSuchBreach:
            return _nothing(request)
        except PrivacyError as error:
            refused = error.message
        else:
            return redirect("desk:breach", opened.pk)
    rows = [
        (one, breach_clock.standing(one.learnt_at, one.told_authority_at, now))
        for one in breaches.cases(request.viewer)[:SHOWN]
    ]
    return render(
        request,
        "desk/breaches.html",
        {
            "rows": rows,
            "refused": refused,
            "typed": request.POST,
            "chosen": request.POST.getlist("kinds"),
            "kinds": KINDS.items(),
            "agencies": breaches.agencies_of(request.viewer).order_by("name")[:200],
            "now": clock.local(now),
            "section": "breaches",
        },
    )


@officer_only
@require_safe
def case(request: Request, breach_id: int) -> HttpResponseBase:
    """One case: its clock, who is affected, what was done, what comes next."""
    try:
        found = breaches.case(request.viewer, breach_id)
    except NoSuchBreach:
        return _nothing(request)
    now = clock.now()
    return render(
        request,
        "desk/breach.html",
        {
            "breach": found,
            "clock": breach_clock.standing(found.learnt_at, found.told_authority_at, now),
            "kinds": [KINDS[one] for one in found.kinds],
            "entries": found.entries.order_by("pk"),
            "untold": found.affected.filter(told_at__isnull=True).count(),
            "now": clock.local(now),
            "section": "breaches",
        },
    )


@officer_only
@require_safe
def notice(request: Request, breach_id: int, form: str) -> HttpResponseBase:
    """The notice to the authority, as a paper or as data."""
    try:
        found = breaches.case(request.viewer, breach_id)
    except NoSuchBreach:
        return _nothing(request)
    if form == "json":
        return JsonResponse(
            breach_notice.as_data(found, clock.now()), json_dumps_params={"ensure_ascii": False}
        )
    paper = HttpResponse(breach_notice.as_pdf(found, clock.now()), content_type="application/pdf")
    paper["Content-Disposition"] = f'attachment; filename="thong-bao-vi-pham-{found.pk}.pdf"'
    return paper


@transaction.non_atomic_requests
@officer_only
@require_POST
def act(request: Request, breach_id: int, step: str) -> HttpResponseBase:
    """One step of the case; what was refused is said on its page."""
    try:
        breaches.case(
            request.viewer, breach_id
        )  # what the viewer's own sight does not show is none
        # Those affected are anywhere, and a notice is seen by whom it is for.
        with sight.seeing(sight.EVERYTHING):
            done = STEPS[step](request, breach_id)
    except (NoSuchBreach, KeyError):
        return _nothing(request)
    except PrivacyError as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:breach", breach_id)


def _find(request: Request, breach_id: int) -> str:
    search = Search(
        _moment(request.POST.get("since", "")),
        _moment(request.POST.get("until", "")),
        request.POST.get("viewer", "")[:120],
        request.POST.get("number", "")[:60],
    )
    count = breaches.find_affected(request.viewer, breach_id, search, clock.now())
    return _("Thêm {count} người bị ảnh hưởng.").format(count=count)


def _measure(request: Request, breach_id: int) -> str:
    breaches.note_measure(request.viewer, breach_id, request.POST.get("text", ""), clock.now())
    return _("Đã ghi biện pháp.")


def _authority(request: Request, breach_id: int) -> str:
    breaches.tell_authority(
        request.viewer,
        breach_id,
        request.POST.get("receipt", ""),
        _moment(request.POST.get("told", "")),
        clock.now(),
    )
    return _("Đã ghi việc báo cơ quan chuyên trách. Đồng hồ 72 giờ dừng.")


def _people(request: Request, breach_id: int) -> str:
    words = request.POST.get("text", "")
    count = breaches.tell_people(request.viewer, breach_id, words, clock.now())
    return _("Đã báo {count} người.").format(count=count)


def _close(request: Request, breach_id: int) -> str:
    breaches.close(request.viewer, breach_id, request.POST.get("report", ""), clock.now())
    return _("Đã kết thúc vụ việc.")


STEPS: dict[str, Callable[[Request, int], str]] = {
    "tim-nguoi": _find,
    "bien-phap": _measure,
    "bao-co-quan": _authority,
    "bao-nguoi": _people,
    "ket-thuc": _close,
}


def _new(request: Request) -> NewBreach:
    """What was typed. Raises `Incomplete`."""
    people, began = request.POST.get("people", "0").strip() or "0", request.POST.get("began", "")
    agency = request.POST.get("agency", "")
    if not (people.isascii() and people.isdigit() and len(people) < 10):
        raise Incomplete(_("Hãy ghi số người bị ảnh hưởng bằng chữ số; chưa rõ thì ghi 0."))
    if not (agency.isascii() and agency.isdigit() and len(agency) < 10):
        raise Incomplete(_("Hãy chọn cơ quan."))
    return NewBreach(
        agency_id=int(agency),
        learnt_at=_moment(request.POST.get("learnt", "")),
        began_at=_moment(began) if began else None,
        what=request.POST.get("what", ""),
        how=request.POST.get("how", ""),
        kinds=request.POST.getlist("kinds")[:20],
        people=int(people),
    )


def _moment(typed: str) -> datetime:
    """What a field for day and time gives, on Vietnam's clock. Raises `Incomplete`."""
    try:
        found = datetime.fromisoformat(typed)
    except ValueError as error:
        raise Incomplete(_("Hãy ghi đủ ngày và giờ.")) from error
    return found.replace(tzinfo=clock.TZ, microsecond=0)
