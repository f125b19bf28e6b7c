"""Reads. Who may see a charge is known to the room that owns its subject, which asks by it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from motcua.agencies.models import Agency
from motcua.foundation.text import nfc
from motcua.payments import bank, wire
from motcua.payments.errors import NoAccount
from motcua.payments.models import Attempt, Charge, Payment


def charge(subject: int) -> Charge | None:
    """The latest charge of a subject, or None when it owes nothing."""
    return Charge.objects.filter(subject=subject).order_by("-pk").first()


def charges(subject: int) -> list[Charge]:
    """Every charge of a subject, the oldest first."""
    return list(Charge.objects.filter(subject=subject).order_by("pk"))


def payments(subject: int) -> list[Payment]:
    """The money that arrived for a subject, in order, with what is owed back."""
    found = Payment.objects.filter(charge__subject=subject).select_related("charge")
    return list(found.order_by("pk"))


def refunds_due(agency_ids: list[int], after: int = 0, limit: int = 50) -> list[Payment]:
    """Money that these agencies owe back, the oldest first; `after` is the last id seen."""
    due = Payment.objects.filter(
        disposition=Payment.Disposition.REFUND_DUE, charge__agency_id__in=agency_ids, pk__gt=after
    )
    return list(due.select_related("charge").order_by("pk")[:limit])


def bank_account(agency: Agency) -> tuple[str, str]:
    """The bank (BIN) and account that fees of `agency` go to: its own or the nearest above it.
    Raises `NoAccount`."""
    holder: Agency | None = agency
    while holder is not None:
        if holder.bank_bin and holder.bank_account:
            return holder.bank_bin, holder.bank_account
        holder = holder.parent
    raise NoAccount


def qr_text(owed: Charge) -> str:
    """The VietQR text that transfers the whole amount with the reference as content. Raises
    `NoAccount`."""
    bank_bin, account = bank_account(owed.agency)
    return wire.vietqr(bank_bin, account, owed.amount, owed.reference)


def attempt(order: str) -> Attempt | None:
    """The attempt of an order, with its charge."""
    return Attempt.objects.filter(order=order).select_related("charge").first()


@dataclass(frozen=True, slots=True)
class Returned:
    """What the browser came back with from the bank's page. It changes nothing: `charge.state` is
    what the bank itself has told us. `message` is a Vietnamese sentence."""

    charge: Charge
    attempt: Attempt
    paid: bool
    waiting: bool
    message: str


def returned(params: Mapping[str, str]) -> Returned | None:
    """Read the return address of the gateway; None when it is not signed or names no order."""
    values = {str(k): str(v) for k, v in params.items()}
    if not bank.is_signed(values, wire.SIGNATURE):
        return None
    found = attempt(nfc(values.get("vnp_TxnRef", "")).replace("\0", ""))
    if found is None:
        return None
    code = values.get("vnp_ResponseCode", "99")
    paid = found.charge.state == Charge.State.PAID
    waiting = not paid and found.state == Attempt.State.STARTED and code in ("00", "07")
    if paid:
        message = "Đã thanh toán thành công."
    elif waiting:
        message = "Ngân hàng đang xác nhận. Bạn không cần thanh toán lại."
    elif found.state == Attempt.State.PAID:
        message = "Tiền đã đến nhưng khoản phí không còn chờ thanh toán. Cơ quan sẽ hoàn trả."
    else:
        message = wire.failure_text(code)
    return Returned(found.charge, found, paid, waiting, message)
