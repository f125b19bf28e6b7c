"""When a message is tried again."""

from __future__ import annotations

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=2)
LONGEST_WAIT = timedelta(minutes=5)
IN_HAND = timedelta(minutes=1)  # a worker that has not reported by then is taken for dead


def next_try(failures: int, now: datetime) -> datetime:
    """When to send again after `failures` failed tries (1 and more): never given up, since the
    message must arrive; the wait doubles from two seconds to at most five minutes, so that a step
    reaches the portal within the ten minutes of NĐ 63/2024 once it answers again."""
    wait: timedelta = FIRST_WAIT * 2 ** min(failures - 1, 20)
    return now + min(wait, LONGEST_WAIT)
