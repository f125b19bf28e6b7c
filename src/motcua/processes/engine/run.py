"""One instance in memory: load it, do one thing, see what is open, write it down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, InclusiveGateway
from SpiffWorkflow.bpmn.specs.mixins.events.intermediate_event import CatchingEvent
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.task import Task, TaskState

from motcua.foundation import expressions
from motcua.processes.definition import Node
from motcua.processes.engine import parts
from motcua.processes.engine import state as states
from motcua.processes.engine.parts import Parts
from motcua.processes.engine.spiff import CelOnly
from motcua.processes.errors import CannotContinue

if TYPE_CHECKING:
    from motcua.processes.engine.version import Compiled


@dataclass(slots=True)
class Context:
    """What a run may know besides its state: the moment, the case variables, and how to work out
    when the timer of a node is due."""

    now: datetime
    variables: Mapping[str, Any]
    timer_due: Callable[[Node], datetime]


@dataclass(frozen=True, slots=True)
class OpenStep:
    """A step that waits for somebody. `answer_by` is when the earliest interrupting timer on it
    will take its place. Of a step that several do, `office` is the one asked and `part` says which
    of how many ("2/3"), `round` is the same for all parts of one round."""

    node: Node
    answer_by: datetime | None = None
    office: str = ""
    part: str = ""
    round: int | None = None


class Run:
    """A running instance. Not shared between threads."""

    def __init__(self, compiled: Compiled, context: Context, state: states.State | None) -> None:
        self.compiled = compiled
        self.context = context
        self.now = context.now
        self.serials: dict[UUID, int] = {}
        self.parts: Parts = {} if state is None else parts.load(state)
        asks = CelOnly(self)
        if state is None:
            self.base, self.next_serial = states.new_base(), 0
            self.workflow = BpmnWorkflow(compiled.spec, script_engine=asks)
            self._advance()
        else:
            self.base, self.next_serial = state["base"], state["next"]
            self.workflow = states.load(compiled.spec, compiled.names, state, asks)

    # What the engine asks (`spiff.Asks`).

    def condition(self, source: str, outcome: str | None, where: str) -> bool:
        """The truth of a gateway's condition; `outcome` is that of the last step on the way."""
        try:
            bound = {**self.context.variables, "outcome": outcome}
            return expressions.compile(source).truth(bound)
        except expressions.ExpressionFailed as error:
            place = self.compiled.nodes[where].place
            raise CannotContinue(place, str(error)) from error

    def timer(self, node_id: str) -> datetime:
        return self.context.timer_due(self.compiled.nodes[node_id])

    # What a caller does.

    def complete(self, serial: int, outcome: str) -> bool:
        """Finish a step with an outcome and go on as far as possible without anybody acting.
        False when the step is not open."""
        whole = parts.of(self.parts, serial)
        task = self.workflow.tasks.get(
            states.task_uuid(self.base, serial if whole is None else whole)
        )
        if task is None or task.state != TaskState.READY or not task.task_spec.manual:
            return False
        if whole is not None:
            node = self.compiled.nodes[task.task_spec.name]
            if not parts.answer(self.parts[whole], node, serial, outcome):
                return False
            decided = parts.decided(self.parts[whole], node, self.context.variables)
            if decided is None:
                return True
            del self.parts[whole]
            outcome = decided
        elif serial in self.parts:
            return False  # the whole of a step that several do is done by its parts alone
        task.data["outcome"] = outcome
        task.run()
        self._advance()
        return True

    def fire_timers(self) -> None:
        """Let every timer that is due at the context's moment fire."""
        self.workflow.refresh_timers()
        self._advance()

    def ended(self) -> bool:
        return bool(self.workflow.completed or self.workflow.is_completed())

    def open_steps(self) -> dict[int, OpenStep]:
        """Steps that wait for somebody, by serial. After a change only right once saved."""
        found = {}
        for task in self.workflow.tasks.values():
            if task.state == TaskState.READY and task.task_spec.manual:
                serial = self.serials.get(task.id, states.serial_of(task.id))
                node = self.compiled.nodes[task.task_spec.name]
                until = _answer_by(task)
                if serial not in self.parts:
                    found[serial] = OpenStep(node, until)
                    continue
                for one in parts.open_now(self.parts[serial], node):
                    found[one.serial] = OpenStep(node, until, one.office, one.words, serial)
        return dict(sorted(found.items()))

    def next_timer(self) -> datetime | None:
        """When the earliest armed timer is due; each asked for its moment when it was armed."""
        return min((task.internal_data["due"] for task in self._armed()), default=None)

    def save(self) -> states.State:
        """Write the state down; tasks made since the last time get their serials.

        Raises `CannotContinue` when the instance has not ended and nothing can ever happen.
        """
        if not self.ended() and not self.open_steps() and not self._armed():
            definition = self.compiled.definition
            waiting = [
                definition.node(task.task_spec.name).place
                for task in self.workflow.tasks.values()
                if task.state == TaskState.WAITING
                and task.task_spec.name != self.workflow.spec.end.name
            ]
            raise CannotContinue(", ".join(waiting) or definition.name, "không còn gì để chờ")
        state, self.serials = states.dump(
            self.workflow, self.base, self.next_serial, self.compiled.numbers
        )
        self.next_serial = state["next"]
        self._split()
        if self.parts:
            state["parts"] = parts.dump(self.parts)
            state["next"] = self.next_serial
        return state

    def _split(self) -> None:
        """Give each of several who do a step a part of their own; forget parts of steps that are
        no longer open."""
        ready = {}
        for task in self.workflow.tasks.values():
            if task.state == TaskState.READY and task.task_spec.manual:
                ready[self.serials[task.id]] = self.compiled.nodes[task.task_spec.name]
        self.parts = {serial: rows for serial, rows in self.parts.items() if serial in ready}
        for serial, node in ready.items():
            if serial not in self.parts and parts.number(node, self.context.variables):
                number = parts.number(node, self.context.variables)
                self.parts[serial] = [[self.next_serial + one, None] for one in range(number)]
                self.next_serial += number

    def _armed(self) -> list[Task]:
        return [
            task
            for task in self.workflow.tasks.values()
            if task.state == TaskState.WAITING and isinstance(task.task_spec, CatchingEvent)
        ]

    def _advance(self) -> None:
        """Run gateways and events until only people, jobs and time can go on."""
        while True:
            self.workflow.do_engine_steps()
            self._look_at_inclusive_joins()
            ready = (t for t in self.workflow.tasks.values() if t.state == TaskState.READY)
            if all(task.task_spec.manual for task in ready):
                return

    def _look_at_inclusive_joins(self) -> None:
        """A branch that went another way may be all that such a join was waiting for."""
        for task in list(self.workflow.tasks.values()):
            if task.state == TaskState.WAITING and isinstance(task.task_spec, InclusiveGateway):
                task.task_spec._update(task)


def _answer_by(task: Task) -> datetime | None:
    parent = task.parent
    dues = [
        event.internal_data["due"]
        for event in (parent.children if parent is not None else [])
        if isinstance(event.task_spec, BoundaryEvent)
        and event.task_spec.cancel_activity
        and event.state == TaskState.WAITING
    ]
    return min(dues, default=None)
