"""Telling officers in time: who holds a step hears when it is due soon and when it is late, the
head of the agency when it is late; each once, in working hours."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from motcua.agencies import queries as agencies
from motcua.dossiers import rules
from motcua.dossiers.actions import timing
from motcua.dossiers.actions.acting import SYSTEM, locked
from motcua.dossiers.models import Alert, Dossier, Status
from motcua.foundation import clock, deadlines, ledger
from motcua.notices import actions as notices
from motcua.people import queries as people
from motcua.people.models import Account, Role
from motcua.processes.models import WorkItem

LOOKED_AHEAD = timedelta(days=14)
"""Longer than any run of days off: what is due later is not due soon."""

RUNNING = (Status.REGISTERED, Status.ACCEPTED, Status.IN_PROCESS)
"""While these last an officer is at work, and not the applicant."""


def nearly_due(now: datetime) -> list[int]:
    """Open steps of officers that may be due soon or late, and of which the last was not told."""
    horizon = now + LOOKED_AHEAD
    told = Alert.objects.filter(work_item_id=OuterRef("pk"), kind=Alert.Kind.LATE)
    ends = Dossier.objects.filter(status__in=RUNNING, due_at__lt=horizon)
    steps = WorkItem.objects.filter(state=WorkItem.State.OPEN, role__in=Role.values)
    steps = steps.filter(Q(due_at__lt=horizon) | Q(subject__in=ends.values("pk")))
    return list(steps.filter(~Exists(told)).order_by("due_at", "pk").values_list("pk", flat=True))


def due_of(item: WorkItem, dossier: Dossier, now: datetime) -> datetime | None:
    """When the step, or the dossier where that is sooner, is due; the pauses move both."""
    calendar = agencies.calendar_of(item.agency_id, timing.local_date(now))
    dues = [dossier.due_at] if dossier.accepted_at else []
    if item.due_at is not None:
        stood = [deadlines.Pause(p.started_at, p.ended_at) for p in dossier.pauses.all()]
        dues.append(rules.step_due(item.opened_at, item.due_at, now, stood, calendar))
    return min((due for due in dues if due is not None), default=None)


@transaction.atomic
def alert(item_id: int, now: datetime) -> str:
    """Tell whom it concerns what is owed to be told about the step: `soon`, `late`, or nothing.
    Safe to run twice, and at once with whoever finishes the step."""
    subject = WorkItem.objects.filter(pk=item_id).values_list("subject", flat=True).first()
    if subject is None:
        return ""
    dossier = locked(subject)
    item = WorkItem.objects.select_related("assignee").get(pk=item_id)
    if item.state != WorkItem.State.OPEN or dossier.status not in RUNNING:
        return ""
    due = due_of(item, dossier, now)
    if due is None:
        return ""
    calendar = agencies.calendar_of(item.agency_id, timing.local_date(now))
    kind = rules.alert_owed(due, now, calendar, rules.soon_before(item.hours))
    if not kind or Alert.objects.filter(work_item_id=item.pk, kind=kind).exists():
        return ""
    Alert.objects.create(dossier=dossier, work_item_id=item.pk, kind=kind, due_at=due, sent_at=now)
    told = _told(item, kind, now)
    for account in told:
        assert account.person_id is not None
        notices.send(
            key=f"alert:{kind}:{item.pk}:{account.pk}",
            person_id=account.person_id,
            title=f"{Alert.Kind(kind).label}: {dossier.number}",
            body=_words(item, kind, due),
            link=f"/mot-cua/ho-so/{dossier.number}/",
            subject=dossier.pk,
            now=now,
        )
    ledger.append(
        "dossier.alerted",
        dossier.number,
        SYSTEM.ledger_name,
        {"step": item.step, "kind": kind, "told": len(told)},
    )
    return kind


def _told(item: WorkItem, kind: str, now: datetime) -> list[Account]:
    """Who holds the step, or all who may take it while nobody does; of what is late the head too.
    Each once, and nobody who is no person."""
    if item.assignee is not None:
        told = [item.assignee]
    else:
        told = people.colleagues(item.agency_id, item.role, now)
    if kind == Alert.Kind.LATE:
        body = agencies.facts(item.agency_id).works_for
        told = [*told, *people.colleagues(body, Role.HEAD, now)]
    return [one for one in {one.pk: one for one in told}.values() if one.person_id is not None]


def _words(item: WorkItem, kind: str, due: datetime) -> str:
    at = clock.local(due).strftime("%H:%M ngày %d/%m/%Y")
    who = f" {item.assignee.display_name} đang giữ." if item.assignee else " Chưa ai nhận việc này."
    if kind == Alert.Kind.LATE:
        return f"Bước “{item.name}” đã quá hạn từ {at}.{who}"
    return f"Bước “{item.name}” đến hạn lúc {at}.{who}"
