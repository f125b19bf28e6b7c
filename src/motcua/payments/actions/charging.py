"""Making, changing and ending a charge; giving money back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import structlog
from django.db import transaction

from motcua.foundation import clock, ledger
from motcua.foundation.events import publish
from motcua.foundation.text import nfc
from motcua.payments import rules
from motcua.payments.errors import AlreadyPaid, NothingToPay, NotPayable, NotRefundable
from motcua.payments.events import ChargeExpired, RefundOwed
from motcua.payments.models import Attempt, Charge, Payment

log = structlog.get_logger()


class Receiver(Protocol):
    """The agency the money is for: its row, or its facts."""

    @property
    def id(self) -> int: ...


def charge(
    subject: int,
    agency: Receiver,
    payer_name: str,
    description: str,
    items: Sequence[Mapping[str, Any]],
    due_at: datetime | None,
    now: datetime,
) -> Charge:
    """What somebody owes `agency` for `subject`. Without `due_at` they have 15 days to pay.

    `items` are `{"name", "kind", "amount"}`, whole đồng. Raises `BadItems`, and `NothingToPay` when
    the sum is nought. One INSERT, and so no savepoint: filing a dossier comes through here.
    """
    amount = rules.total(items)
    if amount == 0:
        raise NothingToPay
    token = "".join(secrets.choice(rules.ALPHABET) for _ in range(rules.TOKEN_LENGTH))
    return Charge.objects.create(
        reference=rules.reference(clock.local(now).date(), token),
        subject=subject,
        agency_id=agency.id,
        payer_name=nfc(payer_name)[:200],
        description=nfc(description)[:200],
        items=[dict(item) for item in items],
        amount=amount,
        created_at=now,
        due_at=due_at or now + timedelta(days=rules.DAYS_TO_PAY),
    )


def locked(charge_id: int) -> Charge:
    """The charge, locked until the transaction ends: whoever pays, expires or cancels it at the
    same moment waits. Every action locks the charge before anything of it."""
    return Charge.objects.select_for_update().get(pk=charge_id)


def must_be_pending(owed: Charge) -> None:
    """Raises `AlreadyPaid` or `NotPayable`."""
    if owed.state == Charge.State.PAID:
        raise AlreadyPaid
    if owed.state != Charge.State.PENDING:
        raise NotPayable(owed.state)


@transaction.atomic
def replace(
    subject: int,
    agency: Receiver,
    payer_name: str,
    description: str,
    items: Sequence[Mapping[str, Any]],
    due_at: datetime | None,
    now: datetime,
) -> Charge | None:
    """Replace what `subject` was estimated to owe by what it really owes (pages counted at the
    counter); None when that is nothing.

    A QR code or bank page made for the old sum no longer pays: such money is owed back. Paid
    already, the same sum is fine and another raises `AlreadyPaid`. Raises `BadItems`.
    """
    amount = rules.total(items)
    latest = Charge.objects.select_for_update().filter(subject=subject).order_by("-pk").first()
    if latest is not None and latest.state == Charge.State.PAID:
        if latest.amount != amount:
            raise AlreadyPaid
        return latest
    if amount == 0:
        cancel(subject, now)
        return None
    if latest is None or latest.state != Charge.State.PENDING:
        return charge(subject, agency, payer_name, description, items, due_at, now)
    data = {"before": latest.amount, "after": amount}
    latest.items, latest.amount = [dict(item) for item in items], amount
    latest.due_at = due_at or latest.due_at
    latest.save(update_fields=["items", "amount", "due_at"])
    ledger.append("payments.revised", latest.reference, "system", data)
    return latest


@transaction.atomic
def cancel(subject: int, now: datetime) -> None:
    """Nothing more is to be paid for `subject` (it was withdrawn or refused). What was paid stays
    paid, see `refund`; money still on its way is recorded and owed back."""
    pending = Charge.objects.select_for_update().filter(subject=subject, state=Charge.State.PENDING)
    for owed in pending:
        owed.state = Charge.State.CANCELLED
        owed.save(update_fields=["state"])
        close_qr(owed, now)


def close_qr(owed: Charge, now: datetime) -> None:
    """The QR code of a locked charge is not to be used any more. Money that comes by it all the
    same is found by its content."""
    shown = owed.attempts.filter(method="vietqr", state=Attempt.State.STARTED)
    shown.update(state=Attempt.State.FAILED, settled_at=now)


def expire(now: datetime) -> int:
    """Let every charge that nobody paid in time expire; the number of them.

    A charge with an attempt at the bank whose end is not known yet waits for the reconciliation:
    money may be on its way. Each charge is its own transaction, and one that fails stops no other.
    """
    at_the_bank = Attempt.objects.filter(state=Attempt.State.STARTED, method="vnpay")
    late = (
        Charge.objects.filter(state=Charge.State.PENDING, due_at__lte=now)
        .exclude(pk__in=at_the_bank.values("charge_id"))
        .order_by("due_at")
        .values_list("pk", flat=True)
    )
    count = 0
    for charge_id in list(late[:1000]):
        try:
            count += _expire_one(charge_id, now)
        except Exception:
            log.exception("charge %s could not expire", charge_id)
    return count


@transaction.atomic
def _expire_one(charge_id: int, now: datetime) -> bool:
    owed = (
        Charge.objects.select_for_update(skip_locked=True)
        .filter(pk=charge_id, state=Charge.State.PENDING)
        .first()
    )
    if owed is None:
        return False
    owed.state = Charge.State.EXPIRED
    owed.save(update_fields=["state"])
    close_qr(owed, now)
    publish(ChargeExpired(charge_id=owed.pk, subject=owed.subject))
    return True


@transaction.atomic
def refund(charge_id: int, now: datetime) -> Payment:
    """The agency decides to give the money of a paid charge back; finance carries it out and then
    `refunded` records it. Raises `NotRefundable` when nothing was paid."""
    owed = locked(charge_id)
    paid = owed.payments.filter(disposition=Payment.Disposition.ACCEPTED).first()
    if paid is None:
        raise NotRefundable
    paid.disposition = Payment.Disposition.REFUND_DUE
    paid.reason = Payment.Reason.DECIDED
    paid.save(update_fields=["disposition", "reason"])
    owed.state = Charge.State.CANCELLED
    owed.save(update_fields=["state"])
    announce_refund(paid)
    return paid


@transaction.atomic
def refunded(payment_id: int, account_id: int, transaction_number: str, now: datetime) -> Payment:
    """Record that money owed back has gone back. Raises `NotRefundable`."""
    paid = Payment.objects.select_for_update().get(pk=payment_id)
    if paid.disposition != Payment.Disposition.REFUND_DUE:
        raise NotRefundable
    paid.disposition = Payment.Disposition.REFUNDED
    paid.refunded_at = now
    paid.refund_transaction = transaction_number[:60]
    paid.save(update_fields=["disposition", "refunded_at", "refund_transaction"])
    data = {"amount": paid.amount, "refund": paid.refund_transaction}
    ledger.append("payments.refunded", paid.transaction, f"account:{account_id}", data)
    return paid


def announce_refund(paid: Payment) -> None:
    """Tell the rooms above, in the caller's transaction, that money is owed back."""
    publish(
        RefundOwed(
            payment_id=paid.pk,
            charge_id=paid.charge_id,
            subject=paid.charge.subject if paid.charge else None,
            amount=paid.amount,
            reason=paid.reason,
        )
    )
