"""The use cases that write: what is owed, how it is paid, what the bank says of it."""

from motcua.payments.actions.charging import (
    cancel,
    charge,
    expire,
    refund,
    refunded,
    replace,
)
from motcua.payments.actions.paying import (
    StartedAttempt,
    receive_callback,
    record_cash,
    start_attempt,
)
from motcua.payments.actions.reconciliation import Reconciled, reconcile

__all__ = [
    "Reconciled",
    "StartedAttempt",
    "cancel",
    "charge",
    "expire",
    "receive_callback",
    "reconcile",
    "record_cash",
    "refund",
    "refunded",
    "replace",
    "start_attempt",
]
