"""What a unit's name says: its kind and its short name. Luật Tổ chức chính quyền địa phương
72/2025/QH15 Đ1: tỉnh, thành phố; xã, phường, đặc khu."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

PROVINCE_KINDS = ("Thành phố", "Tỉnh")
COMMUNE_KINDS = ("Đặc khu", "Phường", "Xã")


class BadUnit(ValueError):
    """A line of the unit list that cannot be a unit; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class UnitLine:
    """One unit over one range of days. `province` is the code of the province above it, empty for
    a province; `until` is the first day on which it is no longer so, None when it still is."""

    code: str
    name: str
    province: str
    since: date
    until: date | None
    decision: str

    @property
    def level(self) -> str:
        return "commune" if self.province else "province"


def split_name(name: str, level: str) -> tuple[str, str]:
    """`"Phường Kỳ Lừa"` -> `("Phường", "Kỳ Lừa")`. Raises `BadUnit` for a name without a kind."""
    for kind in PROVINCE_KINDS if level == "province" else COMMUNE_KINDS:
        if name.startswith(f"{kind} "):
            return kind, name.removeprefix(f"{kind} ")
    raise BadUnit(f"Tên đơn vị hành chính không có loại: {name!r}")


def parse_line(row: dict[str, str]) -> UnitLine:
    """One line of `units.csv` as a `UnitLine`; raises `BadUnit`."""
    try:
        code, province = row["code"], row["province"]
        line = UnitLine(
            code=code,
            name=row["name"],
            province=province,
            since=date.fromisoformat(row["from"]),
            until=date.fromisoformat(row["to"]) if row["to"] else None,
            decision=row["decision"],
        )
    except (KeyError, ValueError) as error:
        raise BadUnit(f"Dòng đơn vị hành chính không đọc được: {row!r}") from error
    if not (code.isdigit() and len(code) == (5 if province else 2)):
        raise BadUnit(f"Mã đơn vị hành chính phải có 2 hoặc 5 chữ số: {code!r}")
    split_name(line.name, line.level)
    return line
