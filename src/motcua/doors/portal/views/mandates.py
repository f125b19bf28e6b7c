"""Who may act for whom: what I may do for others, whom I let act for me, and where it ends."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.documents import queries as files
from motcua.documents.errors import UploadRefused
from motcua.doors.access import Request, missing, signed_in
from motcua.doors.viewer_middleware import ACTING_KEY
from motcua.dossiers import family
from motcua.foundation import clock
from motcua.people import queries, representation
from motcua.people.actions import mandates
from motcua.people.errors import PeopleError
from motcua.people.rules import BadIdNumber
from motcua.sharing.errors import SharingFailed

_TYPED = ("id_number", "full_name", "since", "until", "paper")


@signed_in
@require_safe
def overview(request: Request) -> HttpResponse:
    """For whom I may act; who may act for me, or for the organisation I represent."""
    now = clock.now()
    acting = request.viewer.acting
    given = queries.mandates_given(request.viewer)
    return render(
        request,
        "portal/mandates.html",
        {
            "section": "mandates",
            "held": queries.mandates_held(request.viewer, now),
            "given": [(one, mandates.power(one).in_force(now)) for one in given],
            "deed_words": representation.DEED_WORDS,
            "may_grant": acting is None or acting.ground == representation.Ground.LEGAL,
            "ended": request.GET.get("het") == "1",
            "now": now,
        },
    )


@signed_in
@require_POST
def choose(request: Request) -> HttpResponse:
    """Begin to act for somebody, or go back to acting for oneself."""
    chosen = request.POST.get("mandate", "")
    held = {str(one.pk): one for one in queries.mandates_held(request.viewer, clock.now())}
    if not chosen:
        request.session.pop(ACTING_KEY, None)
        messages.success(request, _("Bạn đang làm cho chính mình."), extra_tags="good")
        return redirect("portal:mandates")
    if chosen not in held:
        return missing(request, _("Không tìm thấy việc làm thay này."))
    request.session[ACTING_KEY] = held[chosen].pk
    return redirect("portal:my-dossiers")


@transaction.non_atomic_requests
@signed_in
@require_POST
def children(request: Request) -> HttpResponse:
    """Ask the population register for my minor children."""
    try:
        found = family.know_children(request.viewer, clock.now())
    except SharingFailed:
        messages.error(
            request, _("CSDL dân cư chưa trả lời. Xin thử lại sau ít phút."), extra_tags="bad"
        )
    else:
        words = _("Đã ghi nhận %(n)s con chưa đủ 18 tuổi theo CSDL dân cư.") % {"n": found}
        messages.success(request, words, extra_tags="good")
    return redirect("portal:mandates")


@signed_in
@require_http_methods(["GET", "POST"])
def grant(request: Request) -> HttpResponse:
    """Let somebody act for me (or, as its legal representative, for the organisation)."""
    acting = request.viewer.acting
    if acting is not None and acting.ground != representation.Ground.LEGAL:
        return missing(request, _("Người được ủy quyền không được ủy quyền lại."))
    refused = ""
    if request.method == "POST":
        try:
            given = _grant(request)
        except ValueError as error:  # what is no id number says so itself
            refused = str(error) if isinstance(error, BadIdNumber) else _("Ngày không đúng.")
        except UploadRefused as error:
            refused = error.message
        except PeopleError as error:
            refused = str(error)
        else:
            words = _("Đã cho %(name)s làm thay.") % {"name": given}
            messages.success(request, words, extra_tags="good")
            return redirect("portal:mandates")
    day = clock.today()
    typed: dict[str, Any] = {name: request.POST.get(name, "").strip() for name in _TYPED}
    if request.method == "GET":
        typed |= {"since": day.isoformat(), "until": (day + timedelta(days=90)).isoformat()}
    rows = catalogue.browse(day, fileable=True)[:300]
    return render(
        request,
        "portal/grant.html",
        {
            "section": "mandates",
            "typed": typed,
            "refused": refused,
            "procedures": [row.procedure for row in rows],
            "chosen": request.POST.getlist("procedure"),
            "deeds": representation.DEED_WORDS,
            "chosen_deeds": request.POST.getlist("deed"),
        },
    )


def _grant(request: Request) -> str:
    """Who was let act. Raises `PeopleError`, `UploadRefused`, and ValueError for what is no date or
    no id number."""
    now = clock.now()
    since = date.fromisoformat(request.POST.get("since", ""))
    until = request.POST.get("until", "").strip()
    last = date.fromisoformat(until) if until else None
    person = mandates.named(
        request.POST.get("id_number", ""), request.POST.get("full_name", "")[:120], now
    )
    upload = request.FILES.get("file")
    kept = None
    if upload is not None:
        kept = documents.store_upload(
            upload.name or "uy-quyen.pdf", upload.read(), request.viewer.person_id, now
        ).pk
    offered = {row.procedure.code for row in catalogue.browse(clock.today(), fileable=True)}
    chosen = set(request.POST.getlist("procedure")) & offered
    if not chosen and request.viewer.acting is None:
        raise mandates.CannotGrant(_("Chọn ít nhất một thủ tục."))
    starts = representation.midnight(since)
    terms = mandates.Terms(
        procedures=chosen,
        deeds=request.POST.getlist("deed"),
        starts=max(starts, now),
        ends=representation.midnight(last + timedelta(days=1)) if last else None,
        paper=request.POST.get("paper", ""),
        paper_file=kept,
    )
    mandates.authorise(request.viewer, person, terms, now)
    return person.full_name


@signed_in
@require_POST
def revoke(request: Request, mandate_id: int) -> HttpResponse:
    """End it now."""
    try:
        mandates.revoke(request.viewer, mandate_id, clock.now())
    except PeopleError as error:
        return missing(request, str(error))
    if request.session.get(ACTING_KEY) == mandate_id:
        del request.session[ACTING_KEY]
    messages.success(request, _("Đã chấm dứt, có hiệu lực ngay."), extra_tags="good")
    return redirect("portal:mandates")


@signed_in
@require_safe
def paper(request: Request, mandate_id: int) -> HttpResponseBase:
    """The uploaded authorisation, for its giver and for the representative."""
    key = queries.mandate_paper(request.viewer, mandate_id)
    stored = files.stored(key) if key else None
    if stored is None:
        return missing(request, _("Không tìm thấy giấy này."))
    return FileResponse(
        documents.open_file(stored),
        as_attachment=True,
        filename=stored.name,
        content_type=stored.media_type,
    )
