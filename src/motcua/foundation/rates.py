"""How often something may be done: a count under a key, as one moment.

The count is the "theoretical arrival time" (GCRA): the moment until which what was done so far is
paid for. Doing something adds `every`; it may be done while that moment is no more than `burst`
steps ahead of now. One number per key, exact, without windows.

Two places hold it. `InMemory` is of one process: two microseconds, and each web process counts for
itself, so that N processes let through up to N times as much. `shared` is one statement on an
unlogged table (0.3 ms), exact across processes and machines; a crash of the database forgets it.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from hashlib import sha256

from django.db import connection

REMEMBERED = 50_000
"""Keys a process keeps at most: then those that are no longer ahead go, and if need be all."""


@dataclass(frozen=True, slots=True)
class Rate:
    """`burst` at once, then one every `every` seconds."""

    burst: int
    every: float


def step(ahead_to: float, now: float, rate: Rate) -> tuple[float, float]:
    """The count after doing it once more at `now`, and 0; or the count unchanged, and how many
    seconds to wait until it may be done."""
    begin = max(ahead_to, now)
    wait = begin - now - rate.every * (rate.burst - 1)
    # What cannot be told apart in floating point is not worth a refusal.
    return (begin + rate.every, 0.0) if wait <= 1e-6 else (ahead_to, wait)


class InMemory:
    """Counts of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ahead: dict[bytes, float] = {}

    def take(self, key: bytes, rate: Rate) -> float:
        """0 when it may be done, and then it is counted; else how many seconds to wait."""
        now = time.monotonic()
        with self._lock:
            if len(self._ahead) >= REMEMBERED:
                self._ahead = {k: v for k, v in self._ahead.items() if v > now}
                if len(self._ahead) >= REMEMBERED:
                    self._ahead.clear()
            after, wait = step(self._ahead.get(key, 0.0), now, rate)
            if wait == 0.0:
                self._ahead[key] = after
        return wait

    def forget(self) -> None:
        """Count from nothing again."""
        with self._lock:
            self._ahead.clear()


_TAKE = """
    WITH now AS (SELECT extract(epoch FROM clock_timestamp())::float8 AS t),
    taken AS (
        INSERT INTO foundation_ratecount AS c (key, ahead_to)
        SELECT %(key)s, now.t + %(every)s::float8 FROM now
        ON CONFLICT (key) DO UPDATE
            SET ahead_to = greatest(c.ahead_to, extract(epoch FROM clock_timestamp())::float8)
                + %(every)s::float8
            WHERE c.ahead_to - extract(epoch FROM clock_timestamp())::float8 <= %(room)s::float8
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM taken),
        (SELECT c.ahead_to - now.t - %(room)s::float8
         FROM foundation_ratecount c, now WHERE c.key = %(key)s)
"""


def shared(key: bytes, rate: Rate) -> float:
    """0 when it may be done, and then it is counted; else how many seconds to wait. Counted for
    every process. Call it outside a transaction: what is rolled back is not counted."""
    room = rate.every * (rate.burst - 1)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"key": key, "every": rate.every, "room": room})
        taken, wait = cursor.fetchone()
    return 0.0 if taken else max(float(wait or rate.every), 0.001)


def forget_old() -> int:
    """Remove counts that hold nobody back any more; how many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM foundation_ratecount"
            " WHERE ahead_to < extract(epoch FROM clock_timestamp())::float8"
        )
        return int(cursor.rowcount)


def key_of(*parts: str) -> bytes:
    """The key of a count: what it is made of cannot be read from it."""
    return sha256("\0".join(parts).encode("utf-8", "surrogatepass")).digest()[:16]
