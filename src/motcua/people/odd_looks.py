"""Which looks at personal data an inspector should ask about. A reason is a question to ask, not a
verdict: nobody is blocked and nobody is told off by a rule (Luật Bảo vệ dữ liệu cá nhân 2025)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from motcua.foundation.calendar import WorkingCalendar

BULK = 30
"""People one officer may look at within an hour before anybody wonders: one every two minutes."""
BULK_WITHIN = timedelta(hours=1)
FOLLOWED_WITHIN = timedelta(hours=2)
"""A number is typed at the counter before there is a dossier; so long the dossier may follow."""
AROUND_HOURS = timedelta(hours=1)
"""Who comes early or stays on is at work."""


class Reason(StrEnum):
    """Why a look is odd."""

    NO_DOSSIER = "no_dossier"
    COLLEAGUE = "colleague"
    RELATIVE = "relative"
    SAME_HOME = "same_home"
    OUTSIDE_HOURS = "outside_hours"
    BULK = "bulk"


@dataclass(frozen=True, slots=True)
class Seen:
    """A look and what is known around it. `followed` is whether the same viewer opened a dossier
    of the person within `FOLLOWED_WITHIN`; `people_in_hour` how many people the viewer had looked
    at in the hour up to it, this one counted."""

    at: datetime
    dossier: str
    followed: bool
    of_colleague: bool
    of_relative: bool
    same_home: bool
    people_in_hour: int


def reasons(seen: Seen, calendar: WorkingCalendar) -> tuple[Reason, ...]:
    """Why the look is odd, in the order in which an inspector reads it; empty when it is not."""
    found = {
        Reason.NO_DOSSIER: not seen.dossier and not seen.followed,
        Reason.COLLEAGUE: seen.of_colleague,
        Reason.RELATIVE: seen.of_relative,
        Reason.SAME_HOME: seen.same_home,
        Reason.OUTSIDE_HOURS: outside_hours(seen.at, calendar),
        Reason.BULK: seen.people_in_hour > BULK,
    }
    return tuple(reason for reason, holds in found.items() if holds)


def outside_hours(at: datetime, calendar: WorkingCalendar) -> bool:
    """Whether nobody of the agency is at work within an hour of `at`."""
    return calendar.working_time(at - AROUND_HOURS, at + AROUND_HOURS) == timedelta(0)


def ripe(at: datetime, dossier: str, now: datetime, one_look: timedelta) -> bool:
    """Whether a look may be judged: nothing can be added to it any more, and without a dossier
    none can follow any more."""
    return now - at >= (one_look if dossier else FOLLOWED_WITHIN)
