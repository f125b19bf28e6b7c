"""`motcua retention preview | run | archive | term`: what has been kept long enough, and how long
that is."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from motcua.doors.cli.errors import BadInput
from motcua.runtime.database import database

if TYPE_CHECKING:
    from motcua.privacy.actions.disposing import Outlook


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(
        dest="action", required=True, metavar="preview|run|archive|term"
    )
    preview = actions.add_parser("preview", help="what would be done now; changes nothing")
    preview.add_argument("--json", action="store_true", help="answer as JSON")
    actions.add_parser("run", help="do it now instead of at night, in small transactions")
    archive = actions.add_parser("archive", help="what waits to be handed to the archive")
    archive.add_argument("--handed", nargs="+", metavar="NUMBER", help="these were handed over")
    archive.add_argument("--receipt", default="", help="number and date of the archive's receipt")
    term = actions.add_parser("term", help="keep one kind so long from now on, by a decision")
    term.add_argument("kind", help="as the preview names it, for example dossier")
    term.add_argument("--years", type=int, default=0)
    term.add_argument("--days", type=int, default=0, help="besides the years")
    term.add_argument("--decision", required=True, help="number, date, who decided")


def run(args: argparse.Namespace) -> int:
    with database():
        from motcua.foundation import clock
        from motcua.privacy import archiving, terms
        from motcua.privacy.actions import disposing
        from motcua.privacy.errors import PrivacyError

        now = clock.now()
        if args.action == "preview":
            _show(disposing.preview(now), args.json)
        elif args.action == "run":
            done = disposing.run(now)
            print(json.dumps(done, ensure_ascii=False) if done else "Không có gì đến hạn.")
        elif args.action == "term":
            try:
                made = terms.decide(args.kind, args.years, args.days, args.decision, now)
            except PrivacyError as error:
                raise BadInput(error.message) from error
            print(f"{made.kind}: giữ {made.years} năm {made.days} ngày, theo {made.decision}.")
        elif args.handed:
            try:
                count = archiving.hand_over(args.handed, args.receipt, now)
            except PrivacyError as error:
                raise BadInput(error.message) from error
            print(f"Đã ghi nhận giao {count} hồ sơ.")
        else:
            for item in archiving.waiting():
                print(f"{item.reference}\t{clock.local(item.found_at):%d/%m/%Y}")
    return 0


def _show(outlook: list[Outlook], as_json: bool) -> None:
    from motcua.privacy.retention import END_NAMES

    if as_json:
        told = [
            {
                "kind": one.rule.kind,
                "end": one.rule.end,
                "over": one.over,
                "held": one.held,
                "waiting": one.waiting,
                "due": one.due,
            }
            for one in outlook
        ]
        print(json.dumps(told))
        return
    for one in outlook:
        rule = one.rule
        term = "vĩnh viễn" if rule.for_good else f"{rule.years} năm {rule.days} ngày"
        print(f"{rule.name} ({rule.kind}): giữ {term} từ {rule.counts_from}; {rule.basis}")
        if not rule.for_good:
            print(
                f"  quá hạn {one.over}: {END_NAMES[rule.end].lower()} {one.due},"
                f" đang bị giữ {one.held}, chờ đủ thời gian báo trước {one.waiting}"
            )
