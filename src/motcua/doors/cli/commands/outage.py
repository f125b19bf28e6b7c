"""`motcua outage`: announced outages, which stop the clock of linked procedures."""

from __future__ import annotations

import argparse
from datetime import datetime

from motcua.doors.cli.errors import BadInput
from motcua.runtime.database import database


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="announce|repaired|list")
    announce = actions.add_parser("announce", help="announce an outage of at most 24 hours")
    announce.add_argument("what", help="which system, in words people understand")
    announce.add_argument("--from", dest="start", required=True, help="2026-11-23T22:00")
    announce.add_argument("--to", dest="end", required=True, help="2026-11-24T02:00")
    announce.add_argument("--by", default="operator", help="who announces it")
    repaired = actions.add_parser("repaired", help="the outage that runs now is over")
    repaired.add_argument("id", type=int)
    repaired.add_argument("--by", default="operator", help="who says so")
    actions.add_parser("list", help="announced outages, newest first")


def run(args: argparse.Namespace) -> int:
    with database():
        from motcua.dossiers.actions import linked_watching
        from motcua.dossiers.errors import Refused
        from motcua.foundation import clock

        now = clock.now()
        try:
            if args.action == "announce":
                row = linked_watching.announce(
                    args.what, _moment(args.start), _moment(args.end), args.by, now
                )
                print(row.pk)
            elif args.action == "repaired":
                linked_watching.repaired(args.id, args.by, now)
            else:
                for line in linked_watching.announced():
                    print(line)
        except Refused as refused:
            raise BadInput(refused.message) from refused
    return 0


def _moment(text: str) -> datetime:
    """A moment; without an offset it is on the Vietnamese clock."""
    from motcua.foundation import clock

    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise BadInput(f"{text} không phải là một thời điểm, ví dụ 2026-11-23T22:00.") from error
    return found if found.tzinfo else found.replace(tzinfo=clock.TZ)
