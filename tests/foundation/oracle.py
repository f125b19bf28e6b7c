"""The counting of terms once more, in another way: slow, and simple enough to be believed.

Time is a line of whole seconds since a Monday long ago; whether somebody works in a given second
is looked up in a set of open seconds. Nothing is shared with `motcua.foundation.deadlines`: every
step literally walks second by second (hours) or day by day.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal


class Refused(Exception):
    """The oracle calls the input bad, or the calendar too short."""


@dataclass
class Diary:
    """A calendar as a plain table: for each date the list of (opens, closes) it is open."""

    hours: dict[date, list[tuple[time, time]]]

    def open_on(self, day: date) -> list[tuple[time, time]]:
        if day not in self.hours:
            raise Refused(f"year {day.year}")
        return self.hours[day]

    def is_open(self, moment: datetime) -> bool:
        return any(a <= moment.time() < b for a, b in self.open_on(moment.date()))

    def last_second(self, day: date) -> datetime:
        return datetime.combine(day, max(b for _, b in self.open_on(day)))

    def open_from(self, moment: datetime, step: int) -> datetime:
        """Walk forward until somebody works. `step` divides every boundary."""
        for _ in range(367 * 86400 // step):
            if self.is_open(moment):
                return moment
            moment += timedelta(seconds=step)
        raise Refused("no opening")

    def next_working(self, day: date) -> date:
        while not self.open_on(day):
            day += timedelta(days=1)
        return day

    def run(self, moment: datetime, seconds: int, step: int) -> datetime:
        """Walk forward until `seconds` of working time are used up."""
        while seconds > 0:
            if self.is_open(moment):
                seconds -= step
            moment += timedelta(seconds=step)
        return moment

    def worked(self, start: datetime, end: datetime, step: int) -> int:
        """Walk from `start` to `end` and count the seconds somebody works."""
        total = 0
        while start < end:
            if self.is_open(start):
                total += step
            start += timedelta(seconds=step)
        return total


@dataclass
class Stop:
    start: datetime
    end: datetime | None
    restart: bool


def answer(
    diary: Diary,
    received: datetime,
    number: Decimal | None,
    unit: str,
    stops: list[Stop],
    extend: Decimal | None,
    done: datetime | None,
    at: datetime | None,
    step: int,
) -> tuple[datetime, datetime, str | None]:
    """(effective, due, verdict), naive moments on one clock. Refuses bad input."""
    if done and at:
        raise Refused("both")
    look = done or at
    if look and look < received:
        raise Refused("before intake")
    total = number
    if unit == "within_day":
        if extend is not None or number not in (None, 1):
            raise Refused("within a day")
    else:
        for value in (number, extend):
            if value is not None and (
                value <= 0 or value * (100 if unit == "working_hour" else 1) % 1 != 0
            ):
                raise Refused("number")
        if number is None or (extend is not None and extend <= number):
            raise Refused("number")
        total = extend if extend is not None else number
    far = datetime.max
    for index, stop in enumerate(stops):
        if stop.start < received or (stop.end is not None and stop.end < stop.start):
            raise Refused("pause")
        if stop.end is None and look is None:
            raise Refused("open pause")
        for other in stops[index + 1 :]:
            first, second = sorted((stop, other), key=lambda s: (s.start, s.end or far))
            if second.start < (first.end or far):
                raise Refused("overlap")

    def whole_limit(r: datetime) -> datetime:
        day = r.date()
        if unit == "working_hour":
            return diary.run(r, int(total * 3600), step)
        if unit == "within_day":
            if (r.hour, r.minute, r.second) > (15, 0, 0):
                day = diary.next_working(day + timedelta(days=1))
        elif unit == "working_day":
            for _ in range(int(total)):
                day = diary.next_working(day + timedelta(days=1))
        elif unit == "day":
            day = diary.next_working(day + timedelta(days=int(total)))
        else:
            months = day.month - 1 + int(total)
            year, month = day.year + months // 12, months % 12 + 1
            day = diary.next_working(date(year, month, min(day.day, monthrange(year, month)[1])))
        return diary.last_second(day)

    r = diary.open_from(received, step)
    due = whole_limit(r)
    verdict = None
    for stop in sorted(stops, key=lambda s: (s.start, s.end or far)):
        if look and stop.start > look:
            continue
        end = stop.end
        if end is None or (look and end > look):
            assert look is not None
            end = look
            if at and stop.start < due:
                verdict = "paused"
        if stop.start >= due:
            continue
        if stop.restart:
            if end > r:
                r = diary.open_from(end, step)
                due = whole_limit(r)
            continue
        start = max(stop.start, r)
        if end <= start:
            continue
        if unit in ("day", "month"):
            shift = end.date().toordinal() - start.date().toordinal()
            due = diary.last_second(diary.next_working(due.date() + timedelta(days=shift)))
        else:
            left = diary.worked(start, due, step)
            due = diary.run(diary.open_from(end, step), left, step)
            if unit != "working_hour":
                due = diary.last_second(due.date())
    if done:
        verdict = "early" if done.date() < due.date() else "on_time" if done <= due else "late"
    elif at and not verdict:
        if at > due:
            verdict = "overdue"
        else:
            soon = diary.worked(at, due, step) <= 8 * 3600
            verdict = "due_soon" if soon else "running"
    return r, due, verdict
