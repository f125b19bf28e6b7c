"""One-time codes as an app on a telephone makes them (RFC 6238: SHA-1, six digits, 30 seconds)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

STEP = 30


def code(seed: str, at: float | None = None) -> str:
    """The code of the seed (base32) now, or at another moment in seconds since 1970."""
    step = int(time.time() if at is None else at) // STEP
    digest = hmac.new(base64.b32decode(seed), struct.pack(">Q", step), hashlib.sha1).digest()
    start = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFF_FFFF
    return f"{number % 1_000_000:06d}"


def until_the_next() -> float:
    """Seconds until the app shows another code."""
    return STEP - time.time() % STEP
