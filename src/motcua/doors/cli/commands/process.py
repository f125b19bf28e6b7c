"""`motcua process …`: a BPMN file judged before it is published. Needs no database."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from motcua.doors.cli.errors import BadInput
from motcua.foundation import calendar as calendars
from motcua.foundation import clock
from motcua.foundation.deadlines import UNITS
from motcua.processes import bpmn, inspection
from motcua.processes.definition import Definition
from motcua.processes.errors import BadProcess, ProcessError
from motcua.processes.inspection import Surroundings
from motcua.processes.simulation import Plan, Result, simulate


def configure(parser: argparse.ArgumentParser) -> None:
    """`check FILE` and `simulate FILE`."""
    kinds = parser.add_subparsers(dest="what", required=True)
    checking = kinds.add_parser("check", help="name everything that keeps it from being published")
    checking.add_argument("file", type=Path, help="a BPMN 2.0 file; - is standard input")
    checking.add_argument("--hours", help="the working hours in which it must be done")
    trying = kinds.add_parser("simulate", help="play synthetic dossiers through it")
    trying.add_argument("file", type=Path, help="a BPMN 2.0 file; - is standard input")
    trying.add_argument("--number", type=int, default=200, help="how many dossiers (200)")
    trying.add_argument("--per-day", default="10", help="how many come on a working day (10)")
    trying.add_argument(
        "--staff", action="append", default=[], metavar="ROLE=N", help="who works (1); repeatable"
    )
    trying.add_argument("--effort", default="0.25", help="share of a step's hours worked (0.25)")
    trying.add_argument("--limit", metavar="N:UNIT", help="the limit, such as 5:working_day")
    trying.add_argument("--seed", type=int, default=1, help="the same seed, the same dossiers (1)")
    trying.add_argument("--start", metavar="MOMENT", help="the beginning, as 2026-11-23T08:00")
    trying.add_argument(
        "--case", action="append", default=[], metavar="NAME=JSON", help="a value for conditions"
    )
    trying.add_argument("--calendar", type=Path, help="a working calendar as JSON")
    trying.add_argument("--json", action="store_true", help="answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Do it; 1 when something was found, or could not be simulated."""
    try:
        text = (
            sys.stdin.read() if str(args.file) == "-" else args.file.read_text(encoding="utf-8-sig")
        )
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(str(error)) from error
    try:
        definition = bpmn.read_all(text, lambda key: None)
        limit = _number(args.hours) if args.what == "check" and args.hours else None
        problems = inspection.inspect(definition, Surroundings(limit=limit))
    except BadProcess as refused:
        problems = list(refused.problems)
    for problem in problems:
        print(f"{inspection.NAMES[problem.code]}: {problem}", file=sys.stderr)
    if problems or args.what == "check":
        return int(bool(problems))
    try:
        return _tell(definition, simulate(definition, _plan(args)), args.json)
    except (ProcessError, calendars.CalendarError) as error:
        print(error, file=sys.stderr)
        return 1


def _plan(args: argparse.Namespace) -> Plan:
    calendar = calendars.standard()
    try:
        if args.calendar is not None:
            calendar = calendars.from_json(json.loads(args.calendar.read_text()))
        start = datetime.fromisoformat(args.start) if args.start else clock.now()
        staff = {role: int(people) for role, people in _pairs(args.staff)}
        case = {"way": "online", "case": "", "supplements": 0, "decision": "grant"}
        case |= {name: json.loads(value) for name, value in _pairs(args.case)}
    except (OSError, ValueError, calendars.CalendarError) as error:
        raise BadInput(str(error)) from error
    return Plan(
        number=args.number,
        seed=args.seed,
        start=start if start.tzinfo else start.replace(tzinfo=clock.TZ),
        calendar=calendar,
        per_day=_number(args.per_day),
        staff=staff,
        effort=_number(args.effort),
        limit=_limit(args.limit) if args.limit else None,
        case=case,
    )


def _pairs(given: list[str]) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in given]
    if any(not sign for _, sign, _ in pairs):
        raise BadInput("NAME=VALUE is expected")
    return [(name.strip(), value.strip()) for name, _, value in pairs]


def _limit(text: str) -> tuple[Decimal, str]:
    amount, _, unit = text.partition(":")
    if unit not in UNITS or unit == "within_day":
        raise BadInput(f"--limit: one of {', '.join(UNITS)} is expected after the colon")
    return _number(amount), unit


def _number(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise BadInput(f"{text!r} is not a number") from None
    if not number.is_finite() or number <= 0:
        raise BadInput(f"{text!r} is not a number above zero")
    return number


def _hours(time: timedelta) -> float:
    return round(time.total_seconds() / 3600, 2)


def _tell(definition: Definition, result: Result, as_json: bool) -> int:
    steps = [
        {
            "step": of.step,
            "name": of.name,
            "role": of.role,
            "done": of.done,
            "wait_hours": _hours(of.mean_wait),
            "work_hours": _hours(of.mean_work),
            "longest_queue": of.longest_queue,
            "share_in_time": of.share_in_time,
        }
        for of in result.steps
    ]
    whole: dict[str, Any] = {
        "process": definition.name,
        "dossiers": len(result.dossiers),
        "mean_hours": _hours(result.mean),
        "nine_in_ten_hours": _hours(result.ninth_in_ten),
        "share_on_time": result.share_on_time,
    }
    if as_json:
        print(json.dumps({**whole, "steps": steps}, ensure_ascii=False))
        return 0
    share = result.share_on_time
    on_time = "" if share is None else f", đúng hạn {share:.1%}"
    print(
        f"{definition.name}: {len(result.dossiers)} hồ sơ, trung bình {_hours(result.mean)} giờ làm"
        f" việc, chín phần mười trong {_hours(result.ninth_in_ten)} giờ{on_time}"
    )
    for of in result.steps:
        share = of.share_in_time
        in_time = "" if share is None else f", trong giờ của bước {share:.0%}"
        print(
            f"  {of.name}: {of.done} lần, chờ {_hours(of.mean_wait)} giờ, làm"
            f" {_hours(of.mean_work)} giờ, hàng chờ dài nhất {of.longest_queue}{in_time}"
        )
    return 0
