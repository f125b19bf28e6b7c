"""How fast linked procedures must hand on to each other, without the time of an announced outage.

NĐ 63/2024/NĐ-CP: systems tell each other within ten minutes after a step is done; who receives
confirms within two working hours, or there is an alarm and it is put right within the day. NĐ
301/2026/NĐ-CP: an announced outage stops the clock and is repaired within 24 hours. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from motcua.foundation.calendar import WorkingCalendar
from motcua.foundation.deadlines import Pause, compute

HAND_ON_WITHIN = timedelta(minutes=10)
CONFIRM_HOURS = Decimal(2)
REPAIR_WITHIN = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: `start` belongs to it, `end` does not."""

    start: datetime
    end: datetime


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The same time in stretches that neither touch nor overlap, in order; empty ones are gone."""
    found: list[Stretch] = []
    for one in sorted(stretches, key=lambda one: one.start):
        if one.end <= one.start:
            continue
        if found and one.start <= found[-1].end:
            found[-1] = Stretch(found[-1].start, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def without(whole: Stretch, taken: Iterable[Stretch]) -> list[Stretch]:
    """What is left of `whole` when the stretches `taken` are cut out of it."""
    left: list[Stretch] = []
    at = whole.start
    for one in merged(taken):
        if one.end <= at:
            continue
        if one.start >= whole.end:
            break
        if one.start > at:
            left.append(Stretch(at, one.start))
        at = max(at, one.end)
    if at < whole.end:
        left.append(Stretch(at, whole.end))
    return left


def hand_on_by(ready: datetime, outages: Iterable[Stretch]) -> datetime:
    """The last moment at which what was ready at `ready` is handed on in time."""
    due = ready + HAND_ON_WITHIN
    for one in merged(outages):
        if one.end <= ready:
            continue
        if one.start >= due:
            break
        due += one.end - max(one.start, ready)
    return due


def confirm_by(
    received: datetime, calendar: WorkingCalendar, outages: Iterable[Stretch]
) -> datetime:
    """The last moment at which the agency that received at `received` confirms in time."""
    pauses = [Pause(max(one.start, received), one.end) for one in merged(outages)
              if one.end > received]  # fmt: skip
    return compute(received, CONFIRM_HOURS, "working_hour", calendar, pauses).due
