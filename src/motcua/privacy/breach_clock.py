"""The 72 hours after a breach was learnt of (Luật 91/2025/QH15 Đ23): pure, "now" is an argument.

Hours are hours: nights, weekends and holidays count, unlike in the deadlines of procedures.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

NOTICE_WITHIN = timedelta(hours=72)
ALERT_BEFORE = (timedelta(hours=48), timedelta(hours=24), timedelta(hours=4), timedelta())
"""How long before the end those in charge are reminded, while the authority has not been told."""


@dataclass(frozen=True, slots=True)
class Clock:
    """How the notice to the authority stands: `due` when at the latest; `left` until then, negative
    once it is late; `told_late` when it was sent after that."""

    due: datetime
    left: timedelta
    told_late: bool

    @property
    def overdue(self) -> bool:
        return self.left < timedelta()

    @property
    def hours(self) -> int:
        """Whole hours left, or gone by since."""
        return int(abs(self.left).total_seconds()) // 3600

    @property
    def minutes(self) -> int:
        """Minutes beside the whole hours."""
        return int(abs(self.left).total_seconds()) % 3600 // 60


def due(learnt: datetime) -> datetime:
    """The last moment at which the notice to the authority is on time."""
    return learnt + NOTICE_WITHIN


def standing(learnt: datetime, told: datetime | None, now: datetime) -> Clock:
    """How the clock stands at `now`; it stands still at the moment the authority was told."""
    end = due(learnt)
    return Clock(end, end - (told or now), told is not None and told > end)


def reminders(learnt: datetime, now: datetime) -> list[int]:
    """Which reminders are due at `now`: by how many hours before the end each is."""
    return [
        int(before.total_seconds()) // 3600
        for before in ALERT_BEFORE
        if due(learnt) - before <= now
    ]
