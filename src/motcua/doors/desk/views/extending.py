"""A later date for a dossier: proposed, granted or declined with one form."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from motcua.doors.access import Request, officer_only
from motcua.doors.desk.views.actions import act, number_in
from motcua.dossiers.actions import extending
from motcua.foundation import clock


def _more(request: Request) -> Decimal:
    """The time to add as typed, with a comma or a point; 0, which no action takes, for words."""
    try:
        more = Decimal(request.POST.get("more", "").strip().replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return more if more.is_finite() else Decimal(0)


@officer_only
@require_POST
def extend(request: Request, dossier_id: int) -> HttpResponse:
    """The button pressed says what is meant; who may press which is asked by the action."""
    seen, reason, now = number_in(request, "seen"), request.POST.get("late", ""), clock.now()
    viewer = request.viewer
    match request.POST.get("do"):
        case "grant":
            return act(
                request,
                lambda: extending.grant(viewer, dossier_id, seen, _more(request), reason, now),
                _("Đã gia hạn; văn bản xin lỗi đang được lập và gửi cho người nộp."),
            )
        case "decline":
            return act(
                request,
                lambda: extending.decline(viewer, dossier_id, seen, reason, now),
                _("Không gia hạn; ngày hẹn trả giữ nguyên."),
            )
        case _:
            return act(
                request,
                lambda: extending.propose(viewer, dossier_id, seen, _more(request), reason, now),
                _("Đã trình lãnh đạo quyết định gia hạn."),
            )
