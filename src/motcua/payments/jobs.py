"""What the worker does for payments, again and again."""

from __future__ import annotations

from motcua.foundation import clock
from motcua.foundation.background import periodic
from motcua.payments import actions


@periodic(60)
def reconcile() -> None:
    """Ask the bank about attempts whose end is not known."""
    actions.reconcile(clock.now())


@periodic(600)
def expire() -> None:
    """Let charges expire that nobody paid in time."""
    actions.expire(clock.now())
