"""The clocks of a request, and what may follow on what: pure, "now" is an argument."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.foundation import deadlines
from motcua.foundation.calendar import WorkingCalendar
from motcua.privacy.rights import FIRST_ANSWER_WORKING_DAYS, LONGEST_EXTENSION_DAYS, Right

OPEN = frozenset({"received", "in_hand"})


@dataclass(frozen=True, slots=True)
class Terms:
    """The last moments on time: of the first answer, and of what was asked being done."""

    answer_by: datetime
    done_by: datetime


def terms(
    right: Right,
    received: datetime,
    calendar: WorkingCalendar,
    *,
    others_involved: bool = False,
    extension_days: int = 0,
) -> Terms:
    """When a request received at `received` must be answered and done.

    Two working days for the first answer; days of the calendar for the rest, more of them when
    somebody else processes the data too, and at most fifteen more once. A term that ends on a day
    off ends with the next working day (Bộ luật Dân sự 2015 Đ148). Raises `BadInput` for an
    extension beyond the law, and `CalendarError` when the calendar cannot answer.
    """
    if not 0 <= extension_days <= LONGEST_EXTENSION_DAYS:
        raise deadlines.BadInput(f"Chỉ được gia hạn một lần, tối đa {LONGEST_EXTENSION_DAYS} ngày.")
    days = right.days_with_others if others_involved else right.days
    first = deadlines.compute(received, FIRST_ANSWER_WORKING_DAYS, "working_day", calendar)
    whole = deadlines.compute(
        received, days, "day", calendar, extend=days + extension_days if extension_days else None
    )
    return Terms(first.due, whole.due)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an open request waits for next and until when; `verdict` is running, due_soon or
    overdue."""

    due: datetime
    verdict: str
    first_answer: bool


def standing(
    known: Terms, answered: datetime | None, now: datetime, calendar: WorkingCalendar
) -> Standing:
    """How an open request stands at `now`: until the first answer, that is what is due."""
    due = known.answer_by if answered is None else known.done_by
    if now > due:
        verdict = "overdue"
    else:
        soon = calendar.working_time(now, due) <= deadlines.SOON
        verdict = "due_soon" if soon else "running"
    return Standing(due, verdict, answered is None)


def may_extend(state: str, extension_days: int, known: Terms, now: datetime) -> bool:
    """Whether the one extension may still be taken: while it is open, not taken before, and before
    the term has run out."""
    return state in OPEN and extension_days == 0 and now <= known.done_by
