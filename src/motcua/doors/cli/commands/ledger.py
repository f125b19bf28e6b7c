"""`motcua ledger verify`: whether the ledger is unbroken. Exit code 1 at a break."""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from motcua.runtime.database import database

_PROBLEMS = {
    "seal removed": "niêm phong bị gỡ",
    "entry removed": "mục bị xóa",
    "entry removed before it was sealed": "mục bị xóa trước khi niêm phong",
    "entry or seal replaced: the link differs": "mục hoặc niêm phong bị thay",
    "entry altered: the digest differs from the body": "nội dung mục bị sửa",
    "entry altered: the columns differ from the body": "cột của mục bị sửa",
    "entry inserted, or its seal removed": "mục bị chèn thêm, hoặc niêm phong của mục bị gỡ",
    "head removed": "điểm cuối của chuỗi bị gỡ",
    "head differs from the last seal": "điểm cuối của chuỗi khác niêm phong cuối",
}


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="verify")
    verify = actions.add_parser("verify", help="walk the whole chain and check every row of it")
    verify.add_argument("--json", action="store_true", help="answer with one JSON document")


def run(args: argparse.Namespace) -> int:
    with database():
        from motcua.foundation import ledger

        found = ledger.verify()
    broken = found.first_break
    if found.stale:
        print(
            f"motcua ledger: {found.stale} mục chưa được niêm phong quá"
            f" {ledger.STALE_SECONDS} giây; tiến trình nền có đang chạy không?",
            file=sys.stderr,
        )
    if args.json:
        answer = {
            "ok": found.ok,
            "sealed_to": found.sealed_to,
            "unsealed": found.unsealed,
            "first_break": dataclasses.asdict(broken) if broken else None,
        }
        print(json.dumps(answer, ensure_ascii=False))
    elif broken:
        where = [
            f"niêm phong {broken.position}" if broken.position is not None else "",
            f"mục {broken.entry}" if broken.entry is not None else "",
        ]
        what = _PROBLEMS.get(broken.problem, broken.problem)
        print(f"Sổ cái bị đứt tại {', '.join(filter(None, where))}: {what}.")
    else:
        print(f"Sổ cái nguyên vẹn đến niêm phong {found.sealed_to}; {found.unsealed} mục đang chờ.")
    return 1 if broken else 0
