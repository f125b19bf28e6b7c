"""The process side of an action: finish a step, and do what the steps it opened ask for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from motcua.dossiers.actions import results
from motcua.dossiers.errors import Refused, StepGone
from motcua.dossiers.events import StepsOpened
from motcua.dossiers.models import Dossier, FilingWay, Opinion
from motcua.foundation import events
from motcua.processes import actions as processes
from motcua.processes.errors import AnsweredAlready, UnknownOutcome, WorkItemGone
from motcua.processes.models import WorkItem


def variables(dossier: Dossier, answers: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What the conditions of a process may ask about, beside `outcome`."""
    if answers is None:
        answers = json.loads(dossier.answers or "{}")
    return {
        **answers,
        "way": FilingWay(dossier.way).key,
        "case": dossier.case_key,
        "supplements": dossier.supplements,
        "decision": dossier.facts.get("decision", ""),
    }


def complete(
    dossier: Dossier, item: WorkItem, outcome: str, account_id: int | None, now: datetime
) -> None:
    """Finish one step of the locked dossier. Raises `StepGone` when somebody else has, `Refused`
    for an outcome that the step does not offer."""
    try:
        advanced = processes.complete(
            item.pk,
            outcome=outcome,
            account_id=account_id,
            variables=variables(dossier),
            now=now,
        )
    except WorkItemGone as gone:
        raise StepGone from gone
    except AnsweredAlready as again:
        raise Refused(str(again)) from again
    except UnknownOutcome as unknown:
        raise Refused("Chọn một trong các cách xử lý của bước này.") from unknown
    opened(dossier, advanced.opened, now)


def opened(dossier: Dossier, items: Sequence[WorkItem], now: datetime) -> None:
    """Record the opinions that were asked, draft the result that somebody must look at, and tell
    the worker about steps that an officer's inbox alone does not serve."""
    for item in items:
        if item.kind == "opinion":
            Opinion.objects.create(
                dossier=dossier,
                agency_id=item.agency_id,
                question=item.name,
                asked_at=now,
                due_at=item.due_at or now,
                work_item_id=item.pk,
            )
    if any(item.kind in ("confirm", "approve") for item in items):
        results.draft(dossier, now)
    waiting = [
        item.pk
        for item in items
        if item.role in ("applicant", "system") or item.kind in ("approve", "confirm", "return")
    ]
    if waiting:
        events.publish(StepsOpened(dossier.pk, waiting))


def fire_timers(dossier: Dossier, now: datetime) -> list[WorkItem]:
    """Let the due timers of the locked dossier's process fire; the steps that ended by silence."""
    advanced = processes.fire_timers(dossier.pk, variables=variables(dossier), now=now)
    for item in advanced.cancelled:
        Opinion.objects.filter(work_item_id=item.pk, answered_at__isnull=True).update(
            answer="silent", answered_at=now, answered_by="Hết thời hạn"
        )
    opened(dossier, advanced.opened, now)
    return list(advanced.cancelled)
