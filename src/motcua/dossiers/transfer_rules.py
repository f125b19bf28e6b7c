"""Taking in for agencies elsewhere: whether a centre may, and by when it hands over. Pure.

NĐ 118/2025/NĐ-CP Đ14 k4, Đ17 k3, Đ18 k2, as amended by NĐ 309/2026/NĐ-CP.
"""

from __future__ import annotations

from datetime import datetime

from motcua.foundation.calendar import WorkingCalendar
from motcua.foundation.deadlines import LAST_INTAKE_OF_DAY


def refusal(centre_realm: str, agency_realm: str, listed: bool) -> str:
    """Why a centre of one realm may not take in for an agency of another; empty when it may: any
    procedure for agencies of its own province, those on the published list for all others."""
    if centre_realm == agency_realm or listed:
        return ""
    return (
        "Thủ tục này không có trong danh mục tiếp nhận không phụ thuộc địa giới hành chính; chỉ"
        " tiếp nhận được cho cơ quan trong tỉnh."
    )


def hand_over_by(taken: datetime, calendar: WorkingCalendar) -> datetime:
    """The last moment at which a dossier taken in at `taken` is handed over in time: the closing
    of that working day, or the end of the next working day's first opening hours for one that came
    after 15:00. What comes outside opening hours counts from the next opening."""
    since = calendar.next_opening(taken)
    day = since.date()
    if since.time() <= LAST_INTAKE_OF_DAY:
        return calendar.closing(day)
    return calendar.intervals(calendar.working_day_after(day))[0][1]
