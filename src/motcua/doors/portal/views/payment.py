"""Paying: a QR code for the banking app, or the gateway's page. Only the bank's signed message
changes anything; coming back from the bank just shows how things stand."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from motcua.doors.access import Request, signed_in
from motcua.doors.limits.callers import address_of
from motcua.doors.portal.qr import svg as qr_svg
from motcua.dossiers.queries import citizen
from motcua.foundation import clock
from motcua.payments import actions as payments
from motcua.payments import queries as charges
from motcua.payments.errors import NoAccount, PaymentRefused
from motcua.people.representation import Deed


@signed_in
@require_http_methods(["GET", "POST"])
def pay(request: Request, number: str) -> HttpResponse:
    page = citizen.dossier(request.viewer, number, clock.now())
    if page.charge is None or page.charge.state != "pending" or Deed.PAY not in page.deeds:
        return redirect("portal:dossier", number=number)
    refused = ""
    if request.method == "POST":
        try:
            started = payments.start_attempt(
                page.charge.pk,
                "vnpay",
                return_url=request.build_absolute_uri(reverse("portal:pay-return")),
                client_ip=address_of(request),
                now=clock.now(),
            )
        except PaymentRefused as error:
            refused = error.message
        else:
            return redirect(started.redirect_url)
    try:
        qr: str = qr_svg(charges.qr_text(page.charge))
    except NoAccount:  # this agency takes no transfers; the gateway's page remains
        qr = ""
    return render(
        request,
        "portal/pay.html",
        {"page": page, "charge": page.charge, "qr": qr, "refused": refused},
    )


@signed_in
@require_safe
def came_back(request: Request) -> HttpResponse:
    """Where the gateway sends the browser: shows the state, changes nothing."""
    returned = charges.returned(request.GET.dict())
    if returned is None:
        return redirect("portal:my-dossiers")
    page = citizen.dossier_by_id(request.viewer, returned.charge.subject, clock.now())
    return render(
        request,
        "portal/paid.html",
        {"page": page, "charge": returned.charge, "message": returned.message},
    )
