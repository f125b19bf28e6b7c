"""The background work of the room."""

from __future__ import annotations

from motcua.foundation import background, clock
from motcua.people import inspecting, sessions


@background.periodic(300)
def find_odd_looks() -> None:
    """Hold new looks at personal data against the rules for odd ones."""
    inspecting.judge_looks(clock.now())


@background.periodic(3600)
def forget_ended_sessions() -> None:
    """Remove what is left of sessions that ended a day ago."""
    sessions.forget_ended(clock.now())
