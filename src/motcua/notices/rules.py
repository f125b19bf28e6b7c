"""When to try a mail again."""

from __future__ import annotations

from datetime import datetime, timedelta

TRIES = 8  # the last after about eleven hours
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
IN_HAND = timedelta(minutes=10)  # a try that has not reported by then is taken for lost


def next_try(failures: int, now: datetime) -> datetime | None:
    """When to try again after `failures` failed tries (1 and more), or None to give up. The wait
    grows threefold from one minute to at most four hours."""
    if failures >= TRIES:
        return None
    wait: timedelta = FIRST_WAIT * 3 ** (failures - 1)
    return now + min(wait, LONGEST_WAIT)
