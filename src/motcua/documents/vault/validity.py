"""Until when a paper holds, and whether it holds on a day. Pure."""

from __future__ import annotations

import calendar
from datetime import date
from enum import StrEnum

from motcua.documents.models import Document


class Standing(StrEnum):
    """How a paper of a vault stands today. `kept` is one that its holder gave before: whether it
    still holds, the agency that gets it says."""

    CURRENT = "current"
    EXPIRED = "expired"
    REPLACED = "replaced"
    REVOKED = "revoked"
    KEPT = "kept"


def last_day(signed: date, months: int | None) -> date | None:
    """The last day a paper signed on `signed` holds for `months`, or None for good: the same day of
    the last month, or that month's end where it has no such day (BLDS 2015 Đ148). `months` ≥ 0.

    >>> last_day(date(2026, 8, 31), 6)
    datetime.date(2027, 2, 28)
    """
    if months is None:
        return None
    month = signed.month - 1 + months
    year, month = signed.year + month // 12, month % 12 + 1
    return date(year, month, min(signed.day, calendar.monthrange(year, month)[1]))


def standing(state: str, until: date | None, today: date) -> Standing:
    """How an issued document with this `Document.state` stands on `today`. What was revoked or
    replaced stays so, whether or not its time has ended as well."""
    if state == Document.State.REVOKED:
        return Standing.REVOKED
    if state == Document.State.REPLACED:
        return Standing.REPLACED
    return Standing.EXPIRED if until is not None and today > until else Standing.CURRENT
