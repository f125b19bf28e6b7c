"""How long each kind of data is kept, from when, on what ground, and what happens then: as data.

The ground is the law that has it kept or has it go. Where the law leaves the term to a list of the
archive authority (Luật Lưu trữ 33/2024/QH15), the term here is the one this house starts with; an
installation has it decided before the first dossier reaches it (`terms`, docs/adr/0048). Those
terms come from secondary sources [M], not from such a list read in full.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from motcua.foundation import clock


class End(StrEnum):
    """What happens when the term is over."""

    DELETE = "delete"
    ANONYMISE = "anonymise"
    ARCHIVE = "archive"


END_NAMES = {
    End.DELETE: "Xóa",
    End.ANONYMISE: "Ẩn danh",
    End.ARCHIVE: "Giao lưu trữ",
}


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of data: `counts_from` says in words which moment the term counts from. `years` and
    `days` add up; neither means for good. People are told `warn_days` before."""

    kind: str
    name: str
    counts_from: str
    end: End
    basis: str
    years: int = 0
    days: int = 0
    warn_days: int = 0

    @property
    def for_good(self) -> bool:
        return not self.years and not self.days


_ARCHIVE = "Luật Lưu trữ 33/2024/QH15"
_DATA = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 Điều 4"

RULES: dict[str, Rule] = {
    one.kind: one
    for one in (
        Rule(
            "draft",
            "Hồ sơ đang khai, chưa nộp",
            "ngày hết hạn của bản nháp",
            End.DELETE,
            _DATA,
            days=30,
        ),
        Rule(
            "dossier",
            "Hồ sơ thủ tục hành chính đã kết thúc",
            "ngày hồ sơ kết thúc",
            End.ANONYMISE,
            _ARCHIVE,
            years=10,
            warn_days=30,
        ),
        Rule(
            "dossier_registered",
            "Hồ sơ hộ tịch đã kết thúc",
            "ngày hồ sơ kết thúc",
            End.ARCHIVE,
            f"{_ARCHIVE}; Luật Hộ tịch 60/2014/QH13",
            years=10,
        ),
        Rule(
            "register",
            "Sổ đăng ký và kết quả đã cấp",
            "ngày ghi sổ",
            End.ARCHIVE,
            f"{_ARCHIVE}; Luật Hộ tịch 60/2014/QH13",
        ),
        Rule(
            "payment",
            "Chứng từ thu phí, lệ phí",
            "ngày thu",
            End.ARCHIVE,
            "Luật Kế toán 88/2015/QH13 Điều 41",
        ),
        Rule(
            "notice",
            "Thông báo gửi người dân",
            "ngày gửi",
            End.DELETE,
            _DATA,
            years=2,
        ),
        Rule(
            "message",
            "Thông điệp gửi hệ thống khác, đã được nhận",
            "ngày bên kia nhận",
            End.DELETE,
            _DATA,
            days=180,
        ),
        Rule(
            "call",
            "Nhật ký hỏi dữ liệu của cơ quan khác (chỉ có mã của người được hỏi)",
            "ngày hỏi",
            End.ARCHIVE,
            _ARCHIVE,
        ),
        Rule(
            "look",
            "Lượt xem dữ liệu cá nhân",
            "ngày xem",
            End.DELETE,
            _DATA,
            years=5,
        ),
        Rule(
            "consent",
            "Sự đồng ý đã rút",
            "ngày rút",
            End.DELETE,
            _DATA,
            years=5,
        ),
        Rule(
            "ledger",
            "Sổ cái sự kiện (chỉ có mã, không có dữ liệu cá nhân)",
            "ngày ghi",
            End.ARCHIVE,
            _ARCHIVE,
        ),
    )
}


def rule_for(kind: str) -> Rule:
    """The rule that keeps this kind of data. Raises KeyError: every kind has one."""
    return RULES[kind]


def kept_until(rule: Rule, since: datetime) -> datetime | None:
    """The first moment at which the record is no longer kept; None when it is kept for good.

    The day on which the term begins does not count, and a term of years ends with the same day of
    the last year, or the last day of that month where there is none (Bộ luật Dân sự 2015 Đ147,
    Đ148). `since` must be aware.
    """
    if rule.for_good:
        return None
    begun = clock.local(since).date()
    year = begun.year + rule.years
    last_day = min(begun.day, calendar.monthrange(year, begun.month)[1])
    ends = date(year, begun.month, last_day) + timedelta(days=rule.days + 1)
    return datetime.combine(ends, time(), clock.TZ)


def is_over(rule: Rule, since: datetime, now: datetime) -> bool:
    """Whether the record is past its term at `now`."""
    until = kept_until(rule, since)
    return until is not None and until <= now


def no_later(rule: Rule, now: datetime) -> datetime:
    """A moment at or before which everything began whose term is over at `now`; a record that
    began before it may still be kept, so ask `is_over` too. Only for rules that end."""
    return now - timedelta(days=365 * rule.years + rule.days)


def warns_from(rule: Rule, since: datetime) -> datetime | None:
    """When people are told that the end of the term is near; None when nobody is told."""
    until = kept_until(rule, since)
    if until is None or not rule.warn_days:
        return None
    return until - timedelta(days=rule.warn_days)
