"""A process as plain frozen values: what a BPMN file says, without its layout.

`ProcessVersion.specification` is the JSON of a `Definition` (`to_json`, `from_json`): our own
words, so that neither an upgrade of the engine nor of the BPMN reader touches stored versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

NodeType = Literal[
    "start", "end", "step", "exclusive", "parallel", "inclusive", "boundary", "wait", "call"
]
GATEWAYS: frozenset[NodeType] = frozenset({"exclusive", "parallel", "inclusive"})


# Roles that are not held by officers: the applicant acts in the portal, the system in a job.
APPLICANT = "applicant"
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One way a step may end. `key` is what conditions compare with, `label` what a button says."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Several:
    """A step that several are asked to do, each for themselves: the `offices` named, or `number`
    people (a whole number or CEL) of whoever does the step. One after another when `sequential`.
    It ends when all have answered, or as soon as `until` (CEL) is true; the others are taken back.
    Its outcome is, of those given, the one that stands last in the step's list of outcomes."""

    number: str = ""
    offices: tuple[str, ...] = ()
    sequential: bool = False
    until: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """Work for somebody. `hours` are working hours of the agency that does it; `office` is the key
    of an office of the competent agency, empty for the agency itself; `settings` are the other
    attributes of `motcua:step` (`action`, ...), texts as written."""

    kind: str
    role: str
    hours: Decimal | None = None
    office: str = ""
    outcomes: tuple[Outcome, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    several: Several | None = None


@dataclass(frozen=True, slots=True)
class Timer:
    """When a timer fires: `text` (an ISO 8601 duration or moment, or CEL), or `amount` (a whole
    number or CEL) of `unit` (a unit of `foundation.deadlines`) on the working calendar of the
    agency whose step waits. `outcome` is what conditions after it see."""

    text: str = ""
    amount: str = ""
    unit: str = ""
    outcome: str = "timeout"


@dataclass(frozen=True, slots=True)
class Node:
    """One element that a token passes. `default` is the id of a gateway's default flow, `calls`
    the key of the process that a call runs (`calling.expand` puts that process in its place)."""

    id: str
    type: NodeType
    name: str = ""
    tag: str = ""
    line: int = 0
    step: Step | None = None
    timer: Timer | None = None
    attached_to: str = ""
    interrupting: bool = True
    terminate: bool = False
    default: str = ""
    calls: str = ""

    @property
    def place(self) -> str:
        """How to name the element to the one who drew it."""
        name = f" “{self.name}”" if self.name else ""
        return f"{self.tag or self.type}{name} (id {self.id}, dòng {self.line})"


@dataclass(frozen=True, slots=True)
class Flow:
    """A sequence flow. `condition` is CEL, empty for none."""

    id: str
    source: str
    target: str
    condition: str = ""
    name: str = ""
    line: int = 0

    @property
    def place(self) -> str:
        name = f" “{self.name}”" if self.name else ""
        return f"sequenceFlow{name} (id {self.id}, dòng {self.line})"


@dataclass(frozen=True, slots=True)
class Definition:
    """One process. The order of `nodes` is the order of the file and numbers them in the stored
    state of instances: it never changes within a version."""

    id: str
    name: str
    nodes: tuple[Node, ...]
    flows: tuple[Flow, ...]

    def node(self, node_id: str) -> Node:
        """The node of that id; KeyError when there is none."""
        for node in self.nodes:
            if node.id == node_id:
                return node
        raise KeyError(node_id)

    def outgoing(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.source == node_id]

    def incoming(self, node_id: str) -> list[Flow]:
        return [flow for flow in self.flows if flow.target == node_id]

    def timers_on(self, node_id: str) -> list[Node]:
        """Boundary timers attached to a step."""
        return [node for node in self.nodes if node.attached_to == node_id]

    def steps(self) -> list[tuple[Node, Step]]:
        """The steps, in the order of the file."""
        return [(node, node.step) for node in self.nodes if node.step is not None]

    def offices(self) -> dict[str, list[str]]:
        """Office keys that the process needs, each with the names of the steps done there."""
        needed: dict[str, list[str]] = {}
        for node, step in self.steps():
            offices = step.several.offices if step.several is not None else ()
            for office in (*filter(None, [step.office]), *offices):
                needed.setdefault(office, []).append(node.name)
        return needed


def to_json(definition: Definition) -> dict[str, Any]:
    """The definition as JSON; empty values are left out."""
    return {
        "id": definition.id,
        "name": definition.name,
        "nodes": [_node_json(node) for node in definition.nodes],
        "flows": [
            _without_empty(
                id=flow.id,
                source=flow.source,
                target=flow.target,
                condition=flow.condition,
                name=flow.name,
                line=flow.line,
            )
            for flow in definition.flows
        ],
    }


def from_json(data: Mapping[str, Any]) -> Definition:
    """The definition that `to_json` wrote."""
    return Definition(
        id=data["id"],
        name=data["name"],
        nodes=tuple(_node_from(node) for node in data["nodes"]),
        flows=tuple(Flow(**flow) for flow in data["flows"]),
    )


def _without_empty(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, 0, {}, [])}


def _node_json(node: Node) -> dict[str, Any]:
    data = _without_empty(
        id=node.id,
        type=node.type,
        name=node.name,
        tag=node.tag,
        line=node.line,
        attached_to=node.attached_to,
        terminate=node.terminate,
        default=node.default,
        calls=node.calls,
    )
    if not node.interrupting:
        data["interrupting"] = False
    if node.step is not None:
        data["step"] = _without_empty(
            kind=node.step.kind,
            role=node.step.role,
            hours=None if node.step.hours is None else str(node.step.hours),
            office=node.step.office,
            outcomes=[[outcome.key, outcome.label] for outcome in node.step.outcomes],
            settings=dict(node.step.settings),
            several=_several_json(node.step.several),
        )
    if node.timer is not None:
        data["timer"] = _without_empty(
            text=node.timer.text,
            amount=node.timer.amount,
            unit=node.timer.unit,
            outcome=node.timer.outcome,
        )
    return data


def _several_json(several: Several | None) -> dict[str, Any] | None:
    if several is None:
        return None
    return {
        "number": several.number,
        "offices": list(several.offices),
        "sequential": several.sequential,
        "until": several.until,
    }


def _several_from(data: Mapping[str, Any] | None) -> Several | None:
    if data is None:
        return None
    return Several(data["number"], tuple(data["offices"]), data["sequential"], data["until"])


def _node_from(data: Mapping[str, Any]) -> Node:
    values = dict(data)
    if step := values.pop("step", None):
        hours = step.get("hours")
        values["step"] = Step(
            kind=step["kind"],
            role=step["role"],
            hours=None if hours is None else Decimal(hours),
            office=step.get("office", ""),
            outcomes=tuple(Outcome(*outcome) for outcome in step.get("outcomes", ())),
            settings=step.get("settings", {}),
            several=_several_from(step.get("several")),
        )
    if timer := values.pop("timer", None):
        values["timer"] = Timer(**timer)
    return Node(**values)
