"""`motcua deadline`: when a dossier is due, by the working calendar. Needs no database.

One question by options, or many as JSON lines in a file; the answer's form is in
`docs` (contracts): `{"effective": …, "due": …, "verdict": …}`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from motcua.doors.cli.errors import BadInput
from motcua.foundation import calendar as calendars
from motcua.foundation import deadlines
from motcua.foundation.clock import TZ

_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2})?([Zz]|[+-][0-9]{2}(:?[0-9]{2})?)?"
)
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_KEYS = {"received", "limit", "unit", "pauses", "extend", "done", "at"}
_VERDICTS = {
    "early": "trước hạn",
    "on_time": "đúng hạn",
    "late": "trễ hạn",
    "running": "đang giải quyết trong hạn",
    "due_soon": "sắp đến hạn",
    "overdue": "quá hạn",
    "paused": "đang tạm dừng",
}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.allow_abbrev = False
    parser.add_argument("--received", metavar="MOMENT", help="the intake, as 2026-11-20T15:30")
    parser.add_argument("--limit", metavar="N", help="the number of the limit")
    parser.add_argument("--unit", help=", ".join(deadlines.UNITS))
    parser.add_argument(
        "--pause", action="append", default=[], metavar="FROM/[TO][/restart]", help="repeatable"
    )
    parser.add_argument("--extend", metavar="N", help="the new total of an extension")
    parser.add_argument("--calendar", metavar="FILE", help="a working calendar as JSON")
    parser.add_argument("--done", metavar="MOMENT", help="when the result was ready")
    parser.add_argument("--at", metavar="MOMENT", help="when an open dossier is looked at")
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")
    parser.add_argument("--cases", metavar="FILE.jsonl", help="many questions, one a line")


def run(args: argparse.Namespace) -> int:
    calendar = _calendar(args.calendar)
    if args.cases is not None:
        single = (args.received, args.limit, args.unit, args.extend, args.done, args.at)
        if args.pause or any(value is not None for value in single):
            raise BadInput("--cases không đi cùng các tùy chọn của một hồ sơ.")
        return _answer_all(_lines(args.cases), calendar)
    try:
        found = _compute(_asked(args), calendar)
    except ValueError as error:
        raise BadInput(str(error)) from error
    if args.json:
        print(json.dumps(_plain(found), ensure_ascii=False))
    else:
        print(_in_words(found))
    return 0


def _asked(args: argparse.Namespace) -> dict[str, Any]:
    """The options of one question as the JSON object of a case."""
    case = {name: getattr(args, name) for name in ("received", "unit", "done", "at")}
    case["limit"] = None if args.limit is None else _decimal(args.limit)
    case["extend"] = None if args.extend is None else _decimal(args.extend)
    case["pauses"] = [_pause_option(text) for text in args.pause]
    return case


def _pause_option(text: str) -> list[str | None]:
    parts: list[str | None] = [part or None for part in text.split("/")]
    if len(parts) not in (2, 3) or not parts[0] or (len(parts) == 3 and parts[2] != "restart"):
        raise ValueError(f"--pause {text!r}: viết FROM/[TO][/restart].")
    return parts


def _answer_all(lines: Iterable[bytes], calendar: calendars.WorkingCalendar) -> int:
    """Answer case by case, in order; 2 when any was bad."""
    code = 0
    for line in lines:
        if not line.strip():
            continue
        answer: dict[str, Any]
        try:
            answer = _plain(_compute(_parsed(line), calendar))
        except (ValueError, RecursionError) as error:
            answer = {"error": str(error)}
            code = 2
        print(json.dumps(answer, ensure_ascii=False))
    return code


def _compute(case: dict[str, Any], calendar: calendars.WorkingCalendar) -> deadlines.Deadline:
    if case.get("received") is None:
        raise ValueError("Thiếu thời điểm tiếp nhận (received).")
    if not isinstance(case.get("unit"), str):
        raise ValueError("Thiếu đơn vị thời hạn (unit).")
    pauses = case.get("pauses")
    if pauses is not None and not isinstance(pauses, list):
        raise ValueError("pauses phải là một danh sách.")
    return deadlines.compute(
        received=_moment(case["received"]),
        amount=case.get("limit"),
        unit=case["unit"],
        calendar=calendar,
        pauses=[_pause(item) for item in pauses or []],
        extend=case.get("extend"),
        done=_optional_moment(case.get("done")),
        at=_optional_moment(case.get("at")),
    )


def _pause(item: Any) -> deadlines.Pause:
    if (
        not isinstance(item, list)
        or len(item) not in (2, 3)
        or (len(item) == 3 and item[2] != "restart")
    ):
        raise ValueError('Mỗi lần tạm dừng là [from, to] hoặc [from, to, "restart"].')
    return deadlines.Pause(_moment(item[0]), _optional_moment(item[1]), restart=len(item) == 3)


def _optional_moment(value: Any) -> datetime | None:
    return None if value is None else _moment(value)


def _moment(value: Any) -> datetime:
    """A moment to the second; without an offset it is on the Vietnamese clock."""
    try:
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            moment = datetime.fromisoformat(value.upper())
            return moment if moment.tzinfo else moment.replace(tzinfo=TZ)
    except ValueError:
        pass
    raise ValueError(f"{value!r} không phải một thời điểm như 2026-11-20T15:30.")


def _decimal(text: str) -> Decimal:
    try:
        if _NUMBER.fullmatch(text):
            return Decimal(text)
    except InvalidOperation:
        pass
    raise ValueError(f"{text!r} không phải một số.")


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        case = _json(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ValueError("Dòng không phải UTF-8.") from None
    if not isinstance(case, dict):
        raise ValueError("Mỗi dòng phải là một đối tượng JSON.")
    if unknown := sorted(set(case) - _KEYS):
        raise ValueError(f"Khóa không biết: {', '.join(unknown)}.")
    return case


def _json(text: str) -> Any:
    """JSON with exact decimals, no NaN and no key twice."""
    try:
        return json.loads(
            text, parse_float=_decimal, parse_constant=_decimal, object_pairs_hook=_unique
        )
    except json.JSONDecodeError as error:
        raise ValueError(f"Không phải JSON: {error}") from None


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("Một khóa ghi hai lần.")
    return made


def _lines(name: str) -> list[bytes]:
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"Không đọc được {name}: {error.strerror}.") from error
    return data.split(b"\n")


def _calendar(name: str | None) -> calendars.WorkingCalendar:
    if name is None:
        return calendars.standard()
    try:
        return calendars.from_json(_json(Path(name).read_text("utf-8-sig")))
    except OSError as error:
        raise BadInput(f"Không đọc được {name}: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise BadInput(f"{name}: {error}") from error


def _plain(found: deadlines.Deadline) -> dict[str, Any]:
    return {
        "effective": found.effective.isoformat(),
        "due": found.due.isoformat(),
        "verdict": found.verdict,
    }


def _in_words(found: deadlines.Deadline) -> str:
    lines = [
        f"Tính từ:  {found.effective:%H:%M:%S %d/%m/%Y}",
        f"Hạn trả:  {found.due:%H:%M:%S %d/%m/%Y}",
    ]
    if found.verdict:
        lines.append(f"Tình trạng: {_VERDICTS[found.verdict]}")
    return "\n".join(lines)
