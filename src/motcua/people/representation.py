"""Who may act for whom, on which day, doing what: pure rules over mandates.

Grounds: Bộ luật Dân sự 2015 Đ134-143 (representation), Đ136 (parents of minors, guardians), Đ137
(legal representative of a body), Đ138 and Đ563 (authorisation, a year where no time is agreed).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from motcua.foundation import clock
from motcua.people.models import Mandate

Ground = Mandate.Ground
OF_AGE = 18
LONGEST = timedelta(days=5 * 366)
"""No authorisation made here runs longer: what is forgotten ends by itself."""


class Deed(StrEnum):
    """What a representative may do with a dossier. Seeing goes with every mandate."""

    FILE = "file"
    ANSWER = "answer"
    PAY = "pay"
    WITHDRAW = "withdraw"


DEED_WORDS: Mapping[str, str] = {
    Deed.FILE: "nộp hồ sơ",
    Deed.ANSWER: "bổ sung giấy tờ, xác nhận bản thảo, đánh giá",
    Deed.PAY: "nộp phí, lệ phí",
    Deed.WITHDRAW: "rút hồ sơ",
}
ALL_DEEDS = frozenset(DEED_WORDS)
BY_LAW = frozenset({Ground.LEGAL, Ground.PARENT, Ground.GUARDIAN})
"""Grounds that are not given by a word of the represented: no limits, and not theirs to revoke."""


@dataclass(frozen=True, slots=True)
class Power:
    """A mandate as plain values. `starts` belongs to it, `ends` does not (None: open); empty
    `procedures` are all."""

    ground: str
    starts: datetime
    ends: datetime | None
    procedures: frozenset[str] = frozenset()
    deeds: frozenset[str] = ALL_DEEDS

    def in_force(self, at: datetime) -> bool:
        """Whether it holds at the moment `at`."""
        return self.starts <= at and (self.ends is None or at < self.ends)


def may_see(power: Power, procedure: str, at: datetime) -> bool:
    """Whether the representative may see the represented's dossiers of `procedure` at `at`."""
    return power.in_force(at) and (not power.procedures or procedure in power.procedures)


def may(power: Power, deed: str, procedure: str, at: datetime) -> bool:
    """Whether the representative may do `deed` with a dossier of `procedure` at `at`."""
    return may_see(power, procedure, at) and deed in power.deeds


def of_age_on(born: date) -> date:
    """The eighteenth birthday; that of 29 February is 1 March."""
    try:
        return born.replace(year=born.year + OF_AGE)
    except ValueError:
        return date(born.year + OF_AGE, 3, 1)


def is_minor(born: date, on: date) -> bool:
    """Whether parents represent who was born on `born` (BLDS Đ21, Đ136)."""
    return on < of_age_on(born)


def midnight(day: date) -> datetime:
    """The moment at which `day` begins in Vietnam."""
    return datetime.combine(day, time.min, tzinfo=clock.TZ)


def wrong_with(
    ground: str,
    starts: datetime,
    ends: datetime | None,
    deeds: Collection[str],
    paper: str,
    now: datetime,
) -> str:
    """Why such a mandate cannot be given, in words; empty when it can."""
    if not deeds or not set(deeds) <= ALL_DEEDS:
        return "Chọn ít nhất một việc mà người đó được làm thay."
    if ends is not None and (ends <= starts or ends <= now):
        return "Ngày kết thúc phải sau ngày bắt đầu và sau hôm nay."
    if ends is not None and ends - starts > LONGEST:
        return "Mỗi lần cho làm thay tối đa 5 năm. Hết hạn, bạn có thể cho lại."
    if ground in (Ground.AUTHORISED, Ground.GUARDIAN) and not paper.strip():
        return "Ghi số văn bản ủy quyền, hoặc tải lên bản chụp."
    return ""


def end_of(starts: datetime, ends: datetime | None) -> datetime:
    """When an authorisation ends: as agreed, else after a year (BLDS Đ563)."""
    return ends if ends is not None else starts + timedelta(days=365)
