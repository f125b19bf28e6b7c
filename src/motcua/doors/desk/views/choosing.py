"""Choosing the process of a draft: one of the ready ones, with its hours, roles and offices."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from motcua.catalogue import actions
from motcua.catalogue.designing import Choice, own_key
from motcua.catalogue.errors import BadSpecification, CatalogueError
from motcua.catalogue.keepers import Reach
from motcua.catalogue.models import VersionDraft
from motcua.doors.access import Request, missing
from motcua.doors.desk import drafting
from motcua.doors.desk.keeping import keeper_only
from motcua.foundation import clock
from motcua.processes import queries as law
from motcua.processes.bpmn import ROLES
from motcua.processes.patterns import Template


@keeper_only
@require_http_methods(["GET", "POST"])
def choose(request: Request, reach: Reach, draft_id: int) -> HttpResponse:
    """The templates; of the chosen one what can be set. Saving keeps it, or says what cannot be."""
    found = drafting.editable(request.viewer, draft_id)
    if found is None:
        return missing(request, _("Không tìm thấy bản thảo này."))
    templates = {one.key: one for one in law.templates()}
    kept = found.process or {}
    name = request.POST.get("template") or request.GET.get("mau") or kept.get("template", "")
    chosen = templates.get(name)
    problem, typed = "", _as_typed(kept) if kept.get("template") == name else {}
    if request.method == "POST" and "published" in request.POST:
        try:
            _name_published(request, reach, found, request.POST["published"])
        except CatalogueError as error:
            problem = str(error)
        else:
            messages.success(request, _("Đã lưu quy trình của bản thảo."), extra_tags="good")
            return redirect("desk:draft", draft_id=draft_id)
    elif request.method == "POST":
        typed = request.POST.dict()
        try:
            choice = None if "drop" in typed else _choice(chosen, typed)
            actions.save_process(
                draft_id, choice, drafting.seen(request.POST), reach.by, clock.now()
            )
        except CatalogueError as error:
            problem = str(error)
        else:
            messages.success(request, _("Đã lưu quy trình của bản thảo."), extra_tags="good")
            return redirect("desk:draft", draft_id=draft_id)
    context = {
        "draft": found,
        "templates": list(templates.values()),
        "chosen": chosen,
        "steps": _steps(chosen, typed) if chosen else [],
        "problem": problem,
        "published": law.published(),
        "named": found.specification["version"].get("process", ""),
        "own_key": own_key(found.code),
        "section": "catalogue",
    }
    return render(request, "desk/draft_process.html", context, status=422 if problem else 200)


def _name_published(request: Request, reach: Reach, found: VersionDraft, key: str) -> None:
    """Let the draft name a process that is published already, in the place of one of its own; empty
    names none. Raises `CatalogueError`."""
    if key and law.latest(key) is None:
        raise BadSpecification("process", _("Không có quy trình này."))
    seen = drafting.seen(request.POST)
    if found.process is not None:
        found = actions.save_process(found.pk, None, seen, reach.by, clock.now())
        seen = found.revision
    said = copy.deepcopy(found.specification)
    said["version"].pop("process", None)
    if key:
        said["version"]["process"] = key
    actions.save_draft(found.pk, said, seen, reach.by, clock.now())


def _choice(chosen: Template | None, typed: Mapping[str, str]) -> Choice:
    """Raises `BadSpecification` for what is no template, role or number of hours."""
    if chosen is None:
        raise BadSpecification("process", _("Hãy chọn một mẫu quy trình."))
    hours: dict[str, Decimal | None] = {}
    roles: dict[str, str] = {}
    asked: dict[str, tuple[str, ...]] = {}
    for one in chosen.parameters:
        if f"hours.{one.step}" in typed:
            hours[one.step] = _hours(one.name, typed[f"hours.{one.step}"])
        role = typed.get(f"role.{one.step}", one.role)
        if role not in ROLES:
            raise BadSpecification("process", _("Vai trò không có: %s.") % role[:40])
        roles[one.step] = role
        if one.asks and f"asked.{one.step}" in typed:
            offices = typed[f"asked.{one.step}"].replace(";", ",").split(",")
            asked[one.step] = tuple(office.strip() for office in offices if office.strip())
    return Choice(chosen.key, hours, roles, asked)


def _hours(step: str, typed: str) -> Decimal | None:
    if not typed.strip():
        return None
    try:
        number = Decimal(typed.strip().replace(",", "."))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or not 0 < number <= 10_000:
        raise BadSpecification("process", _("Số giờ của bước “%s” không đúng.") % step)
    return number


def _steps(chosen: Template, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """What can be set for each step, as typed or as the template has it."""
    return [
        {
            "key": one.step,
            "name": one.name,
            "asks": one.asks,
            "hours": typed.get(f"hours.{one.step}", "" if one.hours is None else f"{one.hours:f}"),
            "role": typed.get(f"role.{one.step}", one.role),
            "offices": typed.get(f"asked.{one.step}", ""),
            "roles": list(ROLES.items()),
        }
        for one in chosen.parameters
    ]


def _as_typed(kept: Mapping[str, Any]) -> dict[str, str]:
    typed = {f"hours.{step}": value or "" for step, value in kept["hours"].items()}
    typed |= {f"role.{step}": role for step, role in kept["roles"].items()}
    return typed | {f"asked.{step}": ", ".join(one) for step, one in kept["asked"].items()}
