"""Who made it late: the working hours of each step against what it may take, pauses left out; for
one dossier, and for an agency as its head sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db.models import F, Prefetch

from motcua.agencies import queries as agencies
from motcua.dossiers import rules
from motcua.dossiers.actions.alerting import RUNNING, due_of
from motcua.dossiers.models import Dossier, Pause
from motcua.dossiers.queries.scope import mask_name
from motcua.foundation import clock, deadlines
from motcua.foundation.viewer import Viewer
from motcua.people import roles
from motcua.processes.bpmn import ROLES
from motcua.processes.models import WorkItem

LOOKED_BACK = timedelta(days=30)
MOST = 200
_OUTSIDE = ("applicant", "system")


@dataclass(frozen=True, slots=True)
class StepTime:
    """One step: working hours used and allowed (None: no bound), and the hours above it."""

    name: str
    who: str
    allowed: Decimal | None
    used: Decimal
    over: Decimal
    done: bool


def hours(time: timedelta) -> Decimal:
    """Working time in hours, to the tenth."""
    return Decimal(round(time.total_seconds() / 360)) / 10


def steps_of(
    dossier: Dossier, items: Sequence[WorkItem], pauses: Sequence[Pause], now: datetime
) -> list[StepTime]:
    """What each officer's step of the dossier took, in the order they were opened."""
    stood = [deadlines.Pause(one.started_at, one.ended_at) for one in pauses]
    return [
        _time(item, dossier, stood, now)
        for item in items
        if item.role not in _OUTSIDE and item.state != WorkItem.State.CANCELLED
    ]


def _time(
    item: WorkItem, dossier: Dossier, stood: Sequence[deadlines.Pause], now: datetime
) -> StepTime:
    calendar = agencies.calendar_of(item.agency_id, clock.local(now).date())
    done = item.state == WorkItem.State.DONE and item.done_at is not None
    until = item.done_at if done and item.done_at is not None else now
    used = hours(rules.step_used(item.opened_at, until, stood, calendar))
    over = max(used - item.hours, Decimal(0)) if item.hours is not None else Decimal(0)
    return StepTime(item.name, _who(item, dossier.agency_id), item.hours, used, over, done)


def _who(item: WorkItem, agency_id: int) -> str:
    holder = item.done_by or item.assignee
    who = holder.display_name if holder else str(ROLES.get(item.role, item.role))
    return who if item.agency_id == agency_id else f"{who}, {item.agency.name}"


@dataclass(frozen=True, slots=True)
class LateRow:
    """An open step that is late, or due soon; the name is masked."""

    number: str
    applicant: str
    step: str
    who: str
    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class WhoseHours:
    """Of one officer and step, in the days looked back: how many took longer than they may, and by
    how many working hours together."""

    who: str
    step: str
    count: int
    over: Decimal


@dataclass(frozen=True, slots=True)
class Lateness:
    """What the head of an agency sees: the open steps at risk, what is due first; and whose
    finished steps took too long, most hours first."""

    rows: list[LateRow]
    whose: list[WhoseHours]


def led_by(viewer: Viewer) -> frozenset[int]:
    """The agencies at which the viewer gives steps to colleagues."""
    leads = set(roles.assigners())
    return frozenset(
        agency for post in viewer.posts if post.role in leads for agency in post.serves
    )


def overview(viewer: Viewer, now: datetime) -> Lateness:
    """The lateness of the agencies the viewer leads; empty for who leads none."""
    led = led_by(viewer)
    return Lateness(_at_risk(led, now), _whose(led, now)) if led else Lateness([], [])


def _dossiers(items: Sequence[WorkItem]) -> dict[int, Dossier]:
    columns = ("number", "agency_id", "applicant_name", "status", "accepted_at", "due_at")
    rows = Dossier.objects.only(*columns).prefetch_related(
        Prefetch("pauses", Pause.objects.order_by("started_at"))
    )
    return rows.in_bulk({item.subject for item in items})


def _at_risk(led: frozenset[int], now: datetime) -> list[LateRow]:
    items = list(
        WorkItem.objects.filter(agency_id__in=led, state=WorkItem.State.OPEN)
        .exclude(role__in=_OUTSIDE)
        .select_related("agency", "assignee", "done_by")
        .order_by("due_at", "pk")[:MOST]
    )
    dossiers, rows = _dossiers(items), []
    for item in items:
        dossier = dossiers.get(item.subject)
        if dossier is None or dossier.status not in RUNNING:
            continue
        due = due_of(item, dossier, now)
        calendar = agencies.calendar_of(item.agency_id, clock.local(now).date())
        if due is None:
            continue
        if due > now and calendar.working_time(now, due) > rules.soon_before(item.hours):
            continue
        who = item.assignee.display_name if item.assignee else ""
        name = mask_name(dossier.applicant_name)
        rows.append(LateRow(dossier.number, name, item.name, who, due, now > due))
    return sorted(rows, key=lambda row: (row.due_at, row.number))


def _whose(led: frozenset[int], now: datetime) -> list[WhoseHours]:
    items = list(
        WorkItem.objects.filter(
            agency_id__in=led,
            state=WorkItem.State.DONE,
            done_at__gte=now - LOOKED_BACK,
            done_at__gt=F("due_at"),
            hours__isnull=False,
        )
        .exclude(role__in=_OUTSIDE)
        .select_related("agency", "assignee", "done_by")
        .order_by("-done_at")[:MOST]
    )
    dossiers = _dossiers(items)
    found: dict[tuple[str, str], list[Decimal]] = {}
    for item in items:
        if (dossier := dossiers.get(item.subject)) is None:
            continue
        stood = [deadlines.Pause(one.started_at, one.ended_at) for one in dossier.pauses.all()]
        time = _time(item, dossier, stood, now)
        if time.over > 0:
            found.setdefault((time.who, time.name), []).append(time.over)
    rows = [
        WhoseHours(who, step, len(over), sum(over, Decimal(0)))
        for (who, step), over in found.items()
    ]
    return sorted(rows, key=lambda row: (-row.over, row.who, row.step))
