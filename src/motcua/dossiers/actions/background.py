"""What the worker does to a dossier: system steps, timers, payments that came in or never came."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.catalogue import queries as catalogue
from motcua.dossiers import rules, system_steps
from motcua.dossiers.actions import returning, steps, stuck
from motcua.dossiers.actions.acting import SYSTEM, append, locked, record
from motcua.dossiers.actions.applicant import end, stop
from motcua.dossiers.composition import moment
from motcua.dossiers.events import DossierProgressed, FeePaid
from motcua.dossiers.models import Dossier, Status
from motcua.foundation import events, money
from motcua.payments import actions as payments
from motcua.payments import queries as charges
from motcua.people import kinship
from motcua.processes.models import WorkItem
from motcua.sharing.errors import SharingFailed


def run_system_step(dossier_id: int, item_id: int, now: datetime) -> None:
    """Do what a step of role `system` asks (a call to another agency, an entry in a register), then
    finish the step. The call happens before the transaction and is idempotent by the dossier's
    number, so running twice does no harm. What another system refuses for good goes to people."""
    item = WorkItem.objects.filter(pk=item_id, state=WorkItem.State.OPEN, role="system").first()
    if item is None:
        return
    dossier = Dossier.objects.select_related("agency", "procedure").get(pk=dossier_id)
    version = catalogue.version(dossier.version_id)
    try:
        learnt = system_steps.run(item.settings.get("action", ""), dossier, version, now)
    except SharingFailed as failed:
        if not stuck.is_stuck(item, failed, now):
            raise
        stuck.put_before_people(dossier_id, item, failed.service, failed.reason, now)
        return
    except system_steps.UnknownSystemStep as unknown:
        stuck.put_before_people(dossier_id, item, "system_step", str(unknown)[:60], now)
        return
    _finish_system_step(dossier_id, item, learnt, now)


@transaction.atomic
def _finish_system_step(
    dossier_id: int, item: WorkItem, learnt: dict[str, Any], now: datetime
) -> None:
    dossier = locked(dossier_id)
    if not WorkItem.objects.filter(pk=item.pk, state=WorkItem.State.OPEN).exists():
        return
    dossier.facts |= learnt
    if number := learnt.get("personal_id"):
        answers = json.loads(dossier.answers or "{}")
        kinship.note_birth(number, [answers.get(one) or "" for one in ("father_id", "mother_id")])
    entry = record(dossier, "system_step", f"{item.name}: xong."[:600], SYSTEM, now)
    outcome = item.outcomes[0]["key"] if item.outcomes else "done"
    steps.complete(dossier, item, outcome, None, now)
    events.publish(DossierProgressed(dossier.pk, entry.pk))


@transaction.atomic
def fire_timers(dossier_id: int, now: datetime) -> None:
    """Let due process timers fire. While the applicant is asked for something, time stands still
    for the officers' steps too, so nothing fires."""
    dossier = locked(dossier_id)
    if dossier.status not in rules.WITH_OFFICERS:
        return
    for item in steps.fire_timers(dossier, now):
        entry = append(
            dossier,
            "silence",
            f"{item.name}: hết thời hạn, tiếp tục theo quy định."[:600],
            SYSTEM,
            now,
        )
        events.publish(DossierProgressed(dossier.pk, entry.pk))


@transaction.atomic
def fee_paid(dossier_id: int, charge_id: int, amount: int, method: str, now: datetime) -> None:
    """A fee has come in: say so, and give the result where it waited for the money. It takes
    nothing from what an officer has on the page, so the revision stays: nobody is sent back for
    money that arrived meanwhile."""
    dossier = locked(dossier_id)
    entry = append(
        dossier,
        "paid",
        f"Đã nộp {money.vnd(amount)}.",
        SYSTEM,
        now,
        data={"method": method, "charge": charge_id},
    )
    events.publish(FeePaid(dossier.pk, entry.pk, charge_id))
    returning.deliver_online(dossier, now)


@transaction.atomic
def owed_back(dossier_id: int, amount: int, reason: str, now: datetime) -> None:
    """Money arrived that could not pay the fee (too much, too late, twice): the file says so and
    the applicant is told, so that nobody wonders where it went."""
    dossier = locked(dossier_id)
    entry = append(
        dossier, "owed_back", f"Nhận {money.vnd(amount)} phải hoàn lại: {reason}.", SYSTEM, now
    )
    events.publish(DossierProgressed(dossier.pk, entry.pk))


@transaction.atomic
def not_paid_in_time(dossier_id: int, now: datetime) -> None:
    """Nobody has paid for 15 days. A filing that had to be paid before intake is withdrawn, with a
    notice; a fee of a dossier that lives on is owed anew. Safe to run twice."""
    dossier = locked(dossier_id)
    charge = charges.charge(dossier_id)
    if charge is None or charge.state != "expired" or dossier.status in rules.ENDED:
        return
    if dossier.accepted_at is None and catalogue.version(dossier.version_id).pay_at == "filing":
        stop(
            dossier,
            SYSTEM,
            f"quá {rules.UNPAID_AFTER.days} ngày chưa nộp phí, lệ phí. Bạn có thể nộp lại hồ sơ"
            " bất cứ lúc nào.",
            now,
        )
        return
    payments.replace(
        subject=dossier.pk,
        agency=dossier.agency,
        payer_name=charge.payer_name,
        description=charge.description,
        items=charge.items,
        due_at=now + rules.UNPAID_AFTER,
        now=now,
    )


@transaction.atomic
def stop_unanswered(dossier_id: int, now: datetime) -> bool:
    """Stop a dossier whose applicant has not answered a supplement request in time (state 8, slip
    05); True when it was stopped now. Safe to run twice, and too late when they just answered."""
    dossier = locked(dossier_id)
    asked = dossier.supplement_requests.filter(answered_at__isnull=True).order_by("-id").first()
    if dossier.status != Status.SUPPLEMENT or asked is None or asked.answer_by >= now:
        return False
    end(
        dossier,
        f"Không bổ sung hồ sơ trong thời hạn (đến {moment(asked.answer_by)}).",
        now,
    )
    return True
