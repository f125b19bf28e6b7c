"""What happens to processes: publish, start, complete, fire timers, cancel, assign.

The only writer of this room's tables. Nothing is published as an event from here: the room above
gets what was opened, finished and cancelled as return values and tells the world in its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import transaction

from motcua.agencies.queries import calendar_of
from motcua.foundation import clock, deadlines, expressions, ledger
from motcua.processes import bpmn, queries, rules, timers
from motcua.processes.definition import Definition, Node, to_json
from motcua.processes.engine import Context, OpenStep, Run, compiled
from motcua.processes.engine.state import new_base, serial_of, task_uuid
from motcua.processes.errors import (
    AnsweredAlready,
    BadProcess,
    CannotContinue,
    NoRunningProcess,
    OfficeMissing,
    StillRunning,
    UnknownOutcome,
    WorkItemGone,
)
from motcua.processes.models import ProcessInstance, ProcessVersion, WorkItem

Variables = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Started:
    """A process that has begun, with the first steps open."""

    instance: ProcessInstance
    items: list[WorkItem]


@dataclass(frozen=True, slots=True)
class Advanced:
    """How a process went on: steps newly open, steps taken back (by an interrupting timer or an
    ending that stops everything), and the step that was finished, if a person or job did one."""

    ended: bool
    opened: list[WorkItem] = field(default_factory=list)
    cancelled: list[WorkItem] = field(default_factory=list)
    completed: WorkItem | None = None


@transaction.atomic
def publish(
    key: str,
    bpmn_text: str,
    now: datetime,
    roles: Iterable[str] = tuple(bpmn.ROLES),
    by: str = "system",
) -> ProcessVersion:
    """Check a BPMN file and keep it as the next version of the process `key`; running instances
    stay with theirs. The latest version again when it has the same text.

    `roles` are the role keys that somebody may hold. Raises `BadProcess` naming every fault with
    its place.
    """
    definition = bpmn.read_all(bpmn_text, queries.definition)
    if problems := rules.check(definition, roles):
        raise BadProcess(problems)
    versions = ProcessVersion.objects.select_for_update().filter(key=key)
    latest = versions.order_by("-version").first()
    if latest is not None and latest.bpmn == bpmn_text:
        return latest
    fresh = ProcessVersion.objects.create(
        key=key,
        version=1 if latest is None else latest.version + 1,
        name=definition.name,
        bpmn=bpmn_text,
        specification=to_json(definition),
        published_at=now,
    )
    ledger.append("processes.published", key, by, {"version": fresh.version})
    return fresh


def start(
    version_id: int,
    subject: int,
    agency_id: int,
    offices: Mapping[str, int],
    variables: Variables,
    now: datetime,
) -> Started:
    """Begin a process for `subject` at an agency: two INSERTs.

    `offices` maps office keys to agencies; raises `OfficeMissing` naming the steps when the
    process needs one that is not there, and `CannotContinue` when a condition or timer before the
    first step cannot be evaluated.
    """
    process = compiled(version_id)
    for office, steps in process.offices.items():
        if office not in offices:
            raise OfficeMissing(office, steps)
    instance = ProcessInstance(
        version_id=version_id,
        subject=subject,
        agency_id=agency_id,
        offices={office: offices[office] for office in process.offices},
        started_at=now,
    )
    initial = process.initial
    if initial is not None:
        instance.engine_state = {**initial.state, "base": new_base()}
        opened = initial.open_steps
    else:
        run = Run(process, _context(instance, variables, now), None)
        instance.engine_state = run.save()
        instance.next_timer_at = run.next_timer()
        opened = run.open_steps()
        if run.ended():
            instance.state = ProcessInstance.State.ENDED
            instance.ended_at = now
    with transaction.atomic(savepoint=False):
        instance.save(force_insert=True)
        return Started(instance, _open(instance, opened, now))


@transaction.atomic
def complete(
    item_id: int, outcome: str, account_id: int | None, variables: Variables, now: datetime
) -> Advanced:
    """Finish a step with one of its outcomes and open what follows.

    The instance is locked first: of two people finishing the same step at once one gets
    `WorkItemGone`. Raises `UnknownOutcome`, `AnsweredAlready` when several are asked and this
    account has answered, and `CannotContinue` when a condition cannot be evaluated; nothing is
    changed then.
    """
    locked = WorkItem.objects.select_related("instance").select_for_update(of=("instance",))
    try:
        item = locked.get(pk=item_id)
    except WorkItem.DoesNotExist:
        raise WorkItemGone(item_id) from None
    instance = item.instance
    if instance.state != ProcessInstance.State.RUNNING:
        raise WorkItemGone(item_id, item.name)
    allowed = [entry["key"] for entry in item.outcomes]
    if outcome not in allowed:
        raise UnknownOutcome(item.name, outcome, allowed)
    if account_id is not None and "round" in item.settings and _answered(item, account_id):
        raise AnsweredAlready(item.name)
    run = _resume(instance, variables, now)
    before = set(run.open_steps())
    # The engine's state was read under the lock; the row of the item may have been read before.
    if not run.complete(serial_of(item.task_id), outcome):
        raise WorkItemGone(item_id, item.name)
    item.state = WorkItem.State.DONE
    item.outcome = outcome
    item.done_at = now
    item.done_by_id = account_id
    item.save(update_fields=["state", "outcome", "done_at", "done_by"])
    return _save(instance, run, before - {serial_of(item.task_id)}, now, item)


def _answered(item: WorkItem, account_id: int) -> bool:
    """Whether the account has done another part of the same round. Offices are asked as offices:
    one person may hold posts in two."""
    if "office" in item.settings:
        return False
    rounds = WorkItem.objects.filter(instance_id=item.instance_id, step=item.step)
    mine = rounds.filter(settings__round=item.settings["round"], done_by_id=account_id)
    return bool(mine.exists())


@transaction.atomic
def fire_timers(subject: int, variables: Variables, now: datetime) -> Advanced:
    """Let the timers of a subject's process fire that are due at `now`. Safe to call again, and
    for a process that has ended meanwhile. Raises `NoRunningProcess` when there never was one."""
    instance = _locked(subject)
    if instance.state != ProcessInstance.State.RUNNING:
        return Advanced(ended=True)
    run = _resume(instance, variables, now)
    before = set(run.open_steps())
    run.fire_timers()
    return _save(instance, run, before, now, None)


@transaction.atomic
def cancel(subject: int, now: datetime) -> list[WorkItem]:
    """Stop a subject's process (withdrawn, refused at intake); the steps taken back. An empty
    list when it had already ended. Raises `NoRunningProcess` when there never was one."""
    instance = _locked(subject)
    if instance.state != ProcessInstance.State.RUNNING:
        return []
    instance.state = ProcessInstance.State.CANCELLED
    instance.next_timer_at = None
    instance.ended_at = now
    instance.save(update_fields=["state", "next_timer_at", "ended_at"])
    items = WorkItem.objects.filter(instance=instance, state=WorkItem.State.OPEN)
    return _take_back(list(items), now)


@transaction.atomic
def start_over(subject: int, variables: Variables, now: datetime) -> list[WorkItem]:
    """Begin a subject's ended process again from its first step, by the same version; the steps
    opened. The steps of the earlier run stay as they were done. Raises `NoRunningProcess` when
    there never was one, `CannotContinue` as `start` does, and `StillRunning`."""
    instance = _locked(subject)
    if WorkItem.objects.filter(instance=instance, state=WorkItem.State.OPEN).exists():
        raise StillRunning(subject)
    run = Run(compiled(instance.version_id), _context(instance, variables, now), None)
    instance.state, instance.ended_at = ProcessInstance.State.RUNNING, None
    instance.save(update_fields=["state", "ended_at"])
    return _save(instance, run, set(), now, None).opened


@transaction.atomic
def assign(item_id: int, account_id: int | None, now: datetime) -> WorkItem:
    """Give an open step to one account from `now` on, or back to everybody of its role (None).
    Raises `WorkItemGone`. Whether the account may do the step is for the caller to know."""
    item = WorkItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None or item.state != WorkItem.State.OPEN:
        raise WorkItemGone(item_id, item.name if item is not None else "")
    item.assignee_id = account_id
    item.save(update_fields=["assignee"])
    return item


def _locked(subject: int) -> ProcessInstance:
    instance = ProcessInstance.objects.select_for_update().filter(subject=subject).first()
    if instance is None:
        raise NoRunningProcess(subject)
    return instance


def _agency_of(instance: ProcessInstance, node: Node) -> int:
    office = node.step.office if node.step is not None else ""
    return int(instance.offices[office]) if office else instance.agency_id


def _resume(instance: ProcessInstance, variables: Variables, now: datetime) -> Run:
    context = _context(instance, variables, now)
    return Run(compiled(instance.version_id), context, instance.engine_state)


def _context(instance: ProcessInstance, variables: Variables, now: datetime) -> Context:
    nodes = compiled(instance.version_id).nodes

    def timer_due(node: Node) -> datetime:
        def failed(reason: Exception) -> NoReturn:
            raise CannotContinue(node.place, str(reason)) from reason

        agency_id = _agency_of(instance, nodes[node.attached_to] if node.attached_to else node)
        assert node.timer is not None
        try:
            calendar = calendar_of(agency_id, clock.local(now).date())
            return timers.due(node.timer, now, variables, calendar)
        except (timers.BadTimer, deadlines.BadInput, expressions.ExpressionFailed) as error:
            failed(error)

    return Context(now, variables, timer_due)


def _save(
    instance: ProcessInstance, run: Run, before: set[int], now: datetime, done: WorkItem | None
) -> Advanced:
    """Store the state and the difference between the steps open before and now."""
    instance.engine_state = run.save()
    instance.next_timer_at = run.next_timer()
    if run.ended():
        instance.state = ProcessInstance.State.ENDED
        instance.ended_at = now
    instance.save(update_fields=["engine_state", "next_timer_at", "state", "ended_at"])
    steps = run.open_steps()
    cancelled: list[WorkItem] = []
    if gone := before - set(steps):
        base = instance.engine_state["base"]
        rows = WorkItem.objects.filter(
            instance=instance, task_id__in=[task_uuid(base, serial) for serial in gone]
        )
        cancelled = _take_back(list(rows), now, run.compiled.definition)
    fresh = {serial: step for serial, step in steps.items() if serial not in before}
    opened = _open(instance, fresh, now)
    return Advanced(run.ended(), opened, cancelled, done)


def _take_back(
    items: list[WorkItem], now: datetime, definition: Definition | None = None
) -> list[WorkItem]:
    """Cancel open steps. One that a timer took the place of carries the timer's outcome, so that
    the story can tell silence from a stop."""
    for item in items:
        answer_by = item.settings.get("answer_by")
        if definition is not None and answer_by and datetime.fromisoformat(answer_by) <= now:
            item.outcome = next(
                timer.timer.outcome
                for timer in definition.timers_on(item.step)
                if timer.timer is not None and timer.interrupting
            )
        item.state = WorkItem.State.CANCELLED
        item.done_at = now
    if items:
        WorkItem.objects.bulk_update(items, ["state", "outcome", "done_at"])
    return items


def _open(
    instance: ProcessInstance, steps: Mapping[int, OpenStep], now: datetime
) -> list[WorkItem]:
    base: str = instance.engine_state["base"]
    items = [_item(instance, task_uuid(base, serial), step, now) for serial, step in steps.items()]
    return WorkItem.objects.bulk_create(items) if items else []


def _item(instance: ProcessInstance, task_id: UUID, opening: OpenStep, now: datetime) -> WorkItem:
    step = opening.node.step
    assert step is not None
    office = opening.office or step.office
    agency_id = int(instance.offices[office]) if office else instance.agency_id
    settings: dict[str, Any] = dict(step.settings)
    if office:
        settings["office"] = office
    if opening.part:
        settings |= {"part": opening.part, "round": opening.round}
    if opening.answer_by is not None:
        settings["answer_by"] = opening.answer_by.isoformat()
    due_at = opening.answer_by
    if step.hours is not None:
        calendar = calendar_of(agency_id, clock.local(now).date())
        due_at = deadlines.compute(now, step.hours, "working_hour", calendar).due
    return WorkItem(
        instance=instance,
        subject=instance.subject,
        task_id=task_id,
        step=opening.node.id,
        name=opening.node.name,
        kind=step.kind,
        role=step.role,
        agency_id=agency_id,
        outcomes=[{"key": outcome.key, "label": outcome.label} for outcome in step.outcomes],
        settings=settings,
        hours=step.hours,
        opened_at=now,
        due_at=due_at,
    )
