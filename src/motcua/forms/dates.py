"""Bounds of dates that move with today: `today`, `today-30d`, `today+6m`, `today-100y`."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

EARLIEST = date(1850, 1, 1)
LATEST = date(2150, 12, 31)

_MOVING = re.compile(r"today(?:([+-]\d+)([dmy]))?")


def bound(source: str, today: date) -> date:
    """The date that `source` (checked by `definition.parse`) means today."""
    moving = _MOVING.fullmatch(source)
    if moving is None:
        return date.fromisoformat(source)
    if moving[1] is None:
        return today
    steps = int(moving[1])
    if moving[2] == "d":
        return today + timedelta(days=steps)
    return _months_later(today, steps * (12 if moving[2] == "y" else 1))


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last day where it is shorter."""
    index = min(max(day.year * 12 + day.month - 1 + months, 12), 9999 * 12 + 11)
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
