"""Decisions after the end: a result taken back, a dossier settled anew. Two pages: what is decided,
and what will follow from it."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.doors.access import Request, officer_only
from motcua.doors.desk.views.actions import number_in
from motcua.doors.step_up import fresh_second_factor
from motcua.dossiers.actions import reopening
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.queries import desk
from motcua.dossiers.queries import reopening as offers
from motcua.foundation import clock
from motcua.people import actions as people


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed.strip())
    except ValueError:
        return None


def _decision(request: Request) -> reopening.Decision:
    typed = request.POST
    return reopening.Decision(
        typed.get("decision", ""), _day(typed.get("on", "")), typed.get("reason", "")
    )


def _corrected(request: Request) -> tuple[str, str] | None:
    key = request.POST.get("field", "")
    return (key, request.POST.get("value", "")) if key else None


@officer_only
@require_http_methods(["GET", "HEAD", "POST"])
@fresh_second_factor
def decide(request: Request, number: str) -> HttpResponseBase:
    """Ask for the decision, show what follows, and carry it out when that was confirmed."""
    now = clock.now()
    file, note = desk.for_officer(request.viewer, number, now)
    try:
        offer = offers.offer(request.viewer, file.dossier)
    except NotFound:
        if request.method != "POST":
            raise
        return _refused_act(request, file.dossier.pk, number)
    people.record_access(note, now)
    refused, confirming = "", False
    if request.method == "POST":
        try:
            reopening.checked(_decision(request), now)
            if request.POST.get("sure"):
                return _carried_out(request, file.dossier.pk, number)
            confirming = True
        except Refused as error:
            refused = error.message
    context = {
        "file": file,
        "offer": offer,
        "typed": request.POST,
        "refused": refused,
        "confirming": confirming,
        "what": request.POST.get("what") or ("revoke" if offer.result else "reopen"),
        "corrects": offer.answers.get(request.POST.get("field", "")),
        "today": clock.today(),
    }
    return render(request, "desk/reopening.html", context)


def _refused_act(request: Request, dossier_id: int, number: str) -> HttpResponse:
    """Whoever may not decide is told by the action itself whose decision it is."""
    try:
        return _carried_out(request, dossier_id, number)
    except Refused as error:
        if isinstance(error, NotFound):
            raise
        messages.error(request, error.message, extra_tags="bad")
        return redirect("desk:dossier", number=number)


def _carried_out(request: Request, dossier_id: int, number: str) -> HttpResponse:
    seen, decision, now = number_in(request, "seen"), _decision(request), clock.now()
    if request.POST.get("what") == "revoke":
        reopening.revoke(request.viewer, dossier_id, seen, decision, now)
        done = _("Đã thu hồi kết quả; người nộp được thông báo.")
    else:
        reopening.reopen(
            request.viewer, dossier_id, seen, decision, now, corrected=_corrected(request)
        )
        done = _("Đã mở lại hồ sơ; thời hạn tính lại từ đầu, người nộp được thông báo.")
    messages.success(request, done, extra_tags="good")
    return redirect("desk:dossier", number=number)
