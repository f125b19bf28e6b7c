"""What leaves the room."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChargePaid:
    """The whole amount has arrived, in đồng. `method`: `vnpay`, `vietqr` or `cash`."""

    charge_id: int
    subject: int
    method: str
    amount: int


@dataclass(frozen=True, slots=True)
class ChargeExpired:
    """Nobody paid in time; money that comes later is owed back."""

    charge_id: int
    subject: int


@dataclass(frozen=True, slots=True)
class RefundOwed:
    """Money arrived that cannot pay its charge. `reason` is one of `Payment.Reason`; `charge_id`
    and `subject` are None when the bank named an order nobody knows."""

    payment_id: int
    charge_id: int | None
    subject: int | None
    amount: int
    reason: str
