"""Reading processes. The room above knows what a subject is and who may see it: nothing here
takes a viewer, and nothing here holds personal data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from motcua.processes import rules
from motcua.processes.engine import compiled
from motcua.processes.models import ProcessInstance, ProcessVersion, WorkItem


def latest(key: str) -> ProcessVersion | None:
    """The newest published version of the process `key`."""
    return ProcessVersion.objects.filter(key=key).order_by("-version").first()


def open_items(subject: int) -> list[WorkItem]:
    """The steps that wait for somebody, oldest first."""
    return list(WorkItem.objects.filter(subject=subject, state=WorkItem.State.OPEN).order_by("pk"))


def history(subject: int) -> list[WorkItem]:
    """All steps of a subject, in the order they were opened, with agencies and who did them."""
    rows = WorkItem.objects.filter(subject=subject)
    return list(rows.select_related("agency", "done_by", "assignee").order_by("opened_at", "pk"))


def instance(subject: int) -> ProcessInstance | None:
    """The process of a subject, running or not."""
    return ProcessInstance.objects.select_related("version").filter(subject=subject).first()


def subjects_with_due_timers(now: datetime, limit: int = 200) -> Iterator[list[int]]:
    """Subjects whose process has a timer due at `now`, longest due first, `limit` at a time: those
    whose time stands still never hide the others."""
    rows = ProcessInstance.objects.filter(
        state=ProcessInstance.State.RUNNING, next_timer_at__lte=now
    )
    due = list(rows.order_by("next_timer_at").values_list("subject", flat=True))
    for start in range(0, len(due), limit):
        yield due[start : start + limit]


def variables(version_id: int) -> frozenset[str]:
    """The case variables that `start`, `complete` and `fire_timers` need for this version."""
    return rules.variables(compiled(version_id).definition)


def offices(version_id: int) -> frozenset[str]:
    """The office keys that an agency needs to run this version."""
    return frozenset(compiled(version_id).offices)


def roles(version_id: int) -> frozenset[str]:
    """The roles that act in this version, `applicant` and `system` among them."""
    return frozenset(step.role for _, step in compiled(version_id).definition.steps())
