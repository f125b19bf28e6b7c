"""`motcua ledger verify`: whether the ledger is unbroken. Exit code 1 at a break.

`motcua ledger prove NUMBER` prints a proof that the entry is in the ledger, which
`docs/verify_ledger.py` judges without any of our code. `motcua ledger publish` closes and signs the
days that have ended, which the worker does by itself.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys

from motcua.doors.cli.errors import CommandFailed
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
    "day removed, or its run of entries altered": "một ngày bị gỡ, hoặc phạm vi của ngày bị sửa",
    "day covers entries that are no more": "ngày đã khóa gồm những mục không còn nữa",
    "root differs from the sealed entries": "gốc của ngày khác với các mục đã niêm phong",
    "root altered": "gốc của ngày bị sửa",
    "statement altered": "lời công bố của ngày bị sửa",
    "signature of the day differs from its statement": "chữ ký của ngày không khớp lời công bố",
    "day signed by somebody unknown": "ngày do một khóa lạ ký",
    "certificates of the day altered": "chứng thư của ngày bị sửa",
    "timestamp altered": "dấu thời gian của ngày bị sửa",
    "timestamp cannot be read": "dấu thời gian của ngày không đọc được",
    "timestamp of something else": "dấu thời gian không phải của chữ ký này",
    "timestamp of another kind": "dấu thời gian sai loại",
    "timestamp with a wrong signature": "dấu thời gian có chữ ký sai",
    "timestamp of an unknown authority": "dấu thời gian của nơi không được tin cậy",
}


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="verify|prove|publish")
    verify = actions.add_parser("verify", help="walk the whole chain and check every row of it")
    verify.add_argument("--json", action="store_true", help="answer with one JSON document")
    prove = actions.add_parser("prove", help="print a proof that an entry is in the ledger")
    prove.add_argument("number", type=int, help="the entry's number in the chain, from 1")
    prove.add_argument(
        "--digest-only", action="store_true", help="leave the entry's content out of the proof"
    )
    prove.add_argument("--json", action="store_true", help="the proof is JSON in any case")
    publish = actions.add_parser("publish", help="close and sign the days that have ended")
    publish.add_argument("--json", action="store_true", help="answer with one JSON document")


def run(args: argparse.Namespace) -> int:
    if args.action == "prove":
        return _prove(args.number, with_body=not args.digest_only)
    if args.action == "publish":
        return _publish(as_json=args.json)
    return _verify(as_json=args.json)


def _prove(number: int, *, with_body: bool) -> int:
    with database():
        from motcua.documents import transparency
        from motcua.foundation import clock, ledger_days

        try:
            proof = transparency.proof(number, clock.now(), with_body=with_body)
        except ledger_days.NotSealed as error:
            raise CommandFailed(f"there is no sealed entry {number}") from error
    print(json.dumps(proof, ensure_ascii=False, indent=1))
    return 0


def _publish(*, as_json: bool) -> int:
    with database():
        from motcua.documents import transparency
        from motcua.documents.timestamps import TimestampUnavailable
        from motcua.foundation import clock

        try:
            days = transparency.publish(clock.now())
        except TimestampUnavailable as error:
            raise CommandFailed(f"the timestamp authority does not answer: {error}") from error
    print(json.dumps({"signed": days}) if as_json else f"Đã ký thêm {days} ngày.")
    return 0


def _verify(*, as_json: bool) -> int:
    with database():
        from motcua.documents import transparency
        from motcua.foundation import ledger

        found = ledger.verify()
        broken = found.first_break or transparency.first_break()
    if found.stale:
        print(
            f"motcua ledger: {found.stale} mục chưa được niêm phong quá"
            f" {ledger.STALE_SECONDS} giây; tiến trình nền có đang chạy không?",
            file=sys.stderr,
        )
    if as_json:
        answer = {
            "ok": broken is None,
            "sealed_to": found.sealed_to,
            "unsealed": found.unsealed,
            "first_break": dataclasses.asdict(broken) if broken else None,
        }
        print(json.dumps(answer, ensure_ascii=False))
    elif broken:
        where = [
            f"ngày {broken.day}" if broken.day is not None else "",
            f"niêm phong {broken.position}" if broken.position is not None else "",
            f"mục {broken.entry}" if broken.entry is not None else "",
        ]
        what = _PROBLEMS.get(broken.problem, broken.problem)
        print(f"Sổ cái bị đứt tại {', '.join(filter(None, where))}: {what}.")
    else:
        print(f"Sổ cái nguyên vẹn đến niêm phong {found.sealed_to}; {found.unsealed} mục đang chờ.")
    return 1 if broken else 0
