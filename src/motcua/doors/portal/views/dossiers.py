"""My dossiers: timeline, supplement, confirm, withdraw, rate, download; and my notices."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.documents import actions as documents
from motcua.documents.errors import UploadRefused
from motcua.doors.access import Request, signed_in
from motcua.doors.portal.qr import svg as qr_svg
from motcua.dossiers.actions import applicant
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.places import name_of as place_name
from motcua.dossiers.queries import citizen, corrections, linked
from motcua.forms import engine as forms
from motcua.foundation import clock
from motcua.notices import actions as notices
from motcua.notices import queries as my_notices
from motcua.people import actions as people
from motcua.processes import picture

RATING_WORDS = (
    (5, gettext_lazy("Rất hài lòng")),
    (4, gettext_lazy("Hài lòng")),
    (3, gettext_lazy("Bình thường")),
    (2, gettext_lazy("Chưa hài lòng")),
    (1, gettext_lazy("Rất không hài lòng")),
)


@signed_in
@require_safe
def mine(request: Request) -> HttpResponse:
    return render(
        request,
        "portal/my_dossiers.html",
        {
            "section": "mine",
            "lines": citizen.my_dossiers(request.viewer),
            "drafts": citizen.drafts(request.viewer, clock.now()),
            "sets": linked.sets(request.viewer),
        },
    )


@signed_in
@require_safe
def dossier(request: Request, number: str) -> HttpResponse:
    page = citizen.dossier(request.viewer, number, clock.now())
    if page.looked is not None:
        people.record_access(page.looked, clock.now())
    assert page.version.form_id is not None
    assert page.version.process_id is not None
    readable = forms.compiled(page.version.form_id).readable(page.answers, place_name)
    return render(
        request,
        "portal/dossier.html",
        {
            "section": "mine",
            "page": page,
            "linked": linked.number_of(page.dossier),
            "readable": readable,
            "corrections": corrections.of(page, readable),
            "picture": picture.svg(page.version.process_id, page.dossier.pk),
            "rating_words": RATING_WORDS,
        },
    )


@signed_in
@require_safe
def filed(request: Request, number: str) -> HttpResponse:
    """The confirmation: number, QR, what happens next."""
    page = citizen.dossier(request.viewer, number, clock.now())
    link = request.build_absolute_uri(f"/tra-cuu/?so={page.dossier.number}")
    return render(
        request,
        "portal/filed.html",
        {
            "section": "mine",
            "page": page,
            "linked": linked.number_of(page.dossier),
            "qr": qr_svg(link),
        },
    )


@signed_in
@require_http_methods(["GET", "POST"])
def supplement(request: Request, number: str) -> HttpResponse:
    """Answer a supplement request, from a phone too."""
    page = citizen.dossier(request.viewer, number, clock.now())
    refused = ""
    if page.supplement is None:
        return redirect("portal:dossier", number=number)
    if request.method == "POST":
        try:
            files = [
                (
                    key.removeprefix("file-"),
                    documents.store_upload(
                        upload.name or "tep", upload.read(), request.viewer.person_id, clock.now()
                    ),
                )
                for key, uploads in request.FILES.lists()
                for upload in uploads
                if key.startswith("file-")
            ]
            applicant.answer_supplement(
                request.viewer, number, request.POST.get("text", ""), files, {}, clock.now()
            )
        except (UploadRefused, Refused) as error:
            refused = error.message
        else:
            messages.success(request, _("Đã gửi phần bổ sung."), extra_tags="good")
            return redirect("portal:dossier", number=number)
    return render(
        request,
        "portal/supplement.html",
        {"page": page, "refused": refused, "text": request.POST.get("text", "")},
    )


@signed_in
@require_http_methods(["GET", "POST"])
def confirm(request: Request, number: str) -> HttpResponse:
    """Look at the draft of the result; agree or say what is wrong."""
    page = citizen.dossier(request.viewer, number, clock.now())
    refused = ""
    if page.confirm is None:
        return redirect("portal:dossier", number=number)
    if request.method == "POST":
        try:
            applicant.confirm_draft(
                request.viewer,
                number,
                request.POST.get("answer") == "agree",
                request.POST.get("comment", ""),
                clock.now(),
            )
        except Refused as error:
            refused = error.message
        else:
            messages.success(request, _("Cảm ơn bạn đã kiểm tra."), extra_tags="good")
            return redirect("portal:dossier", number=number)
    return render(
        request,
        "portal/confirm.html",
        {
            "page": page,
            "preview": citizen.preview(page),
            "refused": refused,
            "comment": request.POST.get("comment", ""),
        },
    )


@signed_in
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, number: str) -> HttpResponse:
    page = citizen.dossier(request.viewer, number, clock.now())
    if request.method == "POST":
        try:
            applicant.withdraw(request.viewer, number, request.POST.get("reason", ""), clock.now())
        except Refused as error:
            messages.error(request, error.message, extra_tags="bad")
        else:
            messages.success(request, _("Đã rút hồ sơ."), extra_tags="good")
        return redirect("portal:dossier", number=number)
    return render(request, "portal/withdraw.html", {"page": page})


@signed_in
@require_POST
def rate(request: Request, number: str) -> HttpResponse:
    try:
        score = int(request.POST.get("score", "0"))
        applicant.rate(request.viewer, number, score, request.POST.get("comment", ""), clock.now())
    except ValueError:
        messages.error(request, _("Chọn một mức từ 1 đến 5."), extra_tags="bad")
    except NotFound:
        raise
    except Refused as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, _("Cảm ơn bạn đã đánh giá."), extra_tags="good")
    return redirect("portal:dossier", number=number)


@signed_in
@require_safe
def file(request: Request, number: str, file_id: str) -> HttpResponseBase:
    """A file of the viewer's dossier, as a download."""
    stored = citizen.file_of(request.viewer, number, file_id)
    return FileResponse(
        documents.open_file(stored, request.viewer.person_id),
        as_attachment=request.GET.get("xem") != "1",
        filename=stored.name,
        content_type=stored.media_type,
    )


@signed_in
@require_http_methods(["GET", "POST"])
def inbox(request: Request) -> HttpResponse:
    """My notices; opening the page is reading them."""
    rows = my_notices.inbox(request.viewer)
    if request.method == "POST":
        notices.mark_all_read(request.viewer, clock.now())
        return redirect("portal:inbox")
    return render(request, "portal/inbox.html", {"section": "inbox", "notices": rows})
