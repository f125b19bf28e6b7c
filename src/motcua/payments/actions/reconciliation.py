"""Asking the bank how attempts ended whose callback never came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from motcua.payments import bank, rules, wire
from motcua.payments.actions.charging import locked
from motcua.payments.actions.paying import settle, take_transfer
from motcua.payments.errors import BankUnreachable
from motcua.payments.models import Attempt

log = structlog.get_logger()
BATCH = 200


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What one round did: attempts asked about, settled by it, and not answered."""

    asked: int
    settled: int
    unanswered: int


def reconcile(now: datetime) -> Reconciled:
    """Ask the bank about every unsettled attempt that is due (at most 200 a round).

    Each attempt is asked outside any transaction and settled in one of its own, so that one that
    fails stops no other; the same judgement as for callbacks makes a late callback harmless.
    """
    due = Attempt.objects.filter(state=Attempt.State.STARTED, next_check_at__lte=now)
    asked = settled = unanswered = 0
    for attempt in due.order_by("next_check_at").select_related("charge")[:BATCH]:
        asked += 1
        try:
            settled += _reconcile_one(attempt, now)
        except BankUnreachable as error:
            log.warning("the bank did not answer about %s: %s", attempt.order, error)
            unanswered += 1
        except Exception:
            log.exception("attempt %s could not be reconciled", attempt.order)
            unanswered += 1
    return Reconciled(asked, settled, unanswered)


def _reconcile_one(attempt: Attempt, now: datetime) -> bool:
    """Ask about one attempt and carry the answer out; True when it is settled by it."""
    Attempt.objects.filter(pk=attempt.pk).update(
        next_check_at=rules.next_check(attempt.started_at, now)
    )
    if attempt.method == "vietqr":
        return _book_transfers(attempt, bank.transfers(attempt.charge.reference), now)
    return _book_answer(attempt.pk, bank.ask(attempt.order, attempt.started_at, now), now)


@transaction.atomic
def _book_answer(attempt_id: int, word: wire.BankWord, now: datetime) -> bool:
    owed = locked(Attempt.objects.values_list("charge_id", flat=True).get(pk=attempt_id))
    attempt = Attempt.objects.select_for_update().get(pk=attempt_id)
    judgement = rules.judge_answer(
        rules.Owed(owed.state, owed.amount),
        rules.Tried(attempt.state, attempt.amount),
        word.outcome,
        word.amount,
        given_up=rules.given_up(attempt.method, attempt.started_at, now),
    )
    settle(owed, attempt, word, judgement, attempt.method, now)
    return attempt.state != Attempt.State.STARTED


@transaction.atomic
def _book_transfers(attempt: Attempt, words: list[wire.BankWord], now: datetime) -> bool:
    owed = locked(attempt.charge_id)
    for word in words:
        take_transfer(owed, word, now)
    fresh = Attempt.objects.select_for_update().get(pk=attempt.pk)
    if fresh.state == Attempt.State.STARTED and rules.given_up(fresh.method, fresh.started_at, now):
        fresh.state, fresh.settled_at = Attempt.State.FAILED, now
        fresh.save(update_fields=["state", "settled_at"])
    return fresh.state != Attempt.State.STARTED
