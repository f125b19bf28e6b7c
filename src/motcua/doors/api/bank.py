"""The bank's signed messages. Signed, so no cookie and no token; only they change a payment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from motcua.foundation import clock
from motcua.payments import actions as payments

ANSWERS = {
    "00": "Confirm Success",
    "01": "Order not found",
    "02": "Order already confirmed",
    "04": "Invalid amount",
    "97": "Fail checksum",
    "99": "Unknown error",
}


@csrf_exempt
@require_http_methods(["GET", "POST"])
def notify(request: HttpRequest) -> HttpResponse:
    """Instant payment notification: parameters `vnp_*`, HMAC-SHA512."""
    params = {**request.GET.dict(), **request.POST.dict()}
    code = payments.receive_callback({k: str(v) for k, v in params.items()}, clock.now())
    return JsonResponse({"RspCode": code, "Message": ANSWERS.get(code, "Unknown error")})
