"""Builds SpiffWorkflow's task specifications from a `Definition`, and evaluates in CEL.

The tree is the one SpiffWorkflow's own BPMN reader would build: a step with boundary timers gets
a split before it and a join that cancels whatever is left.
"""

from __future__ import annotations

import logging
from datetime import datetime
from typing import Any, Protocol

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.bpmn_task_spec import BpmnTaskSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import (
    BoundaryEvent,
    EndEvent,
    ExclusiveGateway,
    IntermediateCatchEvent,
    StartEvent,
    UserTask,
)
from SpiffWorkflow.bpmn.specs.event_definitions.simple import (
    NoneEventDefinition,
    TerminateEventDefinition,
)
from SpiffWorkflow.bpmn.specs.event_definitions.timer import TimerEventDefinition
from SpiffWorkflow.task import Task

from motcua.processes.definition import Definition, Node
from motcua.processes.engine.joins import AllJoin, SomeJoin

# It logs every change of state with the whole task data, and builds that text even when nobody
# listens: 0.4 ms of a transition, and personal data in a log.
for _name in ("spiff", "spiff.task", "spiff.workflow"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class Asks(Protocol):
    """What the engine asks while a process runs."""

    now: datetime

    def condition(self, source: str, outcome: str | None, where: str) -> bool: ...

    def timer(self, node_id: str) -> datetime: ...


class CelOnly:
    """The script engine of SpiffWorkflow, answering conditions from CEL and nothing else."""

    def __init__(self, asks: Asks) -> None:
        self.asks = asks

    def evaluate(self, task: Task, expression: str, external_context: Any = None) -> bool:
        return self.asks.condition(expression, task.data.get("outcome"), task.task_spec.name)

    def execute(self, task: Task, script: str, external_context: Any = None) -> None:
        raise AssertionError("no element with a script is ever built")

    def call_service(self, task: Task, **kwargs: Any) -> None:
        raise AssertionError("no element that calls a service is ever built")


class PlatformTimer(TimerEventDefinition):
    """A timer that asks the platform when it is due and what time it is now, where
    SpiffWorkflow's own would read the machine's clock and know no working days."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.id, "")
        self.outcome = node.timer.outcome if node.timer is not None else "timeout"

    def has_fired(self, my_task: Task) -> bool:
        asks: Asks = my_task.workflow.script_engine.asks
        due = my_task.internal_data.get("due")
        if due is None:
            due = my_task.internal_data["due"] = asks.timer(self.name)
        return bool(due <= asks.now)

    def update_task_data(self, my_task: Task) -> None:
        my_task.data["outcome"] = self.outcome


def split_name(node: Node) -> str:
    return f"{node.id}.split"


def join_name(node: Node) -> str:
    return f"{node.id}.join"


def build(definition: Definition) -> BpmnProcessSpec:
    """The specification of a checked definition. Shared by threads: nobody changes it."""
    spec = BpmnProcessSpec(name=definition.id, description=definition.name)
    made = {node.id: _make(spec, node) for node in definition.nodes}
    entries = dict(made)
    for node in definition.nodes:
        if events := definition.timers_on(node.id):
            entries[node.id] = _guard(spec, node, made, [made[event.id] for event in events])
    for node in definition.nodes:
        if node.type == "start":
            spec.start.connect(made[node.id])
        elif node.type == "end":
            made[node.id].connect(spec.end)
        for flow in definition.outgoing(node.id):
            chooses = node.type in ("exclusive", "inclusive")
            if chooses and flow.condition and flow.id != node.default:
                made[node.id].connect_outgoing_if(flow.condition, entries[flow.target])
            else:
                made[node.id].connect(entries[flow.target])
    return spec


def _make(spec: BpmnProcessSpec, node: Node) -> BpmnTaskSpec:
    match node.type:
        case "start":
            return StartEvent(spec, node.id, event_definition=NoneEventDefinition())
        case "end":
            ending = TerminateEventDefinition() if node.terminate else NoneEventDefinition()
            return EndEvent(spec, node.id, event_definition=ending)
        case "step":
            return UserTask(spec, node.id)
        case "exclusive":
            return ExclusiveGateway(spec, node.id)
        case "parallel":
            return AllJoin(spec, node.id)
        case "inclusive":
            return SomeJoin(spec, node.id)
        case "call":
            raise AssertionError("a call is replaced by what it calls before it is built")
        case "boundary":
            timer = PlatformTimer(node)
            return BoundaryEvent(spec, node.id, timer, cancel_activity=node.interrupting)
        case "wait":
            return IntermediateCatchEvent(spec, node.id, PlatformTimer(node))


def _guard(
    spec: BpmnProcessSpec, node: Node, made: dict[str, BpmnTaskSpec], events: list[BpmnTaskSpec]
) -> BpmnTaskSpec:
    split = BoundaryEventSplit(spec, split_name(node))
    join = BoundaryEventJoin(spec, join_name(node), split_task=split.name, cancel=True)
    for child in (made[node.id], *events):
        split.connect(child)
        child.connect(join)
    return split
