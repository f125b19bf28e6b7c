"""Until when a procedure must be published, by the law and by the index, which count differently.

The law counts calendar days back from the day the legal document takes effect (NĐ 63/2010 Đ15 as
amended by NĐ 92/2017) and working days after the decision (Đ24); the index of QĐ 766 counts working
days in both (parts 1.1 and 1.2). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from motcua.foundation.calendar import WorkingCalendar

MINISTRY, PROVINCE = "ministry", "province"
DECIDE_BEFORE = {MINISTRY: 20, PROVINCE: 5}
"""Calendar days before the document takes effect; the index takes them as working days."""
DECIDE_AFTER_SHORTENED = 3
ENTER_AFTER = {MINISTRY: 10, PROVINCE: 5}
"""Working days after the decision; the same in the index."""
ENTER_AFTER_SHORTENED = 2


@dataclass(frozen=True, slots=True)
class Publication:
    """What the terms depend on: who decides (`ministry` or `province`), when the legal document
    takes effect, when it was issued if by the shortened procedure, the day of the decision and the
    day it was entered in the national database, None while it has not been."""

    authority: str
    effective: date
    shortened_issue: date | None = None
    decided: date | None = None
    entered: date | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """The last days on which it is still in time."""

    decide_by: date
    enter_by: date | None
    index_decide_by: date
    index_enter_by: date | None


def terms(publication: Publication, calendar: WorkingCalendar) -> Terms:
    """Until when to decide and, once decided, to enter it. By the shortened procedure: three days
    after the document was issued, entered within two working days of the decision."""
    authority, decided = publication.authority, publication.decided
    days = DECIDE_BEFORE[authority]
    if publication.shortened_issue is not None:
        decide_by = publication.shortened_issue + timedelta(days=DECIDE_AFTER_SHORTENED)
        enter_days = ENTER_AFTER_SHORTENED
    else:
        decide_by = publication.effective - timedelta(days=days)
        enter_days = ENTER_AFTER[authority]
    return Terms(
        decide_by,
        calendar.working_day_after(decided, enter_days) if decided else None,
        _working_days_before(publication.effective, days, calendar),
        calendar.working_day_after(decided, ENTER_AFTER[authority]) if decided else None,
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """`[part, whole]` of the index: decisions in time (1.1), made public in time (1.2)."""

    decisions_on_time: tuple[int, int]
    publicised_on_time: tuple[int, int]


def counts(publications: Iterable[Publication], calendar: WorkingCalendar, today: date) -> Counts:
    """The counts of the index's parts 1.1 and 1.2. A decision not taken, or not entered, counts as
    late once its day has passed, and not at all before."""
    decided = entered = due = due_entry = 0
    for one in publications:
        last = terms(one, calendar)
        if one.decided is not None or today > last.index_decide_by:
            due += 1
            decided += one.decided is not None and one.decided <= last.index_decide_by
        if last.index_enter_by is None:
            continue
        if one.entered is not None or today > last.index_enter_by:
            due_entry += 1
            entered += one.entered is not None and one.entered <= last.index_enter_by
    return Counts((decided, due), (entered, due_entry))


def _working_days_before(day: date, count: int, calendar: WorkingCalendar) -> date:
    """The working day that lies `count` working days before `day`."""
    left = count
    while left:
        day -= timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day
