"""`motcua catalogue import | search`: the catalogue of procedures from the command line."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motcua.doors.cli.errors import BadInput
from motcua.runtime.database import database

if TYPE_CHECKING:
    from motcua.catalogue.queries import Hit

LEVELS = ("ministry", "province", "commune")
SHOWN_REJECTIONS = 50


def configure(parser: argparse.ArgumentParser) -> None:
    """`import FILE` and `search QUERY`."""
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


def run(args: argparse.Namespace) -> int:
    """Do it; the exit code."""
    return _import(args) if args.what == "import" else _search(args)


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
