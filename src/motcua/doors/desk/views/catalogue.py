"""The catalogue as those who keep it see it: what is in force, its decisions, taking over records
of the national catalogue and giving them out again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from motcua.catalogue import actions, keeping
from motcua.catalogue import queries as law
from motcua.catalogue.completeness import complete, parts
from motcua.catalogue.difference import differences
from motcua.catalogue.errors import CatalogueError, FileTooLarge, UnknownVersion
from motcua.catalogue.facts import VersionFacts
from motcua.catalogue.keepers import Reach
from motcua.catalogue.models import ChangeKind, PublicationStep
from motcua.doors.access import Request, missing
from motcua.doors.catalogue_file import LARGEST, exported
from motcua.doors.desk.decisions import day_of, decision_of
from motcua.doors.desk.keeping import keeper_only
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock

SHOWN = 100
ENDINGS = (ChangeKind.ABOLISHED, ChangeKind.CANCELLED)


@keeper_only
@require_safe
def procedures(request: Request, reach: Reach) -> HttpResponse:
    """Procedures in force by code or name, drafts on which work goes on, and the national file."""
    return _list(request)


@keeper_only
@require_POST
@fresh_second_factor
def take_over(request: Request, reach: Reach) -> HttpResponse:
    """Take over records of the national catalogue, or say what that would do. For the whole
    country only: not by the keeper of one province."""
    if reach.province:
        return missing(request, _("Danh mục quốc gia do quản trị toàn hệ thống cập nhật."))
    file = request.FILES.get("file")
    if file is None or file.size is None:
        return _list(request, problem=_("Hãy chọn một tệp JSON Lines hoặc gzip không quá 20 MB."))
    if file.size > LARGEST:
        return _list(request, problem=str(FileTooLarge(LARGEST)))
    trying = "apply" not in request.POST
    try:
        report = actions.import_records(file, clock.now(), dry_run=trying, by=reach.by)
    except CatalogueError as error:
        return _list(request, problem=str(error))
    return _list(request, report=report, trying=trying)


def _list(request: Request, problem: str = "", **more: Any) -> HttpResponse:
    today = clock.today()
    year = today.replace(month=1, day=1)
    context = {
        "query": (query := request.GET.get("q", "")[:200]),
        "found": keeping.found(query, today) if query.strip() else [],
        "drafts": keeping.drafts(request.viewer)[:SHOWN],
        "counts": keeping.publication_counts(year, year.replace(year=year.year + 1), today),
        "year": str(year.year),
        "levels": law_levels(),
        "problem": problem,
        "shown": SHOWN,
        "section": "catalogue",
        **more,
    }
    return render(request, "desk/catalogue.html", context, status=422 if problem else 200)


def law_levels() -> list[tuple[str, str]]:
    """The levels a new procedure may be decided at."""
    return [
        ("commune", _("Cấp xã")),
        ("province", _("Cấp tỉnh")),
        ("ministry", _("Cấp bộ")),
    ]


@keeper_only
@require_safe
def export(request: Request, reach: Reach) -> HttpResponseBase:
    """The imported records, one JSON object a line, gzip: what was imported, nothing lost."""
    return exported()


@keeper_only
@require_safe
def procedure(request: Request, reach: Reach, code: str) -> HttpResponse:
    """One procedure: its versions, whether every part is there, its decisions with their terms, and
    what two versions differ in."""
    row = law.procedure(code)
    versions = list(law.versions_of(code)[:SHOWN])
    if row is None or not versions:
        return missing(request, _("Không có thủ tục này."))
    newest = law.version(versions[0].pk)
    said = keeping.specification_of(newest)["version"]
    found = parts(row.name, said)
    context = {
        "procedure": row,
        "versions": versions,
        "newest": newest,
        "parts": found,
        "complete": complete(found),
        "chain": keeping.chain(code)[:SHOWN],
        "asked_again": keeping.asked_again(said),
        "competent": law.competent_agency(code, reach.province, clock.today()),
        "steps": PublicationStep.Step.choices,
        "changes": ChangeKind.choices,
        "endings": [(kind.value, kind.label) for kind in ENDINGS],
        "compared": _compared(request, code),
        "section": "catalogue",
    }
    return render(request, "desk/catalogue_procedure.html", context)


def _compared(request: Request, code: str) -> dict[str, Any] | None:
    """Two versions of this procedure side by side, when the address names them."""
    asked = request.GET.get("tu", ""), request.GET.get("den", "")
    if not all(one.isascii() and one.isdigit() and len(one) < 12 for one in asked):
        return None
    try:
        before, after = (law.version(int(one)) for one in asked)
    except UnknownVersion:
        return None
    if before.code != code or after.code != code:
        return None
    return {"before": before, "after": after, "differences": compare(before, after)}


def compare(before: VersionFacts, after: VersionFacts) -> list[Any]:
    """What two versions differ in, in words."""
    return differences(*(keeping.specification_of(one)["version"] for one in (before, after)))


@keeper_only
@require_POST
def step(request: Request, reach: Reach, code: str) -> HttpResponse:
    """Note a decision of the chain that was taken elsewhere."""
    return _do(
        request,
        code,
        lambda: actions.record_step(
            code,
            request.POST.get("change", ""),
            decision_of(request.POST, reach),
            reach.by,
            clock.now(),
        ),
        _("Đã ghi quyết định."),
    )


@keeper_only
@require_POST
def entry(request: Request, reach: Reach, code: str, step_id: int) -> HttpResponse:
    """Note the day of entry in the national database."""
    return _do(
        request,
        code,
        lambda: actions.record_entry(
            code, step_id, day_of(request.POST.get("entered_on", "")), reach.by, clock.now()
        ),
        _("Đã ghi ngày đăng tải."),
    )


@keeper_only
@require_POST
@fresh_second_factor
def end(request: Request, reach: Reach, code: str) -> HttpResponse:
    """Abolish or cancel a procedure."""
    return _do(
        request,
        code,
        lambda: actions.end_procedure(
            code,
            request.POST.get("change", ""),
            day_of(request.POST.get("last", "")),
            decision_of(request.POST, reach),
            reach.by,
            clock.now(),
        ),
        _("Đã ghi. Hồ sơ đang mở vẫn được giải quyết đến khi xong."),
    )


def _do(request: Request, code: str, act: Callable[[], Any], done: str) -> HttpResponse:
    if law.procedure(code) is None:
        return missing(request, _("Không có thủ tục này."))
    try:
        act()
    except CatalogueError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:catalogue-procedure", code=code)
