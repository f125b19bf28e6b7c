"""Working on a dossier: take a step, hand it to a colleague, finish it with an outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from motcua.dossiers import rules
from motcua.dossiers.actions import steps, stuck
from motcua.dossiers.actions.acting import (
    Actor,
    concerned,
    locked,
    officer,
    record,
    require,
    unchanged,
)
from motcua.dossiers.errors import NotFound, Refused, StepGone
from motcua.dossiers.events import DossierProgressed
from motcua.dossiers.models import Dossier, FieldCheck, Opinion, Status
from motcua.foundation import clock, events
from motcua.foundation.viewer import Viewer
from motcua.people import queries as people
from motcua.people import roles
from motcua.processes import actions as processes
from motcua.processes import turning
from motcua.processes.models import WorkItem

NEGATIVE = frozenset({"refuse", "reject", "ineligible", "not_eligible"})
"""Outcomes after which the result is a signed refusal."""

OWN_ACTIONS = frozenset({"intake", "approve", "return", "confirm"})
"""Kinds of step that have an action of their own."""


def step_of(viewer: Viewer, item_id: int) -> tuple[WorkItem, Dossier]:
    """A step, open or not, and its dossier, locked. Raises `NotFound` also for who works neither
    for the agency of the one nor of the other."""
    items = WorkItem.objects.select_related("agency", "done_by", "assignee")
    found = items.filter(pk=item_id).first()
    if found is None:
        raise NotFound
    dossier = locked(found.subject)
    concerned(viewer, found.agency_id, dossier.agency_id)
    return items.get(pk=item_id), dossier


def must_be_open(item: WorkItem) -> None:
    """Raise `StepGone`, naming who finished the step, when it is not open."""
    if item.state != WorkItem.State.OPEN:
        raise StepGone(item.done_by.display_name if item.done_by else "", item.done_at)


@transaction.atomic
def complete_step(
    viewer: Viewer,
    item_id: int,
    seen: int,
    outcome: str,
    note: str,
    data: Mapping[str, Any],
    now: datetime,
) -> Dossier:
    """Finish a step with one of its outcomes; `note` is for the colleagues, `data` what the kind of
    step records (an opinion's text, a field check's date, people, minutes).

    Raises `NotYours`, `StepGone`, `ChangedSinceSeen`, `NotAllowedNow`, `Refused`.
    """
    item, dossier = step_of(viewer, item_id)
    actor = officer(viewer, item.agency_id, item.agency.name, [item.role])
    unchanged(dossier, seen)
    must_be_open(item)
    require(dossier, rules.WITH_OFFICERS, "xử lý")
    if item.kind == turning.KIND:
        return stuck.try_again(viewer, dossier, item, note, now)
    if item.kind in OWN_ACTIONS and not (item.kind == "approve" and outcome != "approve"):
        raise Refused("Bước này có thao tác riêng trên trang hồ sơ.")
    label = next((o["label"] for o in item.outcomes if o["key"] == outcome), outcome)
    _keep(dossier, item, outcome, note, data, actor, now)
    entry = record(
        dossier,
        f"step.{item.kind}",
        f"{item.name}: {label}."[:600],
        actor,
        now,
        to=Status.IN_PROCESS,
        note=note.strip(),
        data={"step": item.step, "outcome": outcome},
    )
    steps.complete(dossier, item, outcome, viewer.account_id, now)
    events.publish(DossierProgressed(dossier.pk, entry.pk))
    return dossier


def _keep(
    dossier: Dossier,
    item: WorkItem,
    outcome: str,
    note: str,
    data: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> None:
    """What the kind of step leaves behind. The caller saves the dossier."""
    if item.kind == "opinion":
        for opinion in Opinion.objects.filter(work_item_id=item.pk):
            opinion.answer, opinion.text = outcome[:12], note.strip()
            opinion.answered_by, opinion.answered_at = actor.name, now
            opinion.save(update_fields=["answer", "text", "answered_by", "answered_at"])
        return
    if item.kind == "field_check":
        on = data.get("on")
        if not isinstance(on, date) or on > clock.local(now).date():
            raise Refused("Nhập ngày kiểm tra thực địa (không sau hôm nay).")
        if not str(data.get("people", "")).strip() or not str(data.get("minutes", "")).strip():
            raise Refused("Ghi thành phần tham gia và biên bản kiểm tra thực địa.")
        FieldCheck.objects.create(
            dossier=dossier,
            on=on,
            people=str(data["people"]).strip(),
            minutes=str(data["minutes"]).strip(),
            conforms=outcome not in NEGATIVE,
            recorded_by=actor.name,
            recorded_at=now,
        )
        return
    if outcome in NEGATIVE:
        if not note.strip():
            raise Refused("Nêu rõ lý do: người nộp sẽ nhận văn bản từ chối ghi lý do này.")
        dossier.facts |= {"decision": "refuse", "refusal": {"reason": note.strip(), "legal": ""}}
    elif item.kind != "approve":
        dossier.facts["decision"] = "grant"
        dossier.facts.pop("refusal", None)


@transaction.atomic
def take(viewer: Viewer, item_id: int, now: datetime) -> WorkItem:
    """Take an open step of the viewer's role. Of two at once one gets it, the other `Refused`."""
    item, dossier = step_of(viewer, item_id)
    actor = officer(viewer, item.agency_id, item.agency.name, [item.role])
    must_be_open(item)
    free = {None, viewer.account_id, *viewer.stands_in_for}
    if item.assignee_id not in free:
        assert item.assignee is not None
        raise Refused(f"{item.assignee.display_name} đã nhận việc này.")
    processes.assign(item.pk, viewer.account_id, now)
    if dossier.status == Status.ACCEPTED and item.kind != "return":
        entry = record(
            dossier, "taken", f"{viewer.name} đang xử lý.", actor, now, to=Status.IN_PROCESS
        )
        events.publish(DossierProgressed(dossier.pk, entry.pk))
    return item


@transaction.atomic
def assign(viewer: Viewer, item_id: int, account_id: int | None, now: datetime) -> WorkItem:
    """Give an open step to a colleague of the same role, or (None) back to everybody. Whoever holds
    it, an approver or the head of the agency may."""
    item, dossier = step_of(viewer, item_id)
    if item.assignee_id != viewer.account_id:
        actor = officer(viewer, item.agency_id, item.agency.name, roles.assigners())
    else:
        actor = officer(viewer, item.agency_id, item.agency.name, [item.role])
    must_be_open(item)
    name = "mọi người cùng vai trò"
    if account_id is not None:
        colleague = people.colleague(account_id, item.agency_id, item.role, now)
        if colleague is None:
            raise NotFound
        name = colleague.display_name
    processes.assign(item.pk, account_id, now)
    record(dossier, "assigned", f"Phân công {item.name} cho {name}."[:600], actor, now)
    return item
