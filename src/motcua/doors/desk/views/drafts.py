"""Writing a version of a procedure without a file: fields, what is lacking, what differs, what it
saves; review; publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from motcua.catalogue import actions, burden, designing, editing, keeping
from motcua.catalogue import queries as law
from motcua.catalogue.completeness import parts
from motcua.catalogue.difference import differences
from motcua.catalogue.errors import CatalogueError
from motcua.catalogue.field_of_page import Field
from motcua.catalogue.keepers import Reach
from motcua.catalogue.models import ChangeKind, PublicationStep, VersionDraft
from motcua.doors.access import Request, missing
from motcua.doors.desk.decisions import decision_of
from motcua.doors.desk.keeping import keeper_only
from motcua.doors.step_up import fresh_second_factor
from motcua.foundation import clock

ON_WORK = (VersionDraft.State.WRITING, VersionDraft.State.REVIEW)


@keeper_only
@require_POST
def start(request: Request, reach: Reach, code: str) -> HttpResponse:
    """Begin a draft with what the version in force says."""
    today = clock.today()
    version = law.facts_in_force(code, today)
    if version is None:
        return missing(request, _("Không có thủ tục này."))
    change = request.POST.get("change", ChangeKind.AMENDED)
    said = keeping.draft_of(version, today + timedelta(days=1))
    return _begin(request, said, change, reach)


@keeper_only
@require_POST
def start_new(request: Request, reach: Reach) -> HttpResponse:
    """Begin a draft of a procedure that is not there yet."""
    names = ("code", "name", "short_name", "sector")
    procedure = {name: request.POST.get(name, "").strip()[:1200] for name in names}
    if law.procedure(procedure["code"]) is not None:
        messages.error(request, _("Thủ tục này đã có: hãy soạn phiên bản mới."), extra_tags="bad")
        return redirect("desk:catalogue-procedure", code=procedure["code"])
    level = request.POST.get("level", "")
    said = keeping.blank(procedure, level, clock.today() + timedelta(days=1))
    return _begin(request, said, ChangeKind.NEW, reach)


def _begin(request: Request, said: dict[str, Any], change: str, reach: Reach) -> HttpResponse:
    try:
        draft = actions.start_draft(said, change, reach.by, clock.now())
    except CatalogueError as error:
        messages.error(request, str(error), extra_tags="bad")
        return redirect("desk:catalogue")
    return redirect("desk:draft", draft_id=draft.pk)


@keeper_only
@require_http_methods(["GET", "POST"])
def draft(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """The draft as fields; saving it, right or wrong, shows what is lacking. What cannot be kept is
    shown as typed."""
    found = keeping.draft(request.viewer, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    said, problem, place, reason = found.specification, "", "", ""
    if request.method == "POST" and found.state in ON_WORK:
        typed = request.POST.dict()
        said = editing.apply(said, typed, _asked(said, found.form))
        try:
            actions.save_draft(draft_id, said, _seen(request), reach.by, clock.now())
        except CatalogueError as error:
            problem, place = str(error), getattr(error, "place", "")
            reason = getattr(error, "reason", problem)
        else:
            messages.success(request, _("Đã lưu bản thảo."), extra_tags="good")
            return redirect("desk:draft", draft_id=draft_id)
    checked = found.specification  # what is wrong cannot be judged
    fields = editing.fields(checked, _asked(checked, found.form))
    if problem:
        fields = editing.as_typed(fields, request.POST.dict())
    wrong = _input_at(place, fields)
    if wrong:
        field = next(one for one in fields if one.name == wrong)
        problem = f"{field.group}, {field.label}: {reason}"
    version = checked["version"]
    before = law.facts_in_force(found.code, clock.today())
    context = {
        "draft": found,
        "editable": found.state in ON_WORK,
        "problem": problem,
        "reason": reason,
        "fields": fields,
        "wrong": wrong,
        "lacking": designing.lacking(found),
        "has_form": keeping.form_of(version, found.form) is not None,
        "own_process": found.process,
        "parts": parts(checked["procedure"]["name"], version),
        "held": keeping.asked_again(version, found.form),
        "differences": _differences(found, version, before),
        "saving": _saving(version, before),
        "steps": [s for s in PublicationStep.Step.choices if s[0] in ("ministry", "province")],
        "may_publish": reach.by not in (found.sent_by, found.written_by),
        "section": "catalogue",
    }
    return render(request, "desk/draft.html", context, status=422 if problem else 200)


@keeper_only
@require_POST
def send(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """Ask another keeper to publish it."""
    return _do(
        request,
        draft_id,
        lambda: actions.send_for_review(draft_id, _seen(request), reach.by, clock.now()),
        _("Đã gửi duyệt. Một người quản trị danh mục khác sẽ công bố."),
    )


@keeper_only
@require_POST
@fresh_second_factor
def publish(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """Publish a reviewed draft under a decision."""
    return _do(
        request,
        draft_id,
        lambda: actions.publish_draft(
            draft_id, _seen(request), decision_of(request.POST, reach), reach.by, clock.now()
        ),
        _("Đã công bố. Hồ sơ đang mở giữ phiên bản khi nộp."),
    )


@keeper_only
@require_POST
def drop(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """Lay a draft aside."""
    return _do(
        request,
        draft_id,
        lambda: actions.drop_draft(draft_id, reach.by, clock.now()),
        _("Đã bỏ bản thảo."),
    )


def _do(request: Request, draft_id: int, act: Callable[[], Any], done: str) -> HttpResponse:
    if keeping.draft(request.viewer, draft_id) is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    try:
        act()
    except CatalogueError as error:
        messages.error(request, str(error), extra_tags="bad")
    else:
        messages.success(request, done, extra_tags="good")
    return redirect("desk:draft", draft_id=draft_id)


def _seen(request: Request) -> int:
    said = request.POST.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0


def _asked(said: dict[str, Any], own_form: dict[str, Any] | None) -> dict[str, str]:
    """The places for which the page asks for a legal reason."""
    return {one.place: one.what for one in keeping.asked_again(said["version"], own_form)}


def _input_at(place: str, fields: list[Field]) -> str:
    """The name of the input that `version.cases[0].limit` is about, empty when there is none."""
    dotted = place.replace("[", ".").replace("]", "")
    names = [field.name for field in fields]
    near = [name for name in names if name == dotted or name.startswith(f"{dotted}.")]
    return near[0] if near and dotted else ""


def _differences(found: VersionDraft, version: dict[str, Any], before: Any) -> list[Any]:
    """What the draft changes of the version in force; nothing to compare for a new procedure, or
    for a draft that has been published."""
    if before is None or found.state not in ON_WORK:
        return []
    return differences(keeping.specification_of(before)["version"], version)


def _saving(version: dict[str, Any], before: Any) -> dict[str, Any] | None:
    """What the procedure costs now and then, when the draft has figures."""
    then = version.get("parameters", {}).get("burden")
    if not then:
        return None
    try:
        figures = burden.read(then)
        cost = burden.cost(figures)
        now = before.parameters.get("burden") if before is not None else None
        saved = burden.saving(burden.read(now), figures) if now else None
    except burden.BadBurden as error:
        return {"wrong": str(error)}
    return {"cost": cost, "saved": saved}
