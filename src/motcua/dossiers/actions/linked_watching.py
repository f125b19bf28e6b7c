"""Watching linked procedures: what was not handed on in ten minutes, what was not confirmed in two
working hours, and the clocks after an announced outage."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from motcua.agencies import queries as agencies
from motcua.dossiers import linked_watch as watch
from motcua.dossiers import rules
from motcua.dossiers.actions import linked_following, timing
from motcua.dossiers.actions.acting import SYSTEM, locked, record
from motcua.dossiers.composition import moment
from motcua.dossiers.errors import Refused
from motcua.dossiers.linked_rules import State
from motcua.dossiers.linked_watch import Stretch
from motcua.dossiers.models import (
    Dossier,
    LinkedAlarm,
    LinkedMember,
    Outage,
    Pause,
    Status,
)
from motcua.foundation import ledger
from motcua.notices import actions as notices
from motcua.people import queries as people
from motcua.people.models import Account, Role


def outages(now: datetime) -> list[Stretch]:
    """The announced outages that have begun, each until it was repaired, or until it was to end."""
    rows = Outage.objects.filter(starts_at__lte=now)
    return [Stretch(one.starts_at, one.repaired_at or one.ends_at) for one in rows]


@transaction.atomic
def announce(what: str, starts: datetime, ends: datetime, by: str, now: datetime) -> Outage:
    """Announce an outage. Raises `Refused` for one that is over already or ends before it starts:
    the clock is stopped by what people were told, not by what is said afterwards."""
    if ends <= starts or ends <= now:
        raise Refused("Gián đoạn phải kết thúc sau khi bắt đầu và sau lúc thông báo.")
    if ends - starts > watch.REPAIR_WITHIN:
        raise Refused("Gián đoạn phải khắc phục trong 24 giờ (NĐ 301/2026/NĐ-CP).")
    row = Outage.objects.create(
        what=what.strip()[:200],
        starts_at=max(starts, now),
        ends_at=ends,
        announced_at=now,
        announced_by=by[:120],
    )
    ledger.append(
        "linked.outage_announced", f"outage:{row.pk}", by, {"from": row.starts_at, "to": ends}
    )
    return row


@transaction.atomic
def repaired(outage_id: int, by: str, now: datetime) -> Outage:
    """The outage is over: the clock runs again from now. Raises `Refused` unless it runs."""
    row = Outage.objects.select_for_update().filter(pk=outage_id).first()
    if row is None or row.applied_at is not None or not row.starts_at <= now < row.ends_at:
        raise Refused("Không có gián đoạn nào đang diễn ra với số này.")
    row.repaired_at = now
    row.save(update_fields=["repaired_at"])
    ledger.append("linked.outage_repaired", f"outage:{row.pk}", by, {"at": now})
    return row


def announced(limit: int = 50) -> list[str]:
    """The announced outages, newest first, one line each."""
    return [
        f"{one.pk} {moment(one.starts_at)} – {moment(one.repaired_at or one.ends_at)}: {one.what}"
        for one in Outage.objects.order_by("-starts_at")[:limit]
    ]


def over(now: datetime) -> list[Outage]:
    """Outages that are over and by which the clocks have not been set yet."""
    rows = Outage.objects.filter(applied_at__isnull=True, starts_at__lte=now).order_by("starts_at")
    return [one for one in rows if (one.repaired_at or one.ends_at) <= now]


def set_clocks(outage: Outage, now: datetime) -> int:
    """Set the clocks of all dossiers of linked sets that ran during an outage; how many were moved.
    Each dossier is a transaction of its own; done again, it changes nothing."""
    end = outage.repaired_at or outage.ends_at
    running = Dossier.objects.filter(
        pk__in=LinkedMember.objects.filter(dossier__isnull=False).values("dossier"),
        accepted_at__lt=end,
    ).exclude(finished_at__lte=outage.starts_at)
    moved = sum(
        _set_clock(pk, Stretch(outage.starts_at, end), now)
        for pk in running.order_by("pk").values_list("pk", flat=True)
    )
    Outage.objects.filter(pk=outage.pk).update(applied_at=now)
    return moved


@transaction.atomic
def _set_clock(dossier_id: int, outage: Stretch, now: datetime) -> bool:
    dossier = locked(dossier_id)
    assert dossier.accepted_at is not None
    end = min(outage.end, dossier.finished_at or outage.end)
    stood = [Stretch(one.started_at, one.ended_at or end) for one in dossier.pauses.all()]
    pieces = watch.without(Stretch(max(outage.start, dossier.accepted_at), end), stood)
    if not pieces:
        return False
    Pause.objects.bulk_create(
        Pause(dossier=dossier, kind=Pause.Kind.OUTAGE, started_at=one.start, ended_at=one.end)
        for one in pieces
    )
    calendar = agencies.calendar_of(dossier.agency_id, timing.local_date(now))
    at = dossier.finished_at or now
    dossier.due_at = rules.due_moment(timing.clock_of(dossier), calendar, at)
    record(
        dossier,
        "outage",
        f"Hệ thống gián đoạn từ {moment(outage.start)} đến {moment(outage.end)}: thời gian này"
        " không tính vào thời hạn giải quyết.",
        SYSTEM,
        now,
    )
    return True


def behind(now: datetime) -> list[int]:
    """Members (by key) that wait to be started although what they wait for is there, or that their
    agency has not confirmed, and of which people were not told yet."""
    rows = LinkedMember.objects.filter(set__ended_at__isnull=True)
    finished = Q(
        state=State.WAITING,
        set__members__dossier__status__in=[Status.DONE, Status.RETURNED],
        set__members__dossier__finished_at__lt=now - watch.HAND_ON_WITHIN,
    )
    late = rows.filter(Q(state=State.STUCK) | finished).exclude(
        alarms__kind=LinkedAlarm.Kind.HAND_ON
    )
    silent = rows.filter(
        state=State.RUNNING,
        ready_at__lt=now - timedelta(hours=float(watch.CONFIRM_HOURS)),
        confirmed_at__isnull=True,
    ).exclude(alarms__kind=LinkedAlarm.Kind.CONFIRM)
    return sorted({*late.values_list("pk", flat=True), *silent.values_list("pk", flat=True)})


@transaction.atomic
def look(member_id: int, now: datetime) -> str:
    """Raise the alarm that is owed about a member, if one is: its kind, or nothing. What was not
    handed on is tried again first. Safe to run twice."""
    member = LinkedMember.objects.select_related("set__first", "agency").get(pk=member_id)
    ready = _ready_since(member)
    if ready is not None:
        linked_following.catch_up(member.set_id, now)
        member.refresh_from_db()
    stopped = outages(now)
    if ready is not None and member.state in (State.WAITING, State.STUCK):
        return _raise(member, LinkedAlarm.Kind.HAND_ON, watch.hand_on_by(ready, stopped), now)
    if member.state == State.RUNNING and member.confirmed_at is None and member.ready_at:
        assert member.started_at is not None
        assert member.agency_id is not None
        calendar = agencies.calendar_of(member.agency_id, timing.local_date(now))
        due = watch.confirm_by(member.started_at, calendar, stopped)
        return _raise(member, LinkedAlarm.Kind.CONFIRM, due, now)
    return ""


def _ready_since(member: LinkedMember) -> datetime | None:
    """Since when all that a member waits for is there, as the dossiers themselves say; None while
    something is missing, or when the member has started."""
    if member.state == State.STUCK:
        return member.ready_at
    if member.state != State.WAITING:
        return None
    needs = linked_following.needs_of(member)
    wanted = [one for one in needs if one.state != State.UNWANTED]
    done = [
        one.dossier.finished_at
        for one in wanted
        if one.dossier is not None and one.dossier.status in (Status.DONE, Status.RETURNED)
    ]
    if len(done) < len(wanted) or not done:
        return None
    return max(at for at in done if at is not None)


def _raise(member: LinkedMember, kind: LinkedAlarm.Kind, due: datetime, now: datetime) -> str:
    if now <= due or LinkedAlarm.objects.filter(member=member, kind=kind).exists():
        return ""
    told = _told(member, kind, now)
    LinkedAlarm.objects.create(member=member, kind=kind, due_at=due, raised_at=now, told=len(told))
    number = member.dossier.number if member.dossier is not None else member.set.first.number
    for account in told:
        assert account.person_id is not None
        notices.send(
            key=f"linked-alarm:{kind}:{member.pk}:{account.pk}",
            person_id=account.person_id,
            title=f"{kind.label}: {member.set.number}",
            body=f"{member.name}: {kind.label.lower()} (hạn {moment(due)}). Phải khắc phục trong"
            f" ngày. {member.why}".strip(),
            link=f"/mot-cua/ho-so/{number}/",
            subject=member.dossier_id or member.set.first_id,
            now=now,
        )
    ledger.append(
        "linked.alarm",
        member.set.number,
        SYSTEM.ledger_name,
        {"member": member.key, "kind": str(kind), "due": due, "told": len(told)},
    )
    return str(kind)


def _told(member: LinkedMember, kind: LinkedAlarm.Kind, now: datetime) -> list[Account]:
    """Who is told: of what was not confirmed, who takes in at the agency and its head; of what was
    not handed on, those of the agency that gave the result, and who runs the system."""
    if kind == LinkedAlarm.Kind.CONFIRM and member.agency_id is not None:
        body, roles = member.agency_id, (Role.RECEPTIONIST, Role.HEAD)
    else:
        body, roles = member.set.first.agency_id, (Role.ADMINISTRATOR, Role.HEAD)
    found = [one for role in roles for one in people.colleagues(body, role, now)]
    return [one for one in {one.pk: one for one in found}.values() if one.person_id is not None]
