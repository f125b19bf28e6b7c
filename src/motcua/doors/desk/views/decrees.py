"""Handing competences over: decrees are loaded, rehearsed, approved and taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from motcua.catalogue import actions
from motcua.catalogue import queries as catalogue
from motcua.catalogue.decree_file import LARGEST
from motcua.catalogue.errors import CatalogueError
from motcua.catalogue.keepers import Reach
from motcua.catalogue.models import Decree, Handover
from motcua.doors.access import Request, missing
from motcua.doors.desk.keeping import keeper_only
from motcua.doors.step_up import fresh_second_factor
from motcua.dossiers.queries import handover
from motcua.foundation import clock

SHOWN = 200
"""Lines of a rehearsal on one page; the counts are of all."""


@keeper_only
@require_http_methods(["GET", "POST"])
def decrees(request: Request, reach: Reach) -> HttpResponse:
    """The decrees within reach, and a form to load one; loading changes nothing yet."""
    problem = ""
    if request.method == "POST":
        file = request.FILES.get("file")
        number, title = request.POST.get("number", ""), request.POST.get("title", "")
        kind = request.POST.get("kind", "")
        try:
            if file is None or file.size is None or file.size > LARGEST:
                problem = _("Hãy chọn một tệp CSV không quá 5 MB.")
            else:
                decree = actions.load_decree(
                    number, title, kind, file.read(), reach.province, reach.by, clock.now()
                )
                return redirect("desk:decree", decree_id=decree.pk)
        except CatalogueError as error:
            problem = str(error)
    context = {
        "decrees": catalogue.decrees(reach.province),
        "kinds": Handover.choices,
        "problem": problem,
        "typed": request.POST,
        "section": "decrees",
    }
    return render(request, "desk/decrees.html", context, status=422 if problem else 200)


@keeper_only
@require_safe
def decree(request: Request, reach: Reach, decree_id: int) -> HttpResponse:
    """What a decree would do, or did."""
    found = catalogue.decree(decree_id, reach.province)
    if found is None:
        return missing(request, _("Không tìm thấy văn bản này."))
    context: dict[str, object] = {"decree": found, "section": "decrees", "shown": SHOWN}
    if found.state == Decree.State.REHEARSED:
        plan = actions.rehearsal_of(found, clock.today())
        touched = handover.touched(plan)
        context |= {
            "plan": plan,
            "handed": plan.handed[:SHOWN],
            "problems": plan.problems[:SHOWN],
            "touched": touched[:SHOWN],
            "open_dossiers": sum(one.count for one in touched),
            "can_approve": bool(plan.handed) and not plan.problems,
        }
    else:
        context["rules"] = catalogue.made_by(found)[:SHOWN]
        context["can_undo"] = (
            found.state == Decree.State.SCHEDULED
            and found.effective is not None
            and found.effective > clock.today()
        )
    return render(request, "desk/decree.html", context)


@keeper_only
@require_POST
@fresh_second_factor
def approve(request: Request, reach: Reach, decree_id: int) -> HttpResponse:
    """Let the decree take effect on its days."""
    return _decide(
        request,
        reach,
        decree_id,
        lambda: actions.schedule_decree(decree_id, reach.by, clock.now()),
        _("Đã duyệt. Thẩm quyền tự đổi vào ngày văn bản có hiệu lực."),
    )


@keeper_only
@require_POST
@fresh_second_factor
def undo(request: Request, reach: Reach, decree_id: int) -> HttpResponse:
    """Take the decree back before its first day."""
    return _decide(
        request,
        reach,
        decree_id,
        lambda: actions.undo_decree(decree_id, reach.by, clock.now()),
        _("Đã rút lại. Thẩm quyền như trước khi có văn bản này."),
    )


def _decide(
    request: Request, reach: Reach, decree_id: int, act: Callable[[], Decree], done: str
) -> HttpResponse:
    """Do it to a decree within reach, and say so or why not on its page."""
    if catalogue.decree(decree_id, reach.province) is None:
        return missing(request, _("Không tìm thấy văn bản này."))
    try:
        act()
    except CatalogueError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:decree", decree_id=decree_id)
