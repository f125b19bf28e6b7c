"""Asking the bank how attempts ended whose callback never came, and what its statement lists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from motcua.payments import bank, rules, wire
from motcua.payments.actions.charging import locked
from motcua.payments.actions.paying import settle, take_transfer
from motcua.payments.errors import BankUnreachable
from motcua.payments.models import Attempt, Charge, Payment, StatementRead

log = structlog.get_logger()
BATCH = 200


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one round did: attempts asked about, settled by it, and not answered; transfers on the
    statement of which no notice had come."""

    asked: int
    settled: int
    unanswered: int
    transfers: int


def reconcile(now: datetime) -> Reconciled:
    """Ask the bank about every unsettled attempt that is due (at most 200 a round), and read its
    statement for transfers.

    The bank is spoken to outside any transaction, and each attempt and transfer is booked in one of
    its own, so that one that fails stops no other; the same judgement as for callbacks makes a
    late callback harmless.
    """
    due = Attempt.objects.filter(
        state=Attempt.State.STARTED, method="vnpay", next_check_at__lte=now
    )
    asked = settled = unanswered = 0
    for attempt in due.order_by("next_check_at")[:BATCH]:
        asked += 1
        try:
            settled += _reconcile_one(attempt, now)
        except BankUnreachable as error:
            log.warning("bank_silent", order=attempt.order, error=str(error))
            unanswered += 1
        except Exception:
            log.exception("reconciliation_failed", order=attempt.order)
            unanswered += 1
    return Reconciled(asked, settled, unanswered, _read_statement(now))


def _reconcile_one(attempt: Attempt, now: datetime) -> bool:
    """Ask about one attempt and carry the answer out; True when it is settled by it."""
    again = rules.next_check(attempt.started_at, now)
    Attempt.objects.filter(pk=attempt.pk).update(next_check_at=again)
    return _book_answer(attempt.pk, bank.ask(attempt.order, attempt.started_at, now), now)


def _read_statement(now: datetime) -> int:
    """Book the transfers we were not told of; how many. Until all of them are booked, the next
    round reads from the same moment."""
    mark = StatementRead.objects.first()
    since = rules.statement_from(mark.taken_to if mark else None, now)
    try:
        listed = {word.transaction[:60]: word for word in bank.transfers(since)}
    except BankUnreachable as error:
        log.warning("bank_silent", error=str(error))
        return 0
    known = Payment.objects.filter(method="vietqr", transaction__in=listed)
    new = set(listed) - set(known.values_list("transaction", flat=True))
    failed = 0
    for transaction_number in sorted(new):
        try:
            _book_transfer(listed[transaction_number], now)
        except Exception:
            log.exception("transfer_not_booked", transaction=transaction_number)
            failed += 1
    if not failed:
        StatementRead.objects.update_or_create(pk=1, defaults={"taken_to": now})
    return len(new) - failed


@transaction.atomic
def _book_transfer(word: wire.BankWord, now: datetime) -> None:
    reference = rules.find_reference(word.order)
    owed = Charge.objects.select_for_update().filter(reference=reference).first()
    take_transfer(owed, word, now)


@transaction.atomic
def _book_answer(attempt_id: int, word: wire.BankWord, now: datetime) -> bool:
    owed = locked(Attempt.objects.values_list("charge_id", flat=True).get(pk=attempt_id))
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    judgement = rules.judge_answer(
        rules.Owed(owed.state, owed.amount),
        rules.Tried(attempt.state, attempt.amount),
        word.outcome,
        word.amount,
        given_up=rules.given_up(attempt.started_at, now),
    )
    settle(owed, attempt, word, judgement, attempt.method, now)
    return attempt.state != Attempt.State.STARTED
