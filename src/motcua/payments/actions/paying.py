"""Starting to pay, cash at the counter, and the bank's signed messages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from motcua.foundation import ledger
from motcua.foundation.events import publish
from motcua.payments import bank, queries, rules, wire
from motcua.payments.actions.charging import announce_refund, close_qr, locked, must_be_pending
from motcua.payments.errors import UnknownMethod
from motcua.payments.events import ChargePaid
from motcua.payments.models import Attempt, Callback, Charge, Payment

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class StartedAttempt:
    """An attempt and where it goes on: `redirect_url` of the bank's page, or the text of a QR."""

    attempt: Attempt
    redirect_url: str = ""
    qr: str = ""


@transaction.atomic
def start_attempt(
    charge_id: int, method: str, return_url: str, client_ip: str, now: datetime
) -> StartedAttempt:
    """Begin to pay a charge by `vnpay` (the bank's page, open for 15 minutes) or `vietqr`.

    Every try at the bank's page is a new order; the QR code of a charge is always the same one.
    Raises `UnknownMethod`, `AlreadyPaid`, `NotPayable`, `NoAccount`.
    """
    if method not in ("vnpay", "vietqr"):
        raise UnknownMethod
    owed = locked(charge_id)
    must_be_pending(owed)
    first_check = now + rules.ASK_FIRST_AFTER
    if method == "vietqr":
        qr = queries.qr_text(owed)
        attempt, _ = Attempt.objects.update_or_create(
            order=owed.reference,
            defaults={"amount": owed.amount, "state": Attempt.State.STARTED},
            create_defaults={
                "charge": owed,
                "method": method,
                "amount": owed.amount,
                "started_at": now,
                "next_check_at": first_check,
            },
        )
        return StartedAttempt(attempt, qr=qr)
    attempt = Attempt.objects.create(
        charge=owed,
        order=f"{owed.reference}{owed.attempts.count() + 1:02d}",
        method=method,
        amount=owed.amount,
        started_at=now,
        next_check_at=first_check,
    )
    query = wire.payment_query(
        terminal=bank.terminal(),
        order=attempt.order,
        amount=attempt.amount,
        info=f"Nop phi le phi {owed.reference}",
        return_url=return_url,
        client_ip=client_ip,
        started_at=now,
        expires_at=now + rules.GATEWAY_PAGE_OPEN,
        key=bank.key(),
    )
    return StartedAttempt(attempt, redirect_url=f"{bank.page_url()}?{query}")


@transaction.atomic
def record_cash(charge_id: int, account_id: int, now: datetime) -> Charge:
    """The counter took the whole amount in cash; `account_id` is who took it. Raises `AlreadyPaid`
    and `NotPayable`: money that cannot be booked is not taken."""
    owed = locked(charge_id)
    must_be_pending(owed)
    take_money(owed, "cash", f"CASH{owed.reference}", owed.amount, "", now, account_id)
    return owed


@transaction.atomic
def receive_callback(params: Mapping[str, str], now: datetime) -> str:
    """A message from the bank: a gateway callback (`vnp_*` parameters) or a credit notice
    (`content`, `amount`, `transaction`, `account`, `paid_at`, `signature`). The answer is 00, 01,
    02, 04, 97 or 99 (`wire.ANSWERS`). Every message is kept, whatever the answer.

    It may come late, twice, forged or for an order nobody knows. Nothing raises: a failure of ours
    is 99, and the bank sends again.
    """
    params = {str(k)[:60]: str(v).replace("\0", "")[:1000] for k, v in list(params.items())[:60]}
    is_credit = "vnp_TxnRef" not in params and "content" in params
    valid = bank.is_signed(params, "signature" if is_credit else wire.SIGNATURE)
    if not valid:
        answer = "97"
    else:
        try:
            with transaction.atomic():
                answer = _take_credit(params, now) if is_credit else _take_callback(params, now)
        except Exception:
            log.exception("a callback of the bank could not be handled")
            answer = "99"
    Callback.objects.create(
        order=(params.get("vnp_TxnRef") or rules.find_reference(params.get("content", "")) or "")[
            :40
        ],
        transaction=(params.get("vnp_TransactionNo") or params.get("transaction") or "")[:60],
        payload=params,
        signature_valid=valid,
        answer=answer,
        at=now,
    )
    return answer


def _take_callback(params: Mapping[str, str], now: datetime) -> str:
    word = wire.read_callback(params)
    found = Attempt.objects.filter(order=word.order).first()
    owed = locked(found.charge_id) if found else None
    attempt = Attempt.objects.select_for_update().get(pk=found.pk) if found else None
    judgement = rules.judge_callback(
        rules.Owed(owed.state, owed.amount) if owed else None,
        rules.Tried(attempt.state, attempt.amount) if attempt else None,
        word.outcome,
        word.amount,
    )
    settle(owed, attempt, word, judgement, "vnpay", now)
    return judgement.answer


def _take_credit(params: Mapping[str, str], now: datetime) -> str:
    """A transfer came in. It pays the charge its content names, when the amount is right."""
    word = wire.read_credit(params)
    reference = rules.find_reference(word.order)
    owed = Charge.objects.select_for_update().filter(reference=reference).first()
    return take_transfer(owed, word, now)


def take_transfer(owed: Charge | None, word: wire.BankWord, now: datetime) -> str:
    """Book a transfer once; `owed` is its charge, locked, or None. The answer for the bank."""
    reason = rules.refund_reason(rules.Owed(owed.state, owed.amount) if owed else None, word.amount)
    if not take_money(owed, "vietqr", word.transaction, word.amount, reason, now):
        return "02"
    if owed is not None and reason == "":
        owed.attempts.filter(method="vietqr").update(
            state=Attempt.State.PAID,
            gateway_transaction=word.transaction[:60],
            response_code="00",
            settled_at=now,
        )
    return {"unknown_order": "01", "wrong_amount": "04"}.get(reason, "00")


def settle(
    owed: Charge | None,
    attempt: Attempt | None,
    word: wire.BankWord,
    judgement: rules.Judgement,
    method: str,
    now: datetime,
) -> None:
    """Carry out a judgement on a charge and attempt that the caller has locked."""
    if attempt is not None and judgement.answer == "00":
        attempt.response_code = word.code
        attempt.gateway_transaction = word.transaction[:60] or attempt.gateway_transaction
        if judgement.attempt is not None:
            attempt.state = judgement.attempt
            attempt.settled_at = now
        attempt.save()
    if judgement.money:
        identity = word.transaction or word.order
        take_money(owed, method, identity, word.amount, judgement.refund_reason, now)


def take_money(
    owed: Charge | None,
    method: str,
    transaction_number: str,
    amount: int,
    reason: str,
    now: datetime,
    account_id: int | None = None,
) -> bool:
    """Record money that arrived, once for good per `(method, transaction)`; False when it had been
    recorded before. With no `reason` against it, it pays the charge."""
    if Payment.objects.filter(method=method, transaction=transaction_number[:60]).exists():
        return False  # two at the same instant: the unique key fails one, and the bank sends again
    accepted = owed is not None and reason == ""
    kinds = Payment.Disposition
    paid = Payment.objects.create(
        charge=owed,
        method=method,
        transaction=transaction_number[:60],
        amount=amount,
        disposition=kinds.ACCEPTED if accepted else kinds.REFUND_DUE,
        reason=reason,
        received_at=now,
        taken_by_id=account_id,
    )
    data = {"method": method, "transaction": paid.transaction, "amount": amount, "reason": reason}
    actor = f"account:{account_id}" if account_id else "bank"
    ledger.append("payments.received", owed.reference if owed else "", actor, data)
    if owed is None or not accepted:
        announce_refund(paid)
        return True
    owed.state, owed.method, owed.paid_at = Charge.State.PAID, method, now
    owed.save(update_fields=["state", "method", "paid_at"])
    if method != "vietqr":
        close_qr(owed, now)
    publish(ChargePaid(charge_id=owed.pk, subject=owed.subject, method=method, amount=amount))
    return True
