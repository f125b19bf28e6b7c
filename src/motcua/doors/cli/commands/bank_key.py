"""`motcua bank-key rotate`: a new key shared with the bank."""

from __future__ import annotations

import argparse
import sys
from datetime import timedelta
from pathlib import Path

from motcua.doors.cli.errors import BadInput
from motcua.runtime.database import database


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="rotate")
    rotate = actions.add_parser("rotate", help="sign with a new key; prints one that is made here")
    rotate.add_argument("--overlap-hours", type=float, default=24.0, help="the old one is taken on")
    rotate.add_argument("--secret-file", help="the key the bank gave (- for standard input)")


def run(args: argparse.Namespace) -> int:
    given = _given(args.secret_file) if args.secret_file else ""
    with database():
        from motcua.foundation import clock
        from motcua.payments import keys

        try:
            now = clock.now()
            fresh = keys.rotate(now, timedelta(hours=args.overlap_hours), given)
        except (keys.BadKey, OverflowError) as error:
            raise BadInput(str(error)) from error
    if not given:
        print(fresh)
    print(
        f"Khóa mới có hiệu lực ngay; khóa cũ còn được nhận thêm {args.overlap_hours:g} giờ.",
        file=sys.stderr,
    )
    return 0


def _given(path: str) -> str:
    try:
        read = sys.stdin.read() if path == "-" else Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(f"Không đọc được {path}: {error}") from error
    if not read.strip():
        raise BadInput(f"{path} trống.")
    return read.strip()
