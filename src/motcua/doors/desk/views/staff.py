"""What an agency's administrator does for its officers' access: end their sessions, and remove the
second factors somebody has lost."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.doors.access import Request, administrator_only, missing
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock
from motcua.people import factors, sessions, staff


@administrator_only
@require_safe
def officers(request: Request) -> HttpResponse:
    """The officers of the agencies one administers, with the number of places they work from."""
    query = request.GET.get("q", "").strip()[:100]
    rows = staff.administered(request.viewer, clock.now(), query)
    return render(
        request, "desk/staff.html", {"officers": rows, "query": query, "section": "staff"}
    )


@administrator_only
@require_POST
@fresh_second_factor
def end_sessions(request: Request, account_id: int) -> HttpResponse:
    """Sign an officer out everywhere."""
    if not staff.administers(request.viewer, account_id, clock.now()):
        return missing(request, _("Không tìm thấy cán bộ này."))
    ended = sessions.end_all(account_id, f"account:{request.viewer.account_id}")
    messages.success(
        request, _("Số phiên đã kết thúc: %(count)s.") % {"count": ended}, extra_tags="good"
    )
    return redirect("desk:staff")


@administrator_only
@require_POST
@fresh_second_factor
def clear_factors(request: Request, account_id: int) -> HttpResponse:
    """Remove an officer's second factors, whose telephone or key is lost, and sign them out."""
    if not staff.administers(request.viewer, account_id, clock.now()):
        return missing(request, _("Không tìm thấy cán bộ này."))
    by = f"account:{request.viewer.account_id}"
    factors.clear(account_id, by)
    sessions.end_all(account_id, by)
    messages.success(
        request,
        _("Đã bỏ các cách xác nhận. Cán bộ đăng nhập lại bằng VNeID rồi thêm cách mới."),
        extra_tags="good",
    )
    return redirect("desk:staff")
