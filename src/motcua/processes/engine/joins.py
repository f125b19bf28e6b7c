"""Gateways that bring branches together, by what has arrived and not by what once passed.

SpiffWorkflow's own look for finished parents anywhere in the tree of tasks, and lay every token but
the newest aside as cancelled: a join on a circle inside another branch then takes a token of an
earlier round for one of this round. Here each token that has arrived waits until the join takes it.
"""

from __future__ import annotations

from collections.abc import Iterable

from SpiffWorkflow.bpmn.specs.defaults import InclusiveGateway, ParallelGateway
from SpiffWorkflow.specs.base import TaskSpec
from SpiffWorkflow.task import Task, TaskState

_GOING_ON = TaskState.READY | TaskState.STARTED | TaskState.WAITING


class _Join:
    """What both kinds do: wait, then take one token of each way that has any."""

    def _update_hook(self, my_task: Task) -> bool:
        arrived = _arrived(my_task)
        if not self._enough(my_task, arrived):
            my_task._set_state(TaskState.WAITING)
            return False
        for other in arrived.values():
            if other is not my_task:
                other.cancel()
        my_task._inherit_data()
        return True

    def _enough(self, my_task: Task, arrived: dict[TaskSpec, Task]) -> bool:
        raise AssertionError("each kind says when it goes on")


def _arrived(my_task: Task) -> dict[TaskSpec, Task]:
    """One waiting token for each way into the join, `my_task` for its own."""
    found = {
        task.parent.task_spec: task
        for task in my_task.workflow.tasks.values()
        if task.task_spec is my_task.task_spec and task.state == TaskState.WAITING
    }
    return {**found, my_task.parent.task_spec: my_task}


class AllJoin(_Join, ParallelGateway):
    """A parallel gateway: goes on when a token has come on every way."""

    def _enough(self, my_task: Task, arrived: dict[TaskSpec, Task]) -> bool:
        return set(self.inputs) <= arrived.keys()

    def _run_hook(self, my_task: Task) -> bool:
        return True


class SomeJoin(_Join, InclusiveGateway):
    """An inclusive gateway: goes on when nothing more can come (BPMN 2.0, 13.4.3), and takes every
    way out whose condition is true, else the default."""

    def _enough(self, my_task: Task, arrived: dict[TaskSpec, Task]) -> bool:
        empty = set(self.inputs) - arrived.keys()
        if not empty:
            return True
        for spec in {task.task_spec for task in _elsewhere(my_task)}:
            reached = _reached(spec, self)
            if reached & empty and not reached & arrived.keys():
                return False
        return True

    def _run_hook(self, my_task: Task) -> bool:
        chosen, default = self._get_matching_outputs(my_task)
        my_task._sync_children(chosen or default, TaskState.FUTURE)
        for child in my_task.children:
            child.task_spec._predict(child, mask=TaskState.FUTURE | TaskState.PREDICTED_MASK)
        return True


def _elsewhere(my_task: Task) -> Iterable[Task]:
    """Where the process is going on, but for the tokens before this join; also what has just been
    sent on its way and stands nowhere yet."""
    for task in my_task.workflow.tasks.values():
        if task.task_spec is my_task.task_spec:
            continue
        sent = task.state == TaskState.FUTURE and task.parent.state == TaskState.COMPLETED
        if sent or task.has_state(_GOING_ON):
            yield task


def _reached(start: TaskSpec, without: TaskSpec) -> set[TaskSpec]:
    """The specifications to which a token may come from one, itself included, not through
    another."""
    seen: set[TaskSpec] = set()
    waiting = [start]
    while waiting:
        spec = waiting.pop()
        if spec is not without and spec not in seen:
            seen.add(spec)
            waiting += spec.outputs
    return seen
