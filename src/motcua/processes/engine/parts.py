"""A step that several do: who has answered, and what it comes to.

To the engine it is one step. Each part has a serial of its own in the numbering of the instance's
tasks, and with it a work item; the step is finished with the last answer that is needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.foundation import expressions
from motcua.processes.definition import Node, Several
from motcua.processes.errors import CannotContinue

Parts = dict[int, list[list[Any]]]
"""By the serial of the step, for each part its own serial and its outcome (None while open)."""

MOST = 30
"""Who may be asked at one step: more would be a vote of the people, and a large state."""

COUNTS = frozenset(
    f"{prefix}{word}Instances" for prefix in ("numberOf", "nrOf") for word in ("", "Completed")
) | {"numberOfActiveInstances", "nrOfActiveInstances", "outcomes"}
"""What a completion condition may ask beside the case: BPMN's names and the usual short ones, and
`outcomes`, how often each outcome was given."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of several. `words` say which of how many."""

    serial: int
    office: str
    words: str


def load(state: Mapping[str, Any]) -> Parts:
    """The parts that `dump` wrote."""
    return {serial: [list(row) for row in rows] for serial, rows in state.get("parts", ())}


def dump(given: Parts) -> list[Any]:
    """The parts as JSON."""
    return [[serial, [list(row) for row in rows]] for serial, rows in given.items()]


def of(given: Parts, serial: int) -> int | None:
    """The serial of the step that a part belongs to."""
    for whole, rows in given.items():
        if any(row[0] == serial for row in rows):
            return whole
    return None


def number(node: Node, variables: Mapping[str, Any]) -> int:
    """How many are asked; 0 for a step that one does. Raises `CannotContinue`."""
    several = _several(node)
    if several is None:
        return 0
    if several.offices:
        return len(several.offices)
    try:
        value = (
            int(several.number)
            if several.number.isdecimal()
            else expressions.compile(several.number).value(dict(variables))
        )
    except expressions.ExpressionFailed as error:
        raise CannotContinue(node.place, str(error)) from error
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST:
        raise CannotContinue(node.place, f"số người là {value!r}, phải từ 1 đến {MOST}")
    return value


def open_now(rows: list[list[Any]], node: Node) -> list[Part]:
    """The parts that wait for an answer: all, or the first, one after another."""
    several = _several(node)
    assert several is not None
    waiting = [index for index, (_, outcome) in enumerate(rows) if outcome is None]
    if several.sequential:
        waiting = waiting[:1]
    return [
        Part(
            rows[index][0],
            several.offices[index] if several.offices else "",
            f"{index + 1}/{len(rows)}",
        )
        for index in waiting
    ]


def answer(rows: list[list[Any]], node: Node, serial: int, outcome: str) -> bool:
    """Write an answer down. False when that part does not wait for one."""
    if serial not in {part.serial for part in open_now(rows, node)}:
        return False
    for row in rows:
        if row[0] == serial:
            row[1] = outcome
    return True


def decided(rows: list[list[Any]], node: Node, variables: Mapping[str, Any]) -> str | None:
    """The outcome of the whole once it is complete: of those given, the one that stands last in
    the step's list. None while it waits for more. Raises `CannotContinue`."""
    several, step = _several(node), node.step
    assert several is not None
    assert step is not None
    given = [outcome for _, outcome in rows if outcome is not None]
    if len(given) < len(rows) and not _enough(several, node, rows, given, variables):
        return None
    return max(given, key=[outcome.key for outcome in step.outcomes].index)


def _enough(
    several: Several,
    node: Node,
    rows: list[list[Any]],
    given: list[str],
    variables: Mapping[str, Any],
) -> bool:
    if not several.until:
        return False
    keys = [] if node.step is None else [outcome.key for outcome in node.step.outcomes]
    bound: dict[str, Any] = {**variables, "outcomes": {key: given.count(key) for key in keys}}
    open_ones = 1 if several.sequential else len(rows) - len(given)
    for prefix in ("numberOf", "nrOf"):
        bound[f"{prefix}Instances"] = len(rows)
        bound[f"{prefix}CompletedInstances"] = len(given)
        bound[f"{prefix}ActiveInstances"] = open_ones
    try:
        return expressions.compile(several.until).truth(bound)
    except expressions.ExpressionFailed as error:
        raise CannotContinue(node.place, str(error)) from error


def _several(node: Node) -> Several | None:
    return node.step.several if node.step is not None else None
