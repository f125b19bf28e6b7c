"""Ready processes from which a procedure's own is made: the files in `templates/`.

Each file is a list of steps (`steplist`), so that its roles and hours can be set without drawing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files

from motcua.processes import steplist
from motcua.processes.errors import UnknownTemplate
from motcua.processes.steplist import StepList

KEYS = (
    "direct_result",
    "appraise_and_sign",
    "with_opinions",
    "with_field_check",
    "with_council",
    "internal",
)


@dataclass(frozen=True, slots=True)
class Parameter:
    """What may be set for one step of a template: its role and its working hours (None: no own
    term). `asks` says whether offices may be named that are asked at this step."""

    step: str
    name: str
    role: str
    hours: Decimal | None
    asks: bool


@dataclass(frozen=True, slots=True)
class Template:
    """One ready process. `bpmn` is its file as it stands."""

    key: str
    name: str
    description: str
    parameters: tuple[Parameter, ...]
    bpmn: str


@cache
def template(key: str) -> Template:
    """The template of that key. Raises `UnknownTemplate`."""
    if key not in KEYS:
        raise UnknownTemplate(key)
    text = (files("motcua.processes") / "templates" / f"{key}.bpmn").read_text(encoding="utf-8")
    steps = steplist.read(text)
    parameters = tuple(
        Parameter(step.key, step.name, step.role, step.hours, step.kind == "opinion")
        for step in steps.steps
    )
    return Template(key, steps.name, steps.description, parameters, text)


def adapted(
    key: str,
    process: str,
    name: str,
    *,
    hours: Mapping[str, Decimal | None] | None = None,
    roles: Mapping[str, str] | None = None,
    asked: Mapping[str, Sequence[str]] | None = None,
) -> StepList:
    """The list of a template as the process `process` called `name`, with other hours, roles and
    offices asked for some steps (by step key). Raises `UnknownTemplate`; whether the values make
    sense is for `steplist.faults`."""
    given = steplist.read(template(key).bpmn)
    hours, roles, asked = hours or {}, roles or {}, asked or {}
    steps = tuple(
        replace(
            step,
            hours=hours.get(step.key, step.hours),
            role=roles.get(step.key, step.role),
            asked=tuple(asked.get(step.key, step.asked)),
        )
        for step in given.steps
    )
    return replace(given, id=process, name=name, steps=steps)
