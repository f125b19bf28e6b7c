"""What a procedure costs those who carry it out (TT 03/2022/TT-VPCP): pure, in đồng.

Once: hours times income of an hour for each activity, and travel, printing, fees and the rest. In a
year: that, times subjects, times how often each does it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

ACTIVITIES = {
    "prepare": "Chuẩn bị hồ sơ",
    "file": "Nộp hồ sơ",
    "pay": "Nộp phí, lệ phí",
    "inspection": "Phục vụ kiểm tra, đánh giá",
    "result": "Nhận kết quả",
}
MONEY = {
    "income_per_hour": "Thu nhập bình quân một giờ",
    "travel": "Chi phí đi lại",
    "printing": "Chi phí in ấn, tài liệu",
    "fee": "Phí, lệ phí",
    "other": "Chi phí khác",
}
COUNTS = {"subjects": "Số đối tượng một năm", "times_per_year": "Số lần mỗi đối tượng một năm"}
GREATEST = 10**12


class BadBurden(ValueError):
    """A figure of the compliance cost that cannot be; `field` names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of a procedure. Hours by activity; money in đồng; people and times a year."""

    hours: Mapping[str, Decimal]
    income_per_hour: Decimal
    travel: Decimal
    printing: Decimal
    fee: Decimal
    other: Decimal
    subjects: Decimal
    times_per_year: Decimal


@dataclass(frozen=True, slots=True)
class Cost:
    """In đồng, rounded to whole ones at the very end."""

    once: int
    year: int


@dataclass(frozen=True, slots=True)
class Saving:
    """What a change saves a year, in đồng and in percent of what it costs now (None when it costs
    nothing now). Negative: it costs more."""

    year: int
    percent: Decimal | None


def read(said: Mapping[str, Any]) -> Figures:
    """Figures from `parameters.burden` of a specification; what is left out is nothing. Raises
    `BadBurden` for what is no number, negative or beyond a million million, and for unknown names.
    """
    hours = said.get("hours", {})
    if not isinstance(hours, Mapping):
        raise BadBurden("hours", "phải là số giờ theo từng hoạt động.")
    for name in said:
        if name not in ("hours", *MONEY, *COUNTS):
            raise BadBurden(str(name), "không có mục này.")
    for name in hours:
        if name not in ACTIVITIES:
            raise BadBurden(f"hours.{name}", "không có hoạt động này.")
    return Figures(
        hours={name: number(f"hours.{name}", hours.get(name, 0)) for name in ACTIVITIES},
        **{name: number(name, said.get(name, 0)) for name in (*MONEY, *COUNTS)},
    )


def cost(figures: Figures) -> Cost:
    """What it costs one subject once, and all of them in a year."""
    once = (
        sum(figures.hours.values(), Decimal(0)) * figures.income_per_hour
        + figures.travel
        + figures.printing
        + figures.fee
        + figures.other
    )
    return Cost(_whole(once), _whole(once * figures.subjects * figures.times_per_year))


def saving(now: Figures, then: Figures) -> Saving:
    """What the change from `now` to `then` saves a year."""
    before, after = cost(now).year, cost(then).year
    percent = None
    if before:
        part = Decimal(before - after) * 100 / before
        percent = part.quantize(Decimal("0.1"), ROUND_HALF_UP)
    return Saving(before - after, percent)


def number(field: str, said: Any) -> Decimal:
    """A figure as somebody wrote it. Raises `BadBurden`, naming `field`."""
    if isinstance(said, bool) or not isinstance(said, int | float | str):
        raise BadBurden(field, "phải là số.")
    try:
        number = Decimal(str(said))
    except InvalidOperation as error:
        raise BadBurden(field, "phải là số.") from error
    if not number.is_finite() or not 0 <= number <= GREATEST:
        raise BadBurden(field, "phải là số không âm, không quá một nghìn tỷ.")
    return number


def _whole(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), ROUND_HALF_UP))
