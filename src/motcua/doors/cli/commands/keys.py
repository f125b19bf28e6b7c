"""`motcua keys add | rotate | status`: the keys under which personal data is kept."""

from __future__ import annotations

import argparse

from motcua.runtime.database import database
from motcua.runtime.owner import as_owner


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="add|rotate|status")
    actions.add_parser("add", help="make a new key; restart the house, then rotate")
    rotate = actions.add_parser(
        "rotate", help="encrypt anew, with the newest key, what older ones sealed"
    )
    rotate.add_argument("--batch", type=int, default=500, help="rows in one transaction")
    actions.add_parser("status", help="how many values each key seals; exit 1 when not all newest")


def run(args: argparse.Namespace) -> int:
    """Rotation may be stopped at any moment and started again: what is done stays done."""
    with database():
        from motcua.foundation import crypto, person_keys, personal_fields

        if args.action == "add":
            print(f"Khóa mới: {crypto.add_key()}. Khởi động lại hệ thống rồi chạy: keys rotate")
            return 0
        if args.action == "rotate":
            with as_owner():  # it also changes the seal of what only grows
                own = personal_fields.adopt(max(args.batch, 1))
                done = crypto.rotate(max(args.batch, 1))
            wrapped = person_keys.rewrap()
            print(
                f"Đã mã hóa lại {done} giá trị; chuyển {own} giá trị sang khóa riêng của từng"
                f" người; bọc lại {wrapped} khóa riêng."
            )
        counts = crypto.sealed_by()
        for key_id, count in person_keys.wrapped_by().items():
            counts[key_id] = counts.get(key_id, 0) + count
    for key_id, count in sorted(counts.items()):
        print(f"Khóa {key_id}: {count} giá trị")
    return 0 if set(counts) <= {crypto.newest_key()} else 1
