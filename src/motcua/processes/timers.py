"""When a timer of a process fires. ISO 8601 texts are literals, all else is CEL.

Pure: the moment, the variables and the calendar are arguments.
"""

from __future__ import annotations

import calendar as months
import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from motcua.foundation import deadlines, expressions
from motcua.foundation.calendar import WorkingCalendar
from motcua.foundation.clock import TZ
from motcua.processes.definition import Timer

UNITS = ("working_hour", "working_day", "day", "month")

_DURATION = re.compile(
    r"P(?!$)(?:(?P<years>\d+)Y)?(?:(?P<months>\d+)M)?(?:(?P<weeks>\d+)W)?(?:(?P<days>\d+)D)?"
    r"(?:T(?!$)(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)S)?)?"
)
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?(Z|[+-]\d{2}:\d{2})?)?")


class BadTimer(ValueError):
    """A timer text, or what its CEL gave, is neither a duration nor a moment."""


def is_literal(text: str) -> bool:
    """Whether a timer text is ISO 8601 and not CEL."""
    return bool(_DURATION.fullmatch(text) or _MOMENT.fullmatch(text))


def due(
    timer: Timer, start: datetime, variables: Mapping[str, Any], calendar: WorkingCalendar
) -> datetime:
    """The moment (aware) at which a timer armed at `start` fires.

    Working time and calendar days of `motcua:timer` are counted by `foundation.deadlines`; an ISO
    duration runs on the wall clock, also at night and on holidays. Raises `BadTimer`,
    `expressions.ExpressionFailed`, `deadlines.BadInput`.
    """
    if timer.amount:
        amount = _amount(timer.amount, variables)
        found = deadlines.compute(start, amount, timer.unit, calendar).due
        if found is None:
            raise BadTimer(f"{timer.amount} {timer.unit}")
        return found
    value: Any = timer.text
    if not is_literal(timer.text):
        value = expressions.compile(timer.text).value(dict(variables))
    return _moment(value, start)


def _amount(text: str, variables: Mapping[str, Any]) -> Decimal:
    if re.fullmatch(r"\d+(\.\d{1,2})?", text):
        return Decimal(text)
    return Decimal(str(expressions.compile(text).value(dict(variables))))


def _moment(value: Any, start: datetime) -> datetime:
    if isinstance(value, timedelta):
        return start + value
    if isinstance(value, str):
        if match := _DURATION.fullmatch(value):
            parts = {name: int(number or 0) for name, number in match.groupdict().items()}
            later = _add_months(start, parts.pop("years") * 12 + parts.pop("months"))
            return later + timedelta(**parts)
        if _MOMENT.fullmatch(value):
            value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=TZ)
    raise BadTimer(f"{value!r} không phải là khoảng thời gian hay thời điểm theo ISO 8601")


def _add_months(start: datetime, number: int) -> datetime:
    """`start` some months later, on the month's last day when it has no such day."""
    if not number:
        return start
    local = start.astimezone(TZ)
    year, month = divmod(local.year * 12 + local.month - 1 + number, 12)
    day = min(local.day, months.monthrange(year, month + 1)[1])
    return local.replace(year=year, month=month + 1, day=day)
