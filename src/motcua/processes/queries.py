"""Reading processes. The room above knows what a subject is and who may see it: nothing here
takes a viewer, and nothing here holds personal data."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Q

from motcua.processes import own, patterns, rules, steplist
from motcua.processes.definition import Definition, from_json
from motcua.processes.engine import compiled
from motcua.processes.models import (
    AgencyProcess,
    ProcessDraft,
    ProcessInstance,
    ProcessVersion,
    WorkItem,
)
from motcua.processes.patterns import Template


def latest(key: str) -> ProcessVersion | None:
    """The newest published version of the process `key`."""
    return ProcessVersion.objects.filter(key=key).order_by("-version").first()


def published() -> list[ProcessVersion]:
    """The newest version of each process, by name; the agencies' own are not among them."""
    rows = ProcessVersion.objects.exclude(key__contains=own.MARK).defer("bpmn", "specification")
    newest = rows.order_by("key", "-version").distinct("key")
    return sorted(newest, key=lambda version: (version.name, version.key))


def version(key: str, number: int) -> ProcessVersion | None:
    """One published version."""
    return ProcessVersion.objects.filter(key=key, version=number).first()


def definition(key: str) -> Definition | None:
    """The newest published process of a key, as a call of it runs from now on."""
    rows = ProcessVersion.objects.filter(key=key, published_at__isnull=False)
    found = rows.order_by("-version").values_list("specification", flat=True).first()
    return None if found is None else from_json(found)


def versions(key: str) -> list[ProcessVersion]:
    """All published versions of a process, newest first."""
    rows = ProcessVersion.objects.filter(key=key).defer("bpmn", "specification")
    return list(rows.order_by("-version"))


def drafts(standard: bool, agency_ids: Collection[int]) -> list[ProcessDraft]:
    """Drafts on which work goes on: of standard processes, and of these agencies, newest first."""
    whose = Q(agency_id__in=agency_ids)
    if standard:
        whose |= Q(agency__isnull=True)
    rows = ProcessDraft.objects.filter(whose, state=ProcessDraft.State.WRITING)
    return list(rows.select_related("agency").order_by("-changed_at"))


def draft(draft_id: int) -> ProcessDraft | None:
    """One draft in whatever state."""
    return ProcessDraft.objects.select_related("agency").filter(pk=draft_id).first()


def own_processes(agency_ids: Collection[int]) -> list[AgencyProcess]:
    """Which own versions these agencies run or ran, and from when to when."""
    rows = AgencyProcess.objects.filter(agency_id__in=agency_ids)
    return list(rows.select_related("agency", "version").order_by("agency__name", "key", "-valid"))


def version_for(version_id: int, agency_id: int, on: date) -> int:
    """The version that an agency runs on a day where a procedure names this one: its own, when it
    has one, else the same. From memory within a minute."""
    return own.version_for(version_id, agency_id, on)


def open_items(subject: int) -> list[WorkItem]:
    """The steps that wait for somebody, oldest first."""
    return list(WorkItem.objects.filter(subject=subject, state=WorkItem.State.OPEN).order_by("pk"))


def history(subject: int) -> list[WorkItem]:
    """All steps of a subject, in the order they were opened, with agencies and who did them."""
    rows = WorkItem.objects.filter(subject=subject)
    rows = rows.select_related("agency", "done_by", "assignee", "instance")
    return list(rows.defer("instance__engine_state").order_by("opened_at", "pk"))


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


def templates() -> list[Template]:
    """The ready processes from which a procedure's own is made, simplest first.

    To give a procedure a process without drawing one: show `name` and `description` of each, and
    for the chosen one its `parameters` (steps with role and working hours); write what was chosen
    with `from_template`, and publish the text under the procedure's own process key with
    `actions.publish(key, text, now)`. The version of the procedure then names that key. A key of
    `templates()` is also one under which `motcua demo` publishes the file as it stands.
    """
    return [patterns.template(key) for key in patterns.KEYS]


def from_template(
    template: str,
    key: str,
    name: str,
    *,
    hours: Mapping[str, Decimal | None] | None = None,
    roles: Mapping[str, str] | None = None,
    asked: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """The BPMN text of a process made from a template: `key` (a-z, 0-9, _) and `name` are its own;
    `hours`, `roles` and `asked` (keys of offices of the competent agency, for steps whose
    parameter `asks`) change some steps, by step key. Raises `UnknownTemplate`, and `BadProcess`
    naming every value that cannot be."""
    adapted = patterns.adapted(template, key, name, hours=hours, roles=roles, asked=asked)
    return steplist.write(adapted)
