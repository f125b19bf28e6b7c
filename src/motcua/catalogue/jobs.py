"""The catalogue's background work."""

from __future__ import annotations

from motcua.foundation import background, clock

from .actions.decrees import bring_into_force


@background.periodic(60)
def decrees_come_into_force() -> None:
    """Say of decrees whose first day has come that they are in force."""
    bring_into_force(clock.now())
