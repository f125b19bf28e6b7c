"""Handing competences over by decree: loaded, rehearsed, scheduled, undone or in force.

A scheduled decree changes the rules at once, for days to come: who decides on a day is asked with
that day, so the switch happens at midnight whether or not anybody is at work then.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies import cache
from motcua.foundation import clock, events, ledger, text
from motcua.foundation.plain import markup

from ..competence import Rule
from ..errors import BadDecree, DecreeGone, DecreeHasProblems, LaterDecree
from ..events import DecreeInForce
from ..models import Competence, Decree, Handover
from ..rehearsal import Rehearsal, rehearse

_LOCK = 0x6D63_6465_6372  # one decree at a time: each is planned on the rules the last one left


def load_decree(
    number: str, title: str, kind: str, content: bytes, province: str, by: str, now: datetime
) -> Decree:
    """Keep a decree so that it can be rehearsed; nothing else changes. `province` is that of the
    administrator, empty for one of the whole country; `by` the account. Raises `BadDecree`."""
    number, title = text.nfc(number).strip(), text.nfc(title).strip()
    if not number or len(number) > 100 or len(title) > 300 or markup(number + title):
        raise BadDecree("Số, ký hiệu của văn bản thiếu hoặc quá dài.")
    if kind not in Handover.values:
        raise BadDecree("Hãy chọn hình thức: phân quyền, phân cấp, ủy quyền hay phân định.")
    try:
        words = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadDecree("Tệp không phải chữ UTF-8. Hãy lưu lại dạng CSV UTF-8.") from error
    if "\0" in words:
        raise BadDecree("Tệp có ký tự không được phép.")
    with transaction.atomic():
        decree = Decree.objects.create(
            number=number,
            title=title,
            kind=kind,
            territory=province,
            text=words,
            loaded_by=by,
            loaded_at=now,
        )
        ledger.append("catalogue.decree_loaded", number, by, {"decree": decree.pk, "kind": kind})
    return decree


def rehearsal_of(decree: Decree, today: date) -> Rehearsal:
    """What the decree would do as the rules stand now."""
    return rehearse(decree.text, decree.number, decree.kind, decree.territory, today)


@transaction.atomic
def schedule_decree(decree_id: int, by: str, now: datetime) -> Decree:
    """Let a rehearsed decree take effect on its days.

    Whole or not at all: raises `DecreeHasProblems` when a line cannot be carried out as the rules
    stand now, and `DecreeGone` when it waits no longer for this.
    """
    _one_at_a_time()
    decree = _locked(decree_id, Decree.State.REHEARSED)
    plan = rehearsal_of(decree, clock.local(now).date())
    if plan.problems or not plan.handed:
        raise DecreeHasProblems(len(plan.problems))
    _carry_out(decree, plan)
    decree.state = Decree.State.SCHEDULED
    decree.effective = plan.first_day
    decree.moves = any(one.moves for one in plan.handed)
    decree.decided_by = by
    decree.save()
    ledger.append(
        "catalogue.decree_scheduled",
        decree.number,
        by,
        {
            "decree": decree.pk,
            "kind": decree.kind,
            "lines": len(plan.handed),
            "moves": sum(one.moves for one in plan.handed),
            "effective": decree.effective,
        },
    )
    transaction.on_commit(cache.forget)
    return decree


@transaction.atomic
def undo_decree(decree_id: int, by: str, now: datetime) -> Decree:
    """Take back a decree before its first day: the rules are again as if it had never been.

    Raises `DecreeGone` when it is in force or was not scheduled, `LaterDecree` when another decree
    builds on it, which must be taken back first. One that is only rehearsed is laid aside.
    """
    _one_at_a_time()
    decree = _locked(decree_id, Decree.State.SCHEDULED, Decree.State.REHEARSED)
    if decree.state == Decree.State.SCHEDULED:
        assert decree.effective is not None, "a scheduled decree has its day"
        if decree.effective <= clock.local(now).date():
            raise DecreeGone(
                "Văn bản đã có hiệu lực, không rút lại được. Hãy ban hành văn bản mới."
            )
        _take_back(decree)
    decree.state = Decree.State.UNDONE
    decree.decided_by = by
    decree.save()
    ledger.append("catalogue.decree_undone", decree.number, by, {"decree": decree.pk})
    transaction.on_commit(cache.forget)
    return decree


def bring_into_force(now: datetime) -> int:
    """Say of every scheduled decree whose first day has come that it is in force; how many."""
    today = clock.local(now).date()
    due = Decree.objects.filter(state=Decree.State.SCHEDULED, effective__lte=today)
    brought = 0
    for decree_id in due.values_list("pk", flat=True):
        with transaction.atomic():
            decree = Decree.objects.select_for_update().get(pk=decree_id)
            if decree.state != Decree.State.SCHEDULED:
                continue
            decree.state = Decree.State.IN_FORCE
            decree.save(update_fields=["state"])
            body = {"decree": decree.pk, "effective": decree.effective}
            ledger.append("catalogue.decree_in_force", decree.number, "system", body)
            events.publish(DecreeInForce(decree.pk, decree.number))
            transaction.on_commit(cache.forget)
            brought += 1
    return brought


@transaction.atomic
def settle_decree(decree_id: int, now: datetime) -> None:
    """Say that every open dossier the decree takes along has passed over. Safe to say twice."""
    decree = Decree.objects.select_for_update().get(pk=decree_id)
    if decree.handed_over_at is None:
        decree.handed_over_at = now
        decree.save(update_fields=["handed_over_at"])
        body = {"decree": decree.pk}
        ledger.append("catalogue.decree_handed_over", decree.number, "system", body)


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _locked(decree_id: int, *states: str) -> Decree:
    decree = Decree.objects.select_for_update().filter(pk=decree_id).first()
    if decree is None or decree.state not in states:
        raise DecreeGone("Văn bản này không còn chờ duyệt hay chờ hiệu lực.")
    return decree


def _carry_out(decree: Decree, plan: Rehearsal) -> None:
    """Write the rules. A later line may cut what an earlier one of the same file made: such a rule
    is not stored yet, so what counts is how the rules of a procedure stand at the end."""
    stored = {
        row.pk: row
        for row in Competence.objects.select_for_update().filter(procedure__in=plan.after)
    }
    made: list[Competence] = []
    changed: list[Competence] = []
    for procedure_id, rules in plan.after.items():
        for rule in rules:
            if rule.id is None:
                made.append(_row(decree, procedure_id, rule))
            elif stored[rule.id].valid.upper != rule.until:
                row = stored[rule.id]
                decree.cut.append([row.pk, _day(row.valid.upper)])
                row.valid = DateRange(row.valid.lower, rule.until)
                changed.append(row)
    Competence.objects.bulk_update(changed, ["valid"], batch_size=500)
    for row in Competence.objects.bulk_create(made, batch_size=500):
        decree.made.append([row.pk, _day(row.valid.upper)])


def _row(decree: Decree, procedure_id: int, rule: Rule) -> Competence:
    return Competence(
        procedure_id=procedure_id,
        case_key=rule.case,
        territory=rule.territory,
        agency_kind=rule.agency_kind,
        agency_id=rule.agency_id,
        valid=DateRange(rule.since, rule.until),
        handover=rule.handover,
        decree=decree,
        source=rule.source,
    )


def _take_back(decree: Decree) -> None:
    made = dict(decree.made)
    rows = Competence.objects.select_for_update().filter(pk__in=made)
    ends = {row.pk: _day(row.valid.upper) for row in rows}
    if ends != made:
        raise LaterDecree
    rows.delete()
    until = dict(decree.cut)
    cut = list(Competence.objects.select_for_update().filter(pk__in=until))
    for row in cut:
        end = until[row.pk]
        row.valid = DateRange(row.valid.lower, date.fromisoformat(end) if end else None)
    Competence.objects.bulk_update(cut, ["valid"], batch_size=500)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()
