"""One-time codes by the clock (RFC 6238): SHA-1, six digits, thirty seconds, as every app knows.

The seed is base32 text, as it is printed and put into the QR code.
"""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from hmac import compare_digest
from urllib.parse import quote, urlencode

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

STEP = 30
DIGITS = 6
SEED_BYTES = 20
SLACK = 1
"""How many steps a telephone's clock may be off, either way."""


def new_seed() -> str:
    """A fresh seed of 160 bits."""
    return seed_of(secrets.token_bytes(SEED_BYTES))


def seed_of(key: bytes) -> str:
    """The seed that stands for these twenty bytes."""
    return base64.b32encode(key).decode()


def code_at(seed: str, step: int) -> str:
    """The code of one time step, counted in thirty seconds since 1970."""
    made = TOTP(base64.b32decode(seed), DIGITS, SHA1(), STEP)  # noqa: S303 - what RFC 6238 apps do
    return made.generate(step * STEP).decode()


def step_at(moment: datetime) -> int:
    """The time step `moment` lies in."""
    return int(moment.timestamp()) // STEP


def accepted_step(seed: str, code: str, now: datetime, last_step: int) -> int | None:
    """The step for which `code` is right at `now`, or None. A step counts once: those up to
    `last_step` are past, so that a code somebody overlooked or overheard is worth nothing."""
    current = step_at(now)
    for step in range(max(current - SLACK, 0), current + SLACK + 1):
        if step > last_step and compare_digest(code_at(seed, step).encode(), code.encode()):
            return step
    return None


def address(seed: str, account: str, issuer: str = "Một Cửa") -> str:
    """The `otpauth:` address that an app reads from the QR code."""
    label = quote(f"{issuer}:{account}")
    values = {"secret": seed, "issuer": issuer, "digits": DIGITS, "period": STEP}
    return f"otpauth://totp/{label}?{urlencode(values, quote_via=quote)}"
