"""A decree as a file: one line for each competence that it hands over. Pure: reads the lines and
says what is wrong with one, with its place; what the names mean is asked of the database later.

The columns are explained in docs/administrator/decentralisation.md.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from motcua.foundation import text
from motcua.foundation.plain import markup

LARGEST = 5_000_000
MOST_LINES = 20_000
COLUMNS = {
    "procedure": "procedure",
    "mã thủ tục": "procedure",
    "case": "case",
    "trường hợp": "case",
    "territory": "territory",
    "địa bàn": "territory",
    "from": "from",
    "từ": "from",
    "to": "to",
    "đến": "to",
    "date": "date",
    "từ ngày": "date",
    "until": "until",
    "đến trước ngày": "until",
    "open": "open",
    "hồ sơ đang mở": "open",
}
REQUIRED = ("procedure", "to", "date")
LEVELS = {
    "commune": "commune",
    "cấp xã": "commune",
    "province": "province",
    "cấp tỉnh": "province",
    "district": "district",
    "cấp huyện": "district",
    "ministry": "ministry",
    "cấp bộ": "ministry",
}
STAYS, MOVES = "stays", "moves"
OPEN = {
    "stays": STAYS,
    "ở lại": STAYS,
    "moves": MOVES,
    "chuyển": MOVES,
}
"""What happens to the dossiers that are open on the first day."""
_CODE = re.compile(r"[1-9]\.\d{6}")
_TERRITORY = re.compile(r"\d{2}|\d{5}")
_AGENCY = re.compile(r"[A-Z]{1,3}\d{2,3}(\.\d{1,4}){0,4}")
_ISO = re.compile(r"\d{4}-\d\d-\d\d")
_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at one place of a file. `line` counts from 1, the heading too; `column` is the
    English name of the column, empty for the whole line or file."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One competence that passes over. `source` and `target` are a level (`commune`) or the code of
    an agency, `source` empty when the decree does not say; `until` the first day on which the
    handover no longer holds. `moves` when open dossiers pass over with it; otherwise who took them
    in brings them to their end."""

    number: int
    procedure: str
    case: str
    territory: str
    source: str
    target: str
    since: date
    until: date | None
    moves: bool = False


def read(content: str) -> tuple[list[Line], list[Problem]]:
    """The lines of a decree and what is wrong with the others. Commas, semicolons or tabs; days as
    `2026-12-01` or `1/12/2026`."""
    if len(content) > LARGEST:
        return [], [Problem(0, "", f"Tệp dài quá {LARGEST // 1_000_000} triệu chữ.")]
    rows = csv.reader(io.StringIO(text.nfc(content).lstrip("\ufeff")), delimiter=_mark(content))
    lines: list[Line] = []
    problems: list[Problem] = []
    names: list[str] | None = None
    try:
        for said in rows:
            number = rows.line_num
            if not any(cell.strip() for cell in said):
                continue
            if names is None:
                names, wrong = _heading(said)
                if wrong:
                    return [], [Problem(number, "", wrong)]
                continue
            if len(lines) + len(problems) >= MOST_LINES:
                problems.append(Problem(number, "", f"Tệp có quá {MOST_LINES} dòng."))
                break
            one = _line(number, said, names)
            problems.extend(one) if isinstance(one, list) else lines.append(one)
    except csv.Error as error:
        problems.append(Problem(rows.line_num, "", f"Không đọc được dòng này: {error}."))
    if not lines and not problems:
        problems.append(Problem(0, "", "Tệp không có dòng nào."))
    problems += _twice(lines)
    return lines, sorted(problems, key=lambda problem: problem.line)


def _mark(content: str) -> str:
    heading = content.split("\n", 1)[0]
    return max(",;\t", key=heading.count)


def _heading(said: list[str]) -> tuple[list[str], str]:
    known = [COLUMNS.get(" ".join(cell.lower().split()), "") for cell in said]
    for cell, name in zip(said, known, strict=True):
        if not name:
            return known, f"Không có cột nào tên “{cell.strip()[:40]}”."
    if twice := {name for name in known if known.count(name) > 1}:
        return known, f"Cột {', '.join(sorted(twice))} có hai lần."
    if missing := [name for name in REQUIRED if name not in known]:
        return known, f"Thiếu cột {', '.join(missing)}."
    return known, ""


def _line(number: int, said: list[str], names: list[str]) -> Line | list[Problem]:
    if len(said) != len(names):
        return [Problem(number, "", f"Dòng có {len(said)} ô, phải là {len(names)}.")]
    cells = {name: cell.strip() for name, cell in zip(names, said, strict=True)}
    problems = [
        Problem(number, name, wrong) for name in cells if (wrong := _wrong(name, cells)) is not None
    ]
    if problems:
        return problems
    since = _day(cells["date"])
    assert since is not None, "checked above"
    return Line(
        number,
        cells["procedure"],
        cells.get("case", ""),
        cells.get("territory", ""),
        _body(cells.get("from", "")),
        _body(cells["to"]),
        since,
        _day(cells.get("until", "")),
        OPEN.get(cells.get("open", "").lower()) == MOVES,
    )


def _wrong(name: str, cells: Mapping[str, str]) -> str | None:
    """What is wrong with one cell, or None."""
    said = cells[name]
    shown = said if len(said) <= 40 else f"{said[:39]}…"
    if "\0" in said or markup(said):
        return "Có ký tự không được phép."
    if not said:
        return "Thiếu." if name in REQUIRED else None
    if name == "procedure" and not _CODE.fullmatch(said):
        return f"Không phải mã thủ tục: {shown}."
    if name == "case" and len(said) > 40:
        return f"Mã trường hợp quá dài: {shown}."
    if name == "territory" and not _TERRITORY.fullmatch(said):
        return f"Không phải mã tỉnh (2 số) hay mã xã (5 số): {shown}."
    if name in ("from", "to") and said.lower() not in LEVELS and not _AGENCY.fullmatch(said):
        return f"Không phải một cấp hay mã cơ quan: {shown}."
    if name == "to" and LEVELS.get(said.lower()) in ("district", "ministry"):
        return "Phải nêu mã của cơ quan, hoặc cấp xã, cấp tỉnh."
    if name == "open" and said.lower() not in OPEN:
        return f"Phải là {STAYS} (ở lại) hoặc {MOVES} (chuyển): {shown}."
    if name in ("date", "until"):
        return _wrong_day(name, cells, shown)
    return None


def _wrong_day(name: str, cells: Mapping[str, str], shown: str) -> str | None:
    day, first = _day(cells[name]), _day(cells.get("date", ""))
    if day is None:
        return f"Không phải ngày: {shown}."
    if name == "until" and first is not None and day <= first:
        return "Ngày kết thúc phải sau ngày bắt đầu."
    return None


def _day(said: str) -> date | None:
    """The day; None when there is none. Years from 1990 to 2100: others are slips of typing."""
    try:
        if found := _DAY.fullmatch(said):
            day = date(int(found[3]), int(found[2]), int(found[1]))
        elif _ISO.fullmatch(said):
            day = date.fromisoformat(said)
        else:
            return None
    except ValueError:
        return None
    return day if 1990 <= day.year <= 2100 else None


def _body(said: str) -> str:
    return LEVELS.get(said.lower(), said)


def _twice(lines: list[Line]) -> list[Problem]:
    """Two lines about the same, whose days touch."""
    problems = []
    seen: dict[tuple[str, str, str], list[Line]] = {}
    for line in lines:
        others = seen.setdefault((line.procedure, line.case, line.territory), [])
        for other in others:
            if (other.until is None or line.since < other.until) and (
                line.until is None or other.since < line.until
            ):
                reason = f"Trùng với dòng {other.number}."
                problems.append(Problem(line.number, "procedure", reason))
                break
        others.append(line)
    return problems
