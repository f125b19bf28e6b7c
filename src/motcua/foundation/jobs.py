"""The foundation's own background work."""

from __future__ import annotations

from motcua.foundation import background, events, rates


@background.task("foundation.retry", attempts=12)
def retry_handler(event_id: int, handler: str) -> None:
    """Deliver an event again to the one handler that failed on it."""
    events.retry(event_id, handler)


@background.periodic(3600)
def sweep_outbox() -> None:
    """Remove events that were delivered days ago."""
    events.sweep()


@background.periodic(3600)
def retry_given_up() -> None:
    """Try again what was given up: whatever it failed on may be well by now."""
    events.take_up_again()


@background.periodic(600)
def forget_old_rates() -> None:
    """Remove counts that hold nobody back any more."""
    rates.forget_old()
