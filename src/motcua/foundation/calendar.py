"""Working calendars: when an agency is open, as data.

Everything here is on the Vietnamese clock: moments that are passed in may have any offset, moments
that come out are in Asia/Ho_Chi_Minh. An opening interval holds its start and not its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from motcua.foundation.clock import TZ, local

Hours = tuple[tuple[time, time], ...]
Interval = tuple[datetime, datetime]

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
FARTHEST = timedelta(days=366)
_KEYS = {"weekly", "holidays", "workdays", "special", "covers"}
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_TIME = re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2})?")
_ONE_DAY = timedelta(days=1)


class CalendarError(ValueError):
    """The calendar is not well formed, or cannot answer. The message is Vietnamese."""


class UncoveredYear(CalendarError):
    """The answer needs a day of a year (`year`) for which the calendar was not decided."""

    def __init__(self, year: int) -> None:
        super().__init__(f"Lịch làm việc không có năm {year}.")
        self.year = year


class NoOpening(CalendarError):
    """Nobody works within 366 days after `since`."""

    def __init__(self, since: datetime | date) -> None:
        super().__init__(f"Không có giờ làm việc nào trong 366 ngày sau {since.isoformat()}.")


@dataclass(frozen=True, slots=True)
class WorkingCalendar:
    """When an agency works. `weekly` holds seven days from Monday; a make-up workday has hours of
    its own or None for Monday's; `special` hours of a date override all; `covers` are the first
    and the last year known. Hours that are only for reception do not belong here."""

    weekly: tuple[Hours, ...]
    holidays: frozenset[date] = frozenset()
    workdays: Mapping[date, Hours | None] = field(default_factory=dict)
    special: Mapping[date, Hours] = field(default_factory=dict)
    covers: tuple[int, int] = (1, 9999)
    _known: dict[date, tuple[Interval, ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False, hash=False
    )

    def hours(self, day: date) -> Hours:
        """The opening hours of `day`: special hours, else make-up workday, else holiday, else
        those of the week. Raises `UncoveredYear`."""
        if not self.covers[0] <= day.year <= self.covers[1]:
            raise UncoveredYear(day.year)
        if (special := self.special.get(day)) is not None:
            return special
        if day in self.workdays:
            own = self.workdays[day]
            return self.weekly[0] if own is None else own
        if day in self.holidays:
            return ()
        return self.weekly[day.weekday()]

    def intervals(self, day: date) -> tuple[Interval, ...]:
        """The opening intervals of `day` as moments, in order; none on a day nobody works."""
        if (known := self._known.get(day)) is not None:
            return known
        made = tuple(
            (datetime.combine(day, start, TZ), datetime.combine(day, end, TZ))
            for start, end in self.hours(day)
        )
        self._known[day] = made
        return made

    def is_working_day(self, day: date) -> bool:
        """Whether the date has at least one opening interval."""
        return bool(self.intervals(day))

    def closing(self, day: date) -> datetime:
        """The end of the last opening interval of a working day."""
        intervals = self.intervals(day)
        if not intervals:
            raise CalendarError(f"Ngày {day.isoformat()} không phải ngày làm việc.")
        return intervals[-1][1]

    def is_open(self, moment: datetime) -> bool:
        """Whether somebody works at `moment`; lunch does not count."""
        moment = local(moment)
        return any(start <= moment < end for start, end in self.intervals(moment.date()))

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself when open, else the next moment that is. Raises `NoOpening`."""
        moment = local(moment)
        for start, end in self._from(moment):
            if end > moment:
                opening = max(start, moment)
                if opening - moment > FARTHEST:
                    break
                return opening
        raise NoOpening(moment)

    def working_day_from(self, day: date) -> date:
        """`day` itself when it is a working day, else the next one. Raises `NoOpening`."""
        return self._working_day(day, first=0)

    def working_day_after(self, day: date, count: int = 1) -> date:
        """The `count`-th working day after `day`, which itself is not counted."""
        for _ in range(count):
            day = self._working_day(day, first=1)
        return day

    def working_time(self, start: datetime, end: datetime) -> timedelta:
        """How long somebody works between two moments; nothing when the end is not after."""
        start, end = local(start), local(end)
        total = timedelta()
        day = start.date()
        while start < end and day <= end.date():
            for opens, closes in self.intervals(day):
                total += max(min(closes, end) - max(opens, start), timedelta())
            day = _ahead(day, 1)
        return total

    def after_working(self, start: datetime, amount: timedelta) -> datetime:
        """The earliest moment at which `amount` (above zero) of working time has run from `start`.
        An amount that ends with an interval ends there, not at the next opening."""
        moment = self.next_opening(start)
        for opens, closes in self._from(moment):
            if closes <= moment:
                continue
            left = closes - max(opens, moment)
            if amount <= left:
                return max(opens, moment) + amount
            amount -= left
        raise NoOpening(moment)

    def _working_day(self, day: date, first: int) -> date:
        for ahead in range(first, FARTHEST.days + 1):
            if self.is_working_day(found := _ahead(day, ahead)):
                return found
        raise NoOpening(day)

    def _from(self, moment: datetime) -> Iterator[Interval]:
        """The opening intervals from `moment`'s date on, until 366 days have none."""
        day = last = moment.date()
        while (day - last) <= FARTHEST:
            if intervals := self.intervals(day):
                last = day
                yield from intervals
            day = _ahead(day, 1)


def _ahead(day: date, days: int) -> date:
    try:
        return day + _ONE_DAY * days
    except OverflowError:
        raise UncoveredYear(day.year + max(1, days // 366)) from None


@cache
def standard() -> WorkingCalendar:
    """Monday to Friday, 07:00 to 11:30 and 13:30 to 17:00, with the holidays and make-up workdays
    of the country. 2027 and 2028 are a forecast until they are decided."""
    return from_json(standard_json())


def standard_json() -> dict[str, Any]:
    """The standard calendar as a new JSON object, for agencies that differ from it in part."""
    text = files("motcua.foundation").joinpath("data/working_calendar.json").read_text("utf-8")
    data = json.loads(text)
    return {
        "weekly": data["weekly"],
        "holidays": [day for day, _name in data["holidays"]],
        "workdays": [day for day, _name in data["workdays"]],
        "covers": data["covers"],
    }


def from_json(data: Any) -> WorkingCalendar:
    """The calendar that a JSON object describes:

        {"weekly": {"mon": [["07:00", "11:30"], …]}, "holidays": ["2026-09-02", …],
         "workdays": ["2026-08-22", {"date": "…", "hours": […]}],
         "special": {"2026-12-31": [["07:00", "11:30"]]}, "covers": [2024, 2028]}

    A weekday left out is closed. Raises `CalendarError` for anything unknown or ill-formed.
    """
    data = _object(data, _KEYS, "lịch")
    weekly = _object(data.get("weekly", {}), set(WEEKDAYS), "weekly")
    special = data.get("special", {})
    if not isinstance(special, dict):
        raise CalendarError("special phải là một đối tượng.")
    workdays: dict[date, Hours | None] = {}
    for item in _list(data.get("workdays", []), "workdays"):
        day, hours = _workday(item)
        if day in workdays and workdays[day] != hours:
            raise CalendarError(f"Ngày làm bù {day.isoformat()} ghi hai lần khác nhau.")
        workdays[day] = hours
    return WorkingCalendar(
        weekly=tuple(_hours(weekly.get(name, []), name) for name in WEEKDAYS),
        holidays=frozenset(map(_day, _list(data.get("holidays", []), "holidays"))),
        workdays=workdays,
        special={_day(key): _hours(hours, key) for key, hours in special.items()},
        covers=_covers(data.get("covers", [1, 9999])),
    )


def _object(value: Any, keys: set[str], what: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise CalendarError(f"{what} phải là một đối tượng JSON.")
    if unknown := sorted(set(value) - keys):
        raise CalendarError(f"{what} có khóa không biết: {', '.join(unknown)}.")
    return value


def _list(value: Any, what: str) -> Iterable[Any]:
    if not isinstance(value, list):
        raise CalendarError(f"{what} phải là một danh sách.")
    return value


def _workday(item: Any) -> tuple[date, Hours | None]:
    if not isinstance(item, dict):
        return _day(item), None
    item = _object(item, {"date", "hours"}, "workdays")
    hours = item.get("hours")
    return _day(item.get("date")), None if hours is None else _hours(hours, "workdays")


def _day(value: Any) -> date:
    try:
        if isinstance(value, str) and _DATE.fullmatch(value):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise CalendarError(f"{value!r} không phải một ngày như 2026-09-02.")


def _time(value: Any) -> time:
    try:
        if isinstance(value, str) and _TIME.fullmatch(value):
            return time.fromisoformat(value)
    except ValueError:
        pass
    raise CalendarError(f"{value!r} không phải một giờ như 07:30.")


def _hours(value: Any, what: str) -> Hours:
    pairs: list[tuple[time, time]] = []
    for pair in _list(value, what):
        if not isinstance(pair, list) or len(pair) != 2:
            raise CalendarError(f'{what}: mỗi khoảng giờ là một cặp như ["07:00", "11:30"].')
        pairs.append((_time(pair[0]), _time(pair[1])))
    pairs.sort()
    for start, end in pairs:
        if end <= start:
            raise CalendarError(f"{what}: khoảng giờ phải kết thúc sau khi bắt đầu.")
    for (_, before), (after, _) in pairwise(pairs):
        if after < before:
            raise CalendarError(f"{what}: các khoảng giờ chồng lên nhau.")
    return tuple(pairs)


def _covers(value: Any) -> tuple[int, int]:
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(year, int) and not isinstance(year, bool) for year in value)
        and 1 <= value[0] <= value[1] <= 9999
    ):
        return value[0], value[1]
    raise CalendarError("covers phải là năm đầu và năm cuối, như [2024, 2028].")
