"""One later date for a dossier that cannot be done in time: proposed by whoever holds it or by the
clock, granted by an approver, and told with the apology of TT 03/2025 (Mẫu 04)."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.dossiers import rules
from motcua.dossiers.actions import timing
from motcua.dossiers.actions.acting import (
    SYSTEM,
    Actor,
    append,
    concerned,
    locked,
    officer,
    record,
    require,
    unchanged,
    undecided,
)
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.events import DossierExtended
from motcua.dossiers.models import Dossier, Extension
from motcua.foundation import events
from motcua.foundation.viewer import Viewer
from motcua.people.models import Role
from motcua.processes.models import WorkItem

LOOKED_AHEAD = timedelta(days=14)
"""Longer than any run of days off: a dossier due later has a working day before its last one."""

CLOCK_REASON = "Hồ sơ cần thêm thời gian để thẩm tra đầy đủ trước khi quyết định."


def _open_to(viewer: Viewer, dossier_id: int, seen: int, roles: list[str]) -> tuple[Dossier, Actor]:
    dossier = locked(dossier_id)
    concerned(viewer, dossier.agency_id)
    actor = officer(viewer, dossier.agency_id, dossier.agency.name, roles)
    unchanged(dossier, seen)
    return dossier, actor


def _may(dossier: Dossier, now: datetime) -> datetime:
    """The due moment that would be moved. Raises `Refused` where the law gives no later date."""
    undecided(dossier, "gia hạn")
    require(dossier, rules.WITH_OFFICERS, "gia hạn")
    assert dossier.due_at is not None
    verdict = rules.may_extend(
        dossier.limit_unit,
        rules.is_extended(dossier.extended_to, dossier.facts),
        dossier.due_at,
        now,
    )
    if not verdict.allowed:
        raise Refused(verdict.message)
    return dossier.due_at


def _total(dossier: Dossier, more: Decimal) -> Decimal:
    """The whole limit with `more` units added. Raises `Refused` for what the unit cannot hold."""
    if more <= 0 or more > 366 or (dossier.limit_unit != "working_hour" and more != int(more)):
        raise Refused("Ghi thời gian cần thêm bằng số, lớn hơn 0, theo đơn vị của thời hạn.")
    assert dossier.limit_amount is not None
    return dossier.limit_amount + more


@transaction.atomic
def propose(
    viewer: Viewer, dossier_id: int, seen: int, more: Decimal, reason: str, now: datetime
) -> Extension:
    """A handler asks the approver for `more` units of time; the approver decides.

    Raises `Refused` where the law gives no later date or a proposal is open already.
    """
    dossier, actor = _open_to(viewer, dossier_id, seen, [Role.HANDLER, Role.APPROVER])
    due = _may(dossier, now)
    if not reason.strip():
        raise Refused("Nêu lý do: người nộp sẽ đọc lý do này trong văn bản xin lỗi.")
    if dossier.extensions.filter(decided_at__isnull=True).exists():
        raise Refused("Đã có đề nghị gia hạn đang chờ lãnh đạo quyết định.")
    return _propose(dossier, _total(dossier, more), reason.strip(), due, actor, now)


def _propose(
    dossier: Dossier, total: Decimal, reason: str, due: datetime, actor: Actor, now: datetime
) -> Extension:
    asked = Extension.objects.create(
        dossier=dossier,
        total=total,
        reason=reason,
        proposed_at=now,
        proposed_by=actor.name,
        due_before=due,
    )
    append(dossier, "extension_proposed", "Đề nghị gia hạn, chờ lãnh đạo.", actor, now, note=reason)
    return asked


@transaction.atomic
def grant(
    viewer: Viewer, dossier_id: int, seen: int, more: Decimal, reason: str, now: datetime
) -> Extension:
    """An approver gives the applicant a later date, with or without a proposal before it: the due
    moment is computed anew with the new total (`rules.md` 2.4.1.8) and slip 04 is owed.

    Raises `Refused` for a second extension, on the day it is due, and for limits within the day.
    """
    dossier, actor = _open_to(viewer, dossier_id, seen, [Role.APPROVER])
    due = _may(dossier, now)
    asked = dossier.extensions.filter(decided_at__isnull=True).first()
    words = reason.strip() or (asked.reason if asked else "")
    if not words:
        raise Refused("Nêu lý do: người nộp sẽ đọc lý do này trong văn bản xin lỗi.")
    granted = asked or Extension(
        dossier=dossier, proposed_at=now, proposed_by=actor.name, due_before=due
    )
    granted.total, granted.reason = _total(dossier, more), words
    dossier.extended_to = granted.total
    calendar = agencies.calendar_of(dossier.agency_id, timing.local_date(now))
    dossier.due_at = rules.due_moment(timing.clock_of(dossier), calendar, now)
    granted.decided_at, granted.decided_by, granted.granted = now, actor.name, True
    granted.due_before, granted.due_after = due, dossier.due_at
    granted.save()
    entry = record(
        dossier,
        "extended",
        f"Gia hạn thời gian giải quyết. Lý do: {words}"[:600],
        actor,
        now,
        data={"total": str(granted.total), "unit": dossier.limit_unit},
    )
    events.publish(DossierExtended(dossier.pk, entry.pk, granted.pk))
    return granted


@transaction.atomic
def decline(viewer: Viewer, dossier_id: int, seen: int, note: str, now: datetime) -> Extension:
    """An approver says no to the open proposal: the date stands. `note` is for the colleagues.
    Raises `NotFound` when nothing is proposed."""
    dossier, actor = _open_to(viewer, dossier_id, seen, [Role.APPROVER])
    asked = dossier.extensions.filter(decided_at__isnull=True).first()
    if asked is None:
        raise NotFound
    asked.decided_at, asked.decided_by = now, actor.name
    asked.save(update_fields=["decided_at", "decided_by"])
    record(dossier, "extension_declined", "Không gia hạn.", actor, now, note=note.strip())
    return asked


def nearly_late(now: datetime) -> list[int]:
    """Dossiers with officers for which an apology may go out today and no later, and which have had
    neither an extension nor a proposal. What came in only today is left alone."""
    rows = (
        Dossier.objects.filter(
            status__in=rules.WITH_OFFICERS,
            due_at__gt=now,
            due_at__lt=now + LOOKED_AHEAD,
            extended_to__isnull=True,
            extensions__isnull=True,
        )
        .order_by("due_at")
        .values_list("pk", "agency_id", "accepted_at", "due_at")
    )
    return [
        pk
        for pk, agency_id, accepted, due in rows.iterator()
        if accepted is not None and due is not None and _is_last_day(agency_id, accepted, due, now)
    ]


def _is_last_day(agency_id: int, accepted: datetime, due: datetime, now: datetime) -> bool:
    today = timing.local_date(now)
    if timing.local_date(accepted) >= today:
        return False
    return rules.last_day_to_extend(due, agencies.calendar_of(agency_id, today)) == today


@transaction.atomic
def propose_by_clock(dossier_id: int, now: datetime) -> bool:
    """Propose one more unit of time when today is the last day for an apology and the dossier is
    not before its signer yet. True when it was proposed now; safe to run twice."""
    dossier = locked(dossier_id)
    if dossier.extensions.exists() or dossier.status not in rules.WITH_OFFICERS:
        return False
    if dossier.due_at is None or dossier.accepted_at is None or rules.is_decided(dossier.facts):
        return False
    if not _is_last_day(dossier.agency_id, dossier.accepted_at, dossier.due_at, now):
        return False
    if not rules.may_extend(dossier.limit_unit, False, dossier.due_at, now).allowed:
        return False
    waiting = WorkItem.objects.filter(subject=dossier.pk, state=WorkItem.State.OPEN)
    if waiting.filter(kind__in=("approve", "return")).exists():
        return False
    _propose(dossier, _total(dossier, Decimal(1)), CLOCK_REASON, dossier.due_at, SYSTEM, now)
    return True
