"""Many dossiers at once: what was picked in the inbox, done one by one, each with its own line."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.doors.access import Request, missing, officer_only
from motcua.doors.desk.views.actions import number_in
from motcua.doors.step_up import fresh_second_factor
from motcua.dossiers.actions import bulk
from motcua.dossiers.queries import desk, signing
from motcua.foundation import clock

ASKED_FIRST = ("assign", "ask", "return")
"""What needs to know more than which: a page between asks for it."""


def _picked(request: Request) -> list[bulk.Picked]:
    """What was picked; anything else that was sent along is nothing."""
    found = []
    for sent in request.POST.getlist("viec")[: bulk.MOST + 1]:
        item, _colon, rest = sent.partition(":")
        seen, _colon, digest = rest.partition(":")
        if all(part.isascii() and part.isdigit() and len(part) < 16 for part in (item, seen)):
            found.append(bulk.Picked(int(item), int(seen), digest))
    return found


@transaction.non_atomic_requests
@officer_only
@require_POST
def act(request: Request) -> HttpResponse:
    """Take, assign, accept, ask or return all that was picked."""
    do, picked, now = request.POST.get("do", ""), _picked(request), clock.now()
    if picked and do in ASKED_FIRST and "sure" not in request.POST:
        with transaction.atomic():
            mates = desk.mates(request.viewer, [one.item_id for one in picked], now)
        context = {"do": do, "picks": request.POST.getlist("viec"), "mates": mates}
        return render(request, "desk/bulk.html", {**context, "section": "inbox"})
    lines: list[bulk.Line] = []
    viewer = request.viewer
    if do == "take":
        lines = bulk.take(viewer, picked, now)
    elif do == "accept":
        lines = bulk.accept(viewer, picked, now)
    elif do == "assign":
        account = number_in(request, "account")
        lines = bulk.assign(viewer, picked, account if account > 0 else None, now)
    elif do == "ask":
        wanted = [{"text": line} for line in request.POST.get("items", "").splitlines()[:100]]
        lines = bulk.ask_supplement(viewer, picked, wanted, request.POST.get("reason", ""), now)
    elif do == "return":
        lines = bulk.hand_over(viewer, picked, request.POST.get("how", ""), now)
    return _results(request, lines)


def _results(request: Request, lines: list[bulk.Line]) -> HttpResponse:
    done = sum(line.done for line in lines)
    context = {"lines": lines, "done": done, "failed": len(lines) - done, "section": "inbox"}
    return render(request, "desk/bulk_done.html", context)


@transaction.non_atomic_requests
@officer_only
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def sign(request: Request) -> HttpResponseBase:
    """The drafts in the viewer's name, and signing those picked: one second factor for all."""
    if not signing.approves(request.viewer):
        return missing(request, _("Trang này dành cho người ký kết quả."))
    if request.method == "POST":
        return _results(request, bulk.sign(request.viewer, _picked(request), clock.now()))
    with transaction.atomic():
        rows = signing.ready(request.viewer)
    return render(request, "desk/sign_many.html", {"rows": rows, "section": "inbox"})
