"""The state of one instance as a small JSON value, without specification and case data.

`{"base": hex, "next": n, "tasks": [[serial, parent, spec, state, outcome?, due?], ...]}`, and
while several do a step `"parts": [[serial, [[serial, outcome], ...]], ...]` (`parts`).

Tasks come parents first. `serial` counts within the instance, `spec` numbers the specification
(0 start, 1 end join, 2 end, then three for each node of the definition: itself, its split, its
join), `state` is one letter. A task's UUID is `base` with the serial in its last 32 bits, so two
instances of one version differ in `base` alone and a fresh start needs no engine.

What can be worked out again is left out: guesses behind exclusive gateways, and, as soon as only
one step is open, everything that led to it. The state of a process that goes in circles does
therefore not grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from SpiffWorkflow.bpmn.specs.bpmn_process_spec import BpmnProcessSpec
from SpiffWorkflow.bpmn.specs.control import BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.defaults import ExclusiveGateway, InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import CatchingEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from motcua.processes.definition import Definition
from motcua.processes.engine.spiff import CelOnly, join_name, split_name

State = dict[str, Any]

_LETTERS = {
    TaskState.MAYBE: "M",
    TaskState.LIKELY: "L",
    TaskState.FUTURE: "F",
    TaskState.WAITING: "W",
    TaskState.READY: "R",
    TaskState.STARTED: "S",
    TaskState.COMPLETED: "C",
    TaskState.ERROR: "E",
    TaskState.CANCELLED: "X",
}
_STATES = {letter: state for state, letter in _LETTERS.items()}


def new_base() -> str:
    return f"{uuid4().int >> 32:024x}"


def task_uuid(base: str, serial: int) -> UUID:
    return UUID(hex=f"{base}{serial:08x}")


def serial_of(task_id: UUID) -> int:
    return task_id.int & 0xFFFFFFFF


def numbering(definition: Definition, spec: BpmnProcessSpec) -> list[str]:
    """The names of the task specifications by their number in the state."""
    names = [spec.start.name, spec.end.name, "End"]
    for node in definition.nodes:
        names += [node.id, split_name(node), join_name(node)]
    return names


def dump(
    workflow: BpmnWorkflow, base: str, next_serial: int, numbers: dict[str, int]
) -> tuple[State, dict[UUID, int]]:
    """The state, and the serial of each task in it. Tasks made since the last load get theirs
    here, and with it the UUID they will have when loaded."""
    prefix = int(base, 16)
    serials: dict[UUID, int] = {}
    rows: list[list[Any]] = []
    for task, parent in _kept(workflow):
        if task.id.int >> 32 == prefix:
            serial = serial_of(task.id)
        else:
            serial, next_serial = next_serial, next_serial + 1
        serials[task.id] = serial
        row: list[Any] = [
            serial,
            None if parent is None else serials[parent.id],
            numbers[task.task_spec.name],
            _LETTERS[task.state],
        ]
        outcome = task.data.get("outcome")
        due = task.internal_data.get("due") if task.state == TaskState.WAITING else None
        if outcome is not None or due is not None:
            row.append(outcome)
        if due is not None:
            row.append(due.isoformat())
        rows.append(row)
    return {"base": base, "next": next_serial, "tasks": rows}, serials


def load(spec: BpmnProcessSpec, names: list[str], state: State, asks: CelOnly) -> BpmnWorkflow:
    """The workflow that `dump` wrote down, with its timers armed and nothing evaluated."""
    workflow = BpmnWorkflow(spec, script_engine=asks, deserializing=True)
    made: dict[int, Task] = {}
    for serial, parent, number, letter, *more in state["tasks"]:
        task = Task(
            workflow,
            spec.task_specs[names[number]],
            parent=made.get(parent),
            state=_STATES[letter],
            id=task_uuid(state["base"], serial),
        )
        made[serial] = task
        if parent is None:
            workflow.task_tree = task
        if more and more[0] is not None:
            task.data["outcome"] = more[0]
        if len(more) > 1:
            task.internal_data["due"] = datetime.fromisoformat(more[1])
        if task.state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent):
            workflow.event_manager.add_task(task)
    return workflow


def _kept(workflow: BpmnWorkflow) -> Iterator[tuple[Task, Task | None]]:
    """The tasks worth keeping, parents first, each with the parent it gets in the state."""
    root = workflow.task_tree
    yield root, None
    top = _only_active_branch(workflow)
    waiting = [(child, root) for child in reversed(root.children if top is None else [top])]
    while waiting:
        task, parent = waiting.pop()
        yield task, parent
        # Choices make their children anew when they run; other guesses are kept, because a
        # boundary timer is armed from its guess.
        choice = isinstance(task.task_spec, ExclusiveGateway | InclusiveGateway)
        if choice and task.state < TaskState.COMPLETED:
            continue
        waiting += [(child, task) for child in reversed(task.children)]


def _only_active_branch(workflow: BpmnWorkflow) -> Task | None:
    """The one open step (or the split above it) when nothing else is going on, else None."""
    definite = TaskState.WAITING | TaskState.READY | TaskState.STARTED
    active = [task for task in workflow.tasks.values() if task.state & definite]
    steps = [task for task in active if task.state == TaskState.READY and task.task_spec.manual]
    if len(steps) != 1:
        return None
    top: Task = steps[0]
    if isinstance(top.parent.task_spec, BoundaryEventSplit):
        top = top.parent
    if top.parent is None or any(not (t is top or t.is_descendant_of(top)) for t in active):
        return None
    # A branch of a parallel section still has joins ahead that look for their other branches.
    spread = sum(1 for task in workflow.tasks.values() if task.state == TaskState.FUTURE)
    inside = sum(1 for task in top if task.state == TaskState.FUTURE)
    return top if spread == inside else None
