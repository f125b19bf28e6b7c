"""When a dossier is due: one pure function, the counting of days, hours and months by law.

Bộ luật Dân sự 2015 Đ147 (the first day does not count), Đ148 (a term that ends on a day off ends
with the next working day); NĐ 118/2025 Đ18 as amended by NĐ 309/2026 (after 15:00 it is the next
working day); procedures that say "tính lại từ đầu" count anew after a supplement.

Moments are to the second. Those passed in are aware, of any offset; those that come out are on the
Vietnamese clock.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise

from motcua.foundation.calendar import UncoveredYear, WorkingCalendar
from motcua.foundation.clock import local

UNITS = ("within_day", "working_day", "working_hour", "day", "month")
LAST_INTAKE_OF_DAY = time(15, 0, 0)
SOON = timedelta(hours=8)  # of working time, in every unit and agency
_LARGEST = 1_000_000


class BadInput(ValueError):
    """What was asked makes no sense. The message is Vietnamese and says what is wrong."""


@dataclass(frozen=True, slots=True)
class Pause:
    """The clock stands while the applicant, or somebody outside, is waited for: from `start`, not
    counting `end`; `end` None while it lasts. After a `restart` the whole limit counts anew."""

    start: datetime
    end: datetime | None
    restart: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """`effective` is the moment the limit counts from (after a restart: anew from), `due` the last
    moment on time. `verdict` is early, on_time or late of a finished dossier; running, due_soon,
    overdue or paused of an open one; None when neither was asked."""

    effective: datetime
    due: datetime
    verdict: str | None


@dataclass(frozen=True, slots=True)
class _Limit:
    unit: str
    amount: Decimal

    def due(self, effective: datetime, calendar: WorkingCalendar) -> datetime:
        """The due moment of the whole limit, counted from an effective intake, without pauses."""
        day = effective.date()
        match self.unit:
            case "within_day":
                late = effective.time() > LAST_INTAKE_OF_DAY
                return calendar.closing(calendar.working_day_after(day) if late else day)
            case "working_day":
                return calendar.closing(calendar.working_day_after(day, int(self.amount)))
            case "working_hour":
                return calendar.after_working(effective, timedelta(seconds=int(self.amount * 3600)))
            case "day":
                return _rolled(_days_on(day, int(self.amount)), calendar)
            case _:
                return _rolled(_months_on(day, int(self.amount)), calendar)

    def moved(
        self, due: datetime, start: datetime, end: datetime, calendar: WorkingCalendar
    ) -> datetime:
        """`due` after a pause from `start` (before `due`) to `end`."""
        if self.unit in ("day", "month"):
            return _rolled(_days_on(due.date(), (end.date() - start.date()).days), calendar)
        left = calendar.working_time(start, due)
        result = calendar.after_working(end, left)
        return result if self.unit == "working_hour" else calendar.closing(result.date())


def compute(
    received: datetime,
    amount: Decimal | int | None,
    unit: str,
    calendar: WorkingCalendar,
    pauses: Sequence[Pause] = (),
    extend: Decimal | int | None = None,
    done: datetime | None = None,
    at: datetime | None = None,
) -> Deadline:
    """When a dossier received at `received` is due, and how it stands.

    `amount` and `unit` are the limit (`within_day` takes none, or 1); `extend` is the new total of
    the one extension; `done` is when the result was ready, `at` when an open dossier is looked at
    (not both). Raises `BadInput`, and `CalendarError` when the calendar cannot answer.
    """
    limit = _limit(amount, unit, extend)
    received = _moment(received)
    seen = _seen(received, done, at)
    taken = [_cut(p, seen) for p in _checked(pauses, received) if seen is None or p.start <= seen]

    effective = calendar.next_opening(received)
    due = limit.due(effective, calendar)
    paused = False
    for pause, end, lasting in taken:
        if pause.start >= due:
            continue
        paused = paused or (lasting and at is not None)
        if end <= effective:
            continue
        if pause.restart:
            effective = calendar.next_opening(end)
            due = limit.due(effective, calendar)
        else:
            due = limit.moved(due, max(pause.start, effective), end, calendar)
    return Deadline(effective, due, _verdict(due, calendar, done, at, paused))


def _limit(amount: Decimal | int | None, unit: str, extend: Decimal | int | None) -> _Limit:
    """The limit in force, the extension included."""
    if unit not in UNITS:
        raise BadInput(f"Đơn vị {unit!r} không có; chỉ có {', '.join(UNITS)}.")
    if unit == "within_day":
        if amount is not None and _number(amount) != 1:
            raise BadInput("Thời hạn trong ngày không có số lượng.")
        if extend is not None:
            raise BadInput("Thời hạn trong ngày không được gia hạn.")
        return _Limit(unit, Decimal(1))
    if amount is None:
        raise BadInput("Thiếu thời hạn.")
    first = _counted(amount, unit)
    if extend is None:
        return _Limit(unit, first)
    total = _counted(extend, unit)
    if total <= first:
        raise BadInput("Thời hạn sau gia hạn phải dài hơn thời hạn cũ.")
    return _Limit(unit, total)


def _counted(value: Decimal | int, unit: str) -> Decimal:
    """A limit of `unit`: above zero and whole, for hours with at most two decimals."""
    number = _number(value)
    if number <= 0:
        raise BadInput("Thời hạn phải lớn hơn không.")
    if number > _LARGEST:
        raise BadInput("Thời hạn quá dài.")
    if unit == "working_hour":
        if number != round(number, 2):
            raise BadInput("Số giờ chỉ được có hai chữ số thập phân.")
    elif number != int(number):
        raise BadInput("Số ngày, số tháng phải là số nguyên.")
    return number


def _number(value: Decimal | int) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, Decimal | int):
        raise BadInput(f"{value!r} không phải một số.")
    number = Decimal(value)
    if not number.is_finite():
        raise BadInput(f"{value} không phải một số.")
    return number


def _moment(value: datetime) -> datetime:
    """`value` on the Vietnamese clock, to the second."""
    if value.tzinfo is None:
        raise BadInput("Thời điểm phải có múi giờ.")
    if value.microsecond:
        raise BadInput("Thời điểm chỉ tính đến giây.")
    try:
        return local(value)
    except OverflowError:
        raise BadInput("Thời điểm nằm ngoài lịch.") from None


def _seen(received: datetime, done: datetime | None, at: datetime | None) -> datetime | None:
    """The moment from which the dossier is looked at, if any."""
    if done is not None and at is not None:
        raise BadInput("Chỉ được hỏi tại lúc xong hoặc tại một thời điểm, không cả hai.")
    moment = done if done is not None else at
    if moment is None:
        return None
    moment = _moment(moment)
    if moment < received:
        raise BadInput("Thời điểm xong hoặc xem không được trước lúc tiếp nhận.")
    return moment


def _checked(pauses: Sequence[Pause], received: datetime) -> list[Pause]:
    """The pauses on the Vietnamese clock, in order of start. They may touch, not overlap."""
    ordered = [
        Pause(_moment(p.start), None if p.end is None else _moment(p.end), p.restart)
        for p in pauses
    ]
    ordered.sort(key=lambda p: (p.start, p.end is None, p.end or p.start))
    for pause in ordered:
        if pause.start < received:
            raise BadInput("Lần tạm dừng không được bắt đầu trước lúc tiếp nhận.")
        if pause.end is not None and pause.end < pause.start:
            raise BadInput("Lần tạm dừng không được kết thúc trước khi bắt đầu.")
    for before, after in pairwise(ordered):
        if before.end is None or after.start < before.end:
            raise BadInput("Các lần tạm dừng chồng lên nhau.")
    return ordered


def _cut(pause: Pause, seen: datetime | None) -> tuple[Pause, datetime, bool]:
    """A pause, where it ends as seen from `seen`, and whether it lasts at that moment."""
    if seen is None:
        if pause.end is None:
            raise BadInput("Lần tạm dừng chưa kết thúc: phải cho biết xem tại thời điểm nào.")
        return pause, pause.end, False
    if pause.end is None or pause.end > seen:
        return pause, seen, True
    return pause, pause.end, False


def _verdict(
    due: datetime,
    calendar: WorkingCalendar,
    done: datetime | None,
    at: datetime | None,
    paused: bool,
) -> str | None:
    if done is not None:
        if local(done).date() < due.date():
            return "early"
        return "on_time" if done <= due else "late"
    if at is None:
        return None
    if paused:
        return "paused"
    if at > due:
        return "overdue"
    return "due_soon" if calendar.working_time(at, due) <= SOON else "running"


def _rolled(day: date, calendar: WorkingCalendar) -> datetime:
    return calendar.closing(calendar.working_day_from(day))


def _days_on(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        raise UncoveredYear(day.year + days // 365) from None


def _months_on(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if year > 9999:
        raise UncoveredYear(year)
    return day.replace(year=year, month=month + 1, day=min(day.day, monthrange(year, month + 1)[1]))
