"""For everybody: the days of the ledger with their signed roots, and proofs to take away."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from motcua.documents import transparency
from motcua.foundation import ledger_days

DAYS_A_PAGE = 31
_PLAIN = {"ensure_ascii": False, "indent": 1}


@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """What the ledger is, its days, and whether an entry is in one of them."""
    number = request.GET.get("muc", "").strip()[:20]
    page = Paginator(transparency.published(), DAYS_A_PAGE).get_page(request.GET.get("trang"))
    return render(
        request,
        "portal/transparency.html",
        {
            "section": "transparency",
            "page": page,
            "rows": [_row(signed) for signed in page],
            "since": ledger_days.open_since(),
            "number": number,
            "proof": _proof(number) if number else None,
        },
    )


@require_safe
def day(request: HttpRequest, day: str) -> HttpResponse:
    """One day to take away."""
    try:
        found = transparency.published().filter(day_id=date.fromisoformat(day)).first()
    except ValueError:
        found = None
    if found is None:
        raise Http404
    return JsonResponse(transparency.day_as_json(found), json_dumps_params=_PLAIN)


@require_safe
def proof(request: HttpRequest, number: str) -> HttpResponse:
    """That an entry is in the ledger, without its content."""
    found = _proof(number)
    if found is None:
        raise Http404
    return JsonResponse(found, json_dumps_params=_PLAIN)


@require_safe
def trust(request: HttpRequest) -> HttpResponse:
    """The roots that signatures and timestamps lead to."""
    return HttpResponse(transparency.trust(), content_type="application/x-pem-file")


def _proof(number: str) -> dict[str, Any] | None:
    plain = number.isascii() and number.isdecimal() and len(number) < 19
    return transparency.published_proof(int(number)) if plain else None


def _row(signed: Any) -> dict[str, Any]:
    kept = signed.day
    return {
        "day": kept.day,
        "first": kept.first,
        "last": kept.last,
        "entries": kept.last - kept.first + 1,
        "root": bytes(kept.root).hex(),
        "signature": bytes(signed.signature).hex(),
        "stamped_at": transparency.stamped_at(signed),
    }
