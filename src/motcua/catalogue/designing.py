"""The form and the process that are written with a draft: which template, and what stands in the
way of filing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from motcua.documents.queries import result_templates
from motcua.forms import building
from motcua.foundation import expressions
from motcua.processes import queries as processes

from . import keeping
from .models import Competence, VersionDraft

REGISTER = re.compile(r"(?:[a-z][a-z0-9_]*)?")


@dataclass(frozen=True, slots=True)
class Choice:
    """A ready process with what was set for its steps, by step key: working hours (None: no term
    of its own), roles, and offices that are asked."""

    template: str
    hours: Mapping[str, Decimal | None] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    asked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """As a draft keeps it."""
        hours = {step: None if value is None else str(value) for step, value in self.hours.items()}
        asked = {step: list(offices) for step, offices in self.asked.items()}
        return {"template": self.template, "hours": hours, "roles": dict(self.roles)} | {
            "asked": asked
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Choice:
        """What a draft keeps."""
        hours = {s: None if v is None else Decimal(v) for s, v in kept["hours"].items()}
        asked = {step: tuple(offices) for step, offices in kept["asked"].items()}
        return cls(kept["template"], hours, dict(kept["roles"]), asked)


def own_key(code: str) -> str:
    """Under which key the form and the process of a procedure are published."""
    return "tt_" + code.replace(".", "_")


def bpmn_of(choice: Choice, code: str, name: str) -> str:
    """The process of the procedure as BPMN. Raises `UnknownTemplate` and `BadProcess`."""
    return processes.from_template(
        choice.template,
        own_key(code),
        name,
        hours=choice.hours,
        roles=choice.roles,
        asked=choice.asked,
    )


def lacking(draft: VersionDraft) -> list[str]:
    """What keeps people from filing a draft that has a form or a process of its own, in words;
    empty for one that is only described."""
    return list(_lacking(draft))


def _lacking(draft: VersionDraft) -> Iterator[str]:
    version = draft.specification["version"]
    has_form = draft.form is not None or bool(version.get("form"))
    has_process = draft.process is not None or bool(version.get("process"))
    if not has_form and not has_process:
        return
    if not has_form:
        yield "Đã chọn quy trình nhưng chưa có biểu mẫu"
    if not has_process:
        yield "Đã có biểu mẫu nhưng chưa chọn quy trình"
    decides = Competence.objects.filter(procedure__code=draft.code)
    if "competence" not in draft.specification and not decides.exists():
        yield "Chưa nêu cơ quan giải quyết"
    template = version.get("result_template", "")
    if template and template not in result_templates():
        yield f"Không có mẫu kết quả “{template}”"
    if not REGISTER.fullmatch(version.get("register", "")):
        yield "Mã sổ ghi kết quả chỉ gồm chữ thường không dấu, số và gạch dưới"
    if draft.form is not None:
        _, found = building.judged(draft.form)
        yield from (f"Biểu mẫu, {one.place}: {one.message}" for one in found if one.grave)
    definition = keeping.form_of(version, draft.form)
    if definition is not None:
        known = frozenset(definition.fields)
        yield from (
            f"{where}: biểu mẫu không có câu hỏi “{name}”"
            for where, source in _expressions(version)
            for name in sorted(expressions.compile(source).names - known)
        )


def _expressions(version: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The formulas over the answers with where they stand, in words."""
    if version.get("case_question"):
        yield "Câu hỏi trường hợp", version["case_question"]
    for case in version["cases"]:
        for channel in case["channels"]:
            if channel.get("fee"):
                yield f"Phí của {case['name']}", channel["fee"]
    for paper in version.get("components", []):
        if paper.get("needed"):
            yield f"Giấy tờ {paper['name']}", paper["needed"]
