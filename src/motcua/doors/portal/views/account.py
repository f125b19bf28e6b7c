"""One's own account: where everything about oneself is found."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.doors.access import Request, any_account


@require_safe
@any_account
def overview(request: Request) -> HttpResponse:
    """What one may see and settle about oneself. A break-glass account is nobody in a procedure
    and is shown its security alone."""
    return render(request, "portal/account.html", {"section": "account"})
