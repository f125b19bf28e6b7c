"""Writing the form of a draft: questions, pages, conditions, rules; trying it; its file."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from motcua.catalogue import actions
from motcua.catalogue.errors import BadSpecification, CatalogueError
from motcua.catalogue.keepers import Reach
from motcua.catalogue.models import VersionDraft
from motcua.doors import addresses
from motcua.doors.access import Request, missing
from motcua.doors.desk import drafting
from motcua.doors.desk.keeping import keeper_only
from motcua.forms import binding, building, engine, library, typed_field
from motcua.forms import queries as published
from motcua.forms.definition import COMPUTED_AS, IN_GROUPS, BadDefinition
from motcua.forms.models import FormVersion
from motcua.forms.sources import SOURCES, register_of
from motcua.foundation import clock

RELATIONS = {"is": "là", "is_not": "không phải là", "answered": "đã được trả lời"}


@keeper_only
@require_http_methods(["GET", "POST"])
def form(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """The form as pages of questions, with what is doubtful in it; each button is one step."""
    found = drafting.editable(request.viewer, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    raw, problem = _definition(found), ""
    if request.method == "POST":
        try:
            changed = _step(request, found, raw)
            actions.save_form(draft_id, changed, drafting.seen(request.POST), reach.by, clock.now())
        except BadDefinition as error:
            problem = f"{error.place}: {error.reason}"
        except CatalogueError as error:
            problem = str(error)
        else:
            messages.success(request, _("Đã lưu biểu mẫu."), extra_tags="good")
            return redirect("desk:draft-form", draft_id=draft_id)
    _parsed, doubtful = building.judged(raw)
    key = found.specification["version"].get("form") or ""
    versions = published.versions(key)
    context = {
        "draft": found,
        "raw": raw,
        "pages": _pages(raw),
        "problem": problem,
        "findings": doubtful,
        "shared": [
            {"key": name, "label": one["label"], "register": register_of(one.get("source", ""))}
            for name, one in library.SHARED.items()
            if name not in raw["fields"]
        ],
        "forms": published.titles(),
        "versions": versions,
        "changes": building.changes(versions[0].definition, raw) if versions else [],
        "compared": _compared(request, versions, raw),
        "section": "catalogue",
    }
    return render(request, "desk/draft_form.html", context, status=422 if problem else 200)


DRAFT = "ban-thao"


def _compared(
    request: Request, versions: list[FormVersion], raw: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Any two of the published versions and the draft side by side, when the address names them."""
    known: dict[str, Mapping[str, Any]] = {str(one.version): one.definition for one in versions}
    known[DRAFT] = raw
    asked = request.GET.get("tu", ""), request.GET.get("den", "")
    if not all(one in known for one in asked):
        return None
    before, after = asked
    return {
        "before": before,
        "after": after,
        "changes": building.changes(known[before], known[after]),
    }


@keeper_only
@require_http_methods(["GET", "POST"])
def question(request: Request, reach: Reach, draft_id: int, key: str = "") -> HttpResponse:
    """One question, new or to be changed."""
    found = drafting.editable(request.viewer, draft_id)
    raw = _definition(found) if found is not None else {"fields": {}}
    if found is None or (key and key not in raw["fields"]):
        return missing(request, _("Không tìm thấy câu hỏi này."))
    before = raw["fields"].get(key, {})
    said, errors = typed_field.shown(before), {}
    members = typed_field.members_shown(before)
    topic = next((one["key"] for one in raw["topics"] if key in one["fields"]), "")
    if request.method == "POST":
        said = {**said, **request.POST.dict()}
        said |= {name: name in request.POST for name in typed_field.TICKS}
        topic = request.POST.get("topic", "")
        members = typed_field.members_typed(request.POST.dict()) or members
        try:
            name = key or said.get("key", "").strip() or building.key_for(raw, said["label"])
            if not key and name in raw["fields"]:
                raise BadDefinition("key", _("tên này đã dùng"))
            field = typed_field.read(request.POST.dict(), before, raw)
            new_page = request.POST.get("new_page", "").strip()
            changed = building.put_field(raw, name, field, topic, new_page)
            actions.save_form(draft_id, changed, drafting.seen(request.POST), reach.by, clock.now())
        except BadDefinition as error:
            part = building.PARTS.get(error.place.rpartition(".")[2], error.place)
            errors = {_input(error.place): f"{part[:1].upper()}{part[1:]}: {error.reason}"}
        except CatalogueError as error:
            errors = {"label": str(error)}
        else:
            messages.success(request, _("Đã lưu câu hỏi."), extra_tags="good")
            return redirect("desk:draft-form", draft_id=draft_id)
    context = {
        "draft": found,
        "key": key,
        "said": said,
        "errors": errors,
        "topic": topic,
        "topics": raw["topics"],
        "others": [(k, one["label"]) for k, one in raw["fields"].items() if k != key],
        "types": list(typed_field.TYPE_NAMES.items()),
        "members": members,
        "member_types": [one for one in typed_field.TYPE_NAMES.items() if one[0] in IN_GROUPS],
        "sources": [(name, f"{register}: {name}") for name, register in SOURCES.items()],
        "computed_as": sorted(COMPUTED_AS),
        "relations": list(RELATIONS.items()),
        "section": "catalogue",
    }
    return render(request, "desk/draft_question.html", context, status=422 if errors else 200)


@keeper_only
@require_http_methods(["GET", "POST"])
def preview(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """The form as people fill it in, and what officers would read. Nothing typed is kept."""
    found = drafting.editable(request.viewer, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    compiled = engine.compiled(_definition(found))
    answers: dict[str, Any] = {}
    errors: list[Any] = []
    if request.method == "POST":
        for topic in compiled.definition.topics:
            answers |= binding.from_post(
                compiled, topic.key, request.POST, find_commune=addresses.find_commune
            )
        errors = compiled.validate(answers) if "check" in request.POST else []
    context = {
        "draft": found,
        "topics": compiled.topics(answers),
        "errors": errors,
        "officer": compiled.readable(answers) if answers else [],
        "section": "catalogue",
    }
    return render(request, "desk/draft_form_preview.html", context)


@keeper_only
@require_GET
def export(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """The definition as a file."""
    found = drafting.editable(request.viewer, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    content = json.dumps(_definition(found), ensure_ascii=False, indent=2) + "\n"
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="bieu-mau-{found.code}.json"'
    return response


def _definition(found: VersionDraft) -> dict[str, Any]:
    """The form of the draft, the published one that it names, or a beginning."""
    if found.form is not None:
        own: dict[str, Any] = found.form
        return own
    row = published.newest(found.specification["version"].get("form") or "")
    if row is not None:
        given: dict[str, Any] = row.definition
        return given
    return building.begun(found.specification["procedure"]["short_name"])


def _step(request: Request, found: VersionDraft, raw: dict[str, Any]) -> dict[str, Any] | None:
    """What the pressed button makes of the form. Raises `BadDefinition`."""
    said = request.POST
    steps: Mapping[str, Callable[[], dict[str, Any] | None]] = {
        "begin": lambda: raw,
        "drop": lambda: None,
        "up": lambda: building.move_field(raw, said.get("key", ""), "up"),
        "down": lambda: building.move_field(raw, said.get("key", ""), "down"),
        "remove": lambda: building.remove_field(raw, said.get("key", "")),
        "shared": lambda: building.add_shared(raw, said.get("key", ""), said.get("topic", "")),
        "page": lambda: building.change_page(
            raw,
            said.get("topic", ""),
            said.get("title", "").strip(),
            said.get("intro", "").strip(),
            said.get("visible", "").strip(),
        ),
        "rule": lambda: building.add_rule(
            raw, said.get("when", ""), said.get("message", ""), said.get("field", "")
        ),
        "unrule": lambda: building.remove_rule(raw, _position(said.get("position", ""))),
        "copy": lambda: _copied(said.get("from", "")),
        "file": lambda: _uploaded(request),
    }
    step = steps.get(said.get("act", ""))
    if step is None:
        raise BadDefinition("act", _("không có thao tác này"))
    if found.state not in drafting.ON_WORK:
        raise BadSpecification("form", _("Bản thảo không còn sửa được."))
    return step()


def _copied(key: str) -> dict[str, Any]:
    row = published.newest(key)
    if row is None:
        raise BadDefinition("from", _("không có biểu mẫu này"))
    given: dict[str, Any] = row.definition
    return given


def _uploaded(request: Request) -> dict[str, Any]:
    sent = request.FILES.get("definition")
    if sent is None:
        raise BadDefinition("definition", _("hãy chọn tệp JSON"))
    return building.read_file(sent.read(building.LARGEST_FILE + 1))


def _position(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else -1


def _pages(raw: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            **page,
            "questions": [
                {
                    "key": key,
                    **raw["fields"][key],
                    "type_name": typed_field.TYPE_NAMES[raw["fields"][key]["type"]],
                    "register": register_of(raw["fields"][key].get("source", "")),
                }
                for key in page["fields"]
            ],
        }
        for page in raw["topics"]
    ]


def _input(place: str) -> str:
    """The input that a place such as `fields.age.min` is about."""
    last = place.rpartition(".")[2].partition("[")[0]
    known = {"key", "topic", "when_value", "required_when", *typed_field.shown({})}
    return last if last in known else "label"
