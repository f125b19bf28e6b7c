"""A second factor for the tests of every room: an app with a seed, its codes, a fresh session."""

from __future__ import annotations

from typing import Any

from motcua.doors import step_up
from motcua.foundation import clock
from motcua.people import factors, totp

SEED = totp.seed_of(b"hai muoi byte cho app")


def give_app(account_id: int, seed: str = SEED) -> str:
    """Give the account an app; its seed."""
    factors.give_totp(account_id, seed, "Điện thoại", clock.now(), "test")
    return seed


def code(seed: str = SEED, steps: int = 0) -> str:
    """What the app shows now, or some steps of thirty seconds later."""
    return totp.code_at(seed, totp.step_at(clock.now()) + steps)


def fresh(client: Any) -> None:
    """Let a signed-in test client have shown its second factor just now."""
    session = client.session
    session[step_up.PROVEN] = {"at": clock.now().isoformat(), "how": "totp"}
    session.save()
