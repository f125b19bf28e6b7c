"""For everybody: look up a dossier with its slip's code, verify a result."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from motcua.documents import checking
from motcua.documents import queries as documents
from motcua.doors.limits import devices
from motcua.dossiers.queries import public


@require_safe
def lookup(request: HttpRequest) -> HttpResponse:
    number = request.GET.get("so", "").strip()[:60]
    code = request.GET.get("ma", "").strip()[:12]
    found = public.public_status(number, code) if number and code else None
    if found is not None:
        devices.proven(request)
    return render(
        request,
        "portal/lookup.html",
        {"section": "lookup", "number": number, "code": code, "found": found},
    )


@require_http_methods(["GET", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """By number, or by dropping the PDF."""
    number = request.GET.get("so", "").strip()[:80]
    known = documents.public_check(number=number) if number else None
    report, refused = None, ""
    if request.method == "POST":
        upload = request.FILES.get("file")
        if upload is None:
            refused = _("Chọn tệp PDF cần kiểm tra.")
        elif (upload.size or 0) > checking.LARGEST:
            refused = _("Tệp quá lớn: tối đa 20 MB.")
        else:
            report = checking.check(upload.read())
            if report.number:
                known = documents.public_check(number=report.number)
    return render(
        request,
        "portal/verify.html",
        {
            "section": "verify",
            "number": number,
            "asked": bool(number),
            "known": known,
            "report": report,
            "refused": refused,
        },
        status=422 if refused else 200,
    )


@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Where the QR on a paper leads."""
    known = documents.public_check(code=code)
    return render(
        request,
        "portal/verify.html",
        {
            "section": "verify",
            "asked": True,
            "known": known,
            "number": known.number if known else "",
        },
        status=200 if known else 404,
    )
