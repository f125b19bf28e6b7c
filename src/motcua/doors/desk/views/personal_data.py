"""Requests about personal data, before the officer in charge of it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from motcua.doors.access import Request, missing, officer_only
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock
from motcua.foundation.holdings import everything
from motcua.people import actions as people
from motcua.people.purposes import PURPOSES
from motcua.privacy import queries, rules
from motcua.privacy.actions import requests
from motcua.privacy.actions.whole import WHOLE, WHOLE_TITLE
from motcua.privacy.errors import NoSuchRequest, PrivacyError
from motcua.privacy.grounds import GROUNDS
from motcua.privacy.models import PrivacyRequest
from motcua.privacy.rights import LONGEST_EXTENSION_DAYS


@officer_only
@require_safe
def queue(request: Request) -> HttpResponse:
    """Requests before the officer, by what is due; for others the page does not exist."""
    if not queries.answers_for(request.viewer):
        return missing(request, _("Trang này dành cho người phụ trách dữ liệu cá nhân."))
    closed = request.GET.get("muc") == "da-xong"
    lines = queries.queue(request.viewer, clock.now(), closed=closed)
    page = {"section": "data", "lines": lines, "closed": closed}
    return render(request, "desk/data_requests.html", page)


@never_cache
@officer_only
@require_safe
def one(request: Request, number: str) -> HttpResponse:
    """One request. That the officer looked at it is recorded for the person before it is shown."""
    now = clock.now()
    try:
        row = queries.for_officer(request.viewer, number)
    except NoSuchRequest as error:
        return missing(request, error.message)
    people.record_access(queries.look_at(request.viewer, row), now)
    line = queries.line(row, now)
    return render(
        request,
        "desk/data_request.html",
        {
            "section": "data",
            "line": line,
            "story": queries.story(row),
            "about": _about(row),
            "grounds": GROUNDS.items(),
            "ground": GROUNDS.get(row.ground, ""),
            "longest": LONGEST_EXTENSION_DAYS,
            "may_extend": rules.may_extend(row.state, row.extension_days, line.terms, now),
        },
    )


def _about(row: PrivacyRequest) -> list[tuple[str, str]]:
    """What the request is about, each with the rule that keeps it, if any."""
    held = {one.key: one for one in everything()}
    found = []
    for key in row.asked:
        if key == WHOLE:
            found.append((WHOLE_TITLE, ""))
        elif key in held:
            rule = queries.duty(key)
            found.append((held[key].title, rule.rule if rule else ""))
        else:
            found.append((PURPOSES[key].title if key in PURPOSES else key, ""))
    return found


@officer_only
@require_POST
@fresh_second_factor
def act(request: Request, number: str) -> HttpResponse:
    """Take up, extend, grant or refuse, whichever button was pressed."""
    sent, viewer, now = request.POST, request.viewer, clock.now()
    typed = sent.get("seen", "")
    seen = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 9 else 0
    try:
        match sent.get("act"):
            case "take_up":
                others = sent.get("others") == "1"
                requests.take_up(viewer, number, seen, now, others_involved=others)
            case "extend":
                days = sent.get("days", "")
                wanted = int(days) if days.isascii() and days.isdigit() and len(days) < 4 else 0
                requests.extend(viewer, number, seen, wanted, sent.get("reason", ""), now)
            case "refuse":
                ground, answer = sent.get("ground", ""), sent.get("answer", "")
                requests.refuse(viewer, number, seen, ground, answer, now)
            case "grant":
                requests.grant(viewer, number, seen, sent.get("answer", ""), now)
            case _:
                queries.for_officer(viewer, number)
                raise PrivacyError
    except NoSuchRequest as error:
        return missing(request, error.message)
    except PrivacyError as error:
        messages.error(request, error.message, extra_tags="bad")
    else:
        messages.success(request, _("Đã ghi và báo cho người yêu cầu."), extra_tags="good")
    return redirect("desk:data-request", number)
