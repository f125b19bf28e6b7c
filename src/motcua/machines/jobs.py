"""Background work of the room."""

from __future__ import annotations

from motcua.foundation import background, clock
from motcua.machines import actions


@background.periodic(600)
def forget_used_assertions() -> None:
    """Assertions that have expired cannot be sent again: their names need not be kept."""
    actions.forget_used(clock.now())
