"""The officers' actions: each view parses, calls one action, and says in words what came of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import NoReverseMatch
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.documents import actions as documents
from motcua.documents.errors import UploadRefused
from motcua.doors.access import Request, officer_only
from motcua.doors.step_up import fresh_second_factor
from motcua.dossiers.actions import controlling, deciding, handling, intake, returning
from motcua.dossiers.errors import NotFound, Refused
from motcua.foundation import clock
from motcua.payments.errors import PaymentRefused
from motcua.processes.errors import ProcessError


def number_in(request: Request, name: str) -> int:
    """A whole number the page sent along; -1, which fits nothing, for anything else."""
    try:
        return int(request.POST.get(name, ""))
    except ValueError:
        return -1


TYPED = "desk_typed"
"""In the session: what was typed for an action that was refused, until the page shows it again."""
_WORDS = ("note", "reason", "items", "people", "minutes", "how", "late", "more", "not_followed")


def _keep(request: Request, number: str) -> None:
    kept = {name: request.POST[name][:20_000] for name in _WORDS if request.POST.get(name)}
    if kept and number:
        request.session[TYPED] = {"number": number, "words": kept}


def act(request: Request, action: Callable[[], Any], done: str) -> HttpResponse:
    """Run the action, say `done` or why not, and go back to the dossier or the inbox."""
    number = request.POST.get("number", "")
    try:
        action()
    except NotFound:
        raise
    except (Refused, UploadRefused, PaymentRefused) as error:
        messages.error(request, error.message, extra_tags="bad")
        _keep(request, number)
    except ProcessError as error:
        messages.error(request, str(error), extra_tags="bad")
        _keep(request, number)
    else:
        messages.success(request, done, extra_tags="good")
    try:
        return redirect("desk:dossier", number=number)
    except NoReverseMatch:  # what the page sent along is no number
        return redirect("desk:inbox")


@officer_only
@require_POST
def accept(request: Request, dossier_id: int) -> HttpResponse:
    return act(
        request,
        lambda: intake.accept(
            request.viewer,
            dossier_id,
            number_in(request, "seen"),
            clock.now(),
            note=request.POST.get("note", ""),
        ),
        _("Đã tiếp nhận. Giấy tiếp nhận và hẹn trả kết quả đang được lập."),
    )


@officer_only
@require_POST
def ask_supplement(request: Request, dossier_id: int) -> HttpResponse:
    texts = request.POST.get("items", "").splitlines()
    items = [{"key": "", "text": text} for text in texts]
    items += [{"key": key, "text": key} for key in request.POST.getlist("component")]
    return act(
        request,
        lambda: intake.ask_supplement(
            request.viewer,
            dossier_id,
            number_in(request, "seen"),
            items,
            request.POST.get("reason", ""),
            clock.now(),
            not_followed=request.POST.get("not_followed", ""),
        ),
        _("Đã gửi phiếu yêu cầu bổ sung cho người nộp."),
    )


@officer_only
@require_POST
def refuse(request: Request, dossier_id: int) -> HttpResponse:
    return act(
        request,
        lambda: intake.refuse(
            request.viewer,
            dossier_id,
            number_in(request, "seen"),
            request.POST.get("reason", ""),
            request.POST.get("legal", ""),
            clock.now(),
        ),
        _("Đã từ chối tiếp nhận; phiếu từ chối đang được lập."),
    )


@officer_only
@require_POST
def compare(request: Request, dossier_id: int) -> HttpResponse:
    def run() -> None:
        upload = request.FILES.get("scan")
        scan = None
        if upload is not None:
            scan = documents.store_upload(
                upload.name or "ban-chup.pdf", upload.read(), None, clock.now()
            )
        intake.compare_original(
            request.viewer,
            dossier_id,
            number_in(request, "seen"),
            number_in(request, "pages"),
            number_in(request, "copies"),
            scan,
            clock.now(),
        )

    return act(request, run, _("Đã ghi kết quả đối chiếu và tính lại phí."))


@officer_only
@require_POST
def take_cash(request: Request, dossier_id: int) -> HttpResponse:
    return act(
        request,
        lambda: intake.take_cash(
            request.viewer, dossier_id, number_in(request, "seen"), clock.now()
        ),
        _("Đã ghi nhận tiền thu tại quầy; biên lai đang được lập."),
    )


@officer_only
@require_POST
def control_slip(request: Request, dossier_id: int) -> HttpResponse:
    return act(
        request,
        lambda: controlling.ask_control_slip(request.viewer, dossier_id, clock.now()),
        _("Phiếu kiểm soát đang được lập; tải lại trang sau vài giây."),
    )


@officer_only
@require_POST
def take(request: Request, item_id: int) -> HttpResponse:
    return act(
        request, lambda: handling.take(request.viewer, item_id, clock.now()), _("Bạn đã nhận việc.")
    )


@officer_only
@require_POST
def assign(request: Request, item_id: int) -> HttpResponse:
    account = number_in(request, "account")
    return act(
        request,
        lambda: handling.assign(
            request.viewer, item_id, account if account > 0 else None, clock.now()
        ),
        _("Đã phân công."),
    )


@officer_only
@require_POST
def complete(request: Request, item_id: int) -> HttpResponse:
    """Any step with outcomes; the button pressed is the outcome."""
    data: dict[str, Any] = {
        "people": request.POST.get("people", ""),
        "minutes": request.POST.get("minutes", ""),
    }
    try:
        data["on"] = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        data["on"] = None
    return act(
        request,
        lambda: handling.complete_step(
            request.viewer,
            item_id,
            number_in(request, "seen"),
            request.POST.get("outcome", ""),
            request.POST.get("note", ""),
            data,
            clock.now(),
        ),
        _("Đã xong bước này."),
    )


@officer_only
@require_POST
def prepare(request: Request, item_id: int) -> HttpResponse:
    return act(
        request,
        lambda: deciding.prepare_for_me(request.viewer, item_id, clock.now()),
        _("Đang lập bản mang tên bạn; tải lại sau vài giây để xem rồi ký."),
    )


@officer_only
@require_POST
@fresh_second_factor
def sign(request: Request, item_id: int) -> HttpResponse:
    return act(
        request,
        lambda: deciding.approve_and_sign(
            request.viewer,
            item_id,
            number_in(request, "seen"),
            request.POST.get("sha256", ""),
            clock.now(),
        ),
        _("Đã phê duyệt; kết quả đang được ký số."),
    )


@officer_only
@require_POST
def hand_over(request: Request, item_id: int) -> HttpResponse:
    return act(
        request,
        lambda: returning.hand_over(
            request.viewer,
            item_id,
            number_in(request, "seen"),
            request.POST.get("how", ""),
            clock.now(),
        ),
        _("Đã trả kết quả."),
    )
