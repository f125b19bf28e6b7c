"""The one source of "now", and the one time zone of the country.

Moments are stored in UTC and to the second: the law counts in seconds (rules of deadlines), and a
value read back from the database must equal the one that was reckoned with. What happens within
one second is ordered by primary key, never by time alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

TZ = ZoneInfo("Asia/Ho_Chi_Minh")

_frozen_at: datetime | None = None


def now() -> datetime:
    """The present moment, aware, in UTC, whole seconds."""
    return _frozen_at or datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """The present date in Vietnam."""
    return local(now()).date()


def local(moment: datetime) -> datetime:
    """`moment` on a Vietnamese clock. A naive moment is a mistake and raises ValueError."""
    if moment.tzinfo is None:
        raise ValueError("a moment without an offset cannot be converted")
    return moment.astimezone(TZ)


@contextmanager
def frozen(moment: datetime) -> Iterator[datetime]:
    """Hold the clock at `moment` for a test, in every thread of the process. May be nested."""
    global _frozen_at
    if moment.tzinfo is None:
        raise ValueError("freeze the clock at an aware moment")
    before = _frozen_at
    _frozen_at = moment.astimezone(UTC).replace(microsecond=0)
    try:
        yield _frozen_at
    finally:
        _frozen_at = before
