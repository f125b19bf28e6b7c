"""Closing one's own account."""

from __future__ import annotations

from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from motcua.doors.access import Request, signed_in
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock
from motcua.people.errors import CannotClose
from motcua.privacy.actions.closing import close_own_account


@never_cache
@signed_in
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def close(request: Request) -> HttpResponse:
    """What closing means; and, once the box is ticked, closing."""
    refused = ""
    if request.method == "POST":
        if request.POST.get("sure") != "1":
            refused = _("Hãy đánh dấu là bạn đã đọc và muốn đóng tài khoản.")
        else:
            try:
                close_own_account(request.viewer, clock.now())
            except CannotClose as error:
                refused = error.message
            else:
                logout(request)
                return render(request, "portal/data/closed.html", {"section": "account"})
    page = {"section": "account", "refused": refused}
    return render(request, "portal/data/close.html", page, status=422 if refused else 200)
