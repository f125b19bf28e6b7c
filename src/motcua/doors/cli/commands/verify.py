"""`motcua verify FILE.pdf`: is this what an agency signed?"""

from __future__ import annotations

import argparse
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="PDF cần kiểm tra")
    parser.add_argument("--trust", type=Path, help="tệp PEM chứa các gốc tin cậy")
    parser.add_argument("--offline", action="store_true", help="không hỏi cơ sở dữ liệu")
    parser.add_argument("--json", action="store_true")


def run(args: argparse.Namespace) -> int:
    """0 valid, 1 not valid, 2 bad input."""
    from cryptography import x509

    from motcua.documents.verification import NotAPdf, verify_pdf
    from motcua.runtime.environment import home_folder

    trust = args.trust or home_folder() / "ca" / "trust.pem"
    try:
        content = args.file.read_bytes()
    except OSError as error:
        print(f"Không đọc được {args.file}: {error.strerror}", file=sys.stderr)
        return 2
    try:
        roots = x509.load_pem_x509_certificates(trust.read_bytes())
    except (OSError, ValueError) as error:
        if args.trust:
            print(f"Không đọc được gốc tin cậy {trust}: {error}", file=sys.stderr)
            return 2
        roots = []
    try:
        report = verify_pdf(content, roots)
    except NotAPdf:
        print(f"{args.file} không phải tệp PDF.", file=sys.stderr)
        return 2
    state = "unknown"
    if report.number and not args.offline:
        state = _state(report.number)
    answer: dict[str, Any] = {
        "valid": report.valid,
        "intact": report.intact,
        "signatures": [asdict(one) for one in report.signatures],
        "document": {"number": report.number, "state": state},
    }
    if args.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print("HỢP LỆ" if report.valid else f"KHÔNG HỢP LỆ: {report.problem}")
        for one in report.signatures:
            print(f"  {one.signer}, {one.agency}, {one.timestamped_at or one.signed_at}")
        print(f"  Số {report.number or '?'}: {state}")
    return 0 if report.valid else 1


def _state(number: str) -> str:
    """The state in the database, `unknown` when none is reachable."""
    if not os.environ.get("DATABASE_URL"):
        return "unknown"
    try:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
        django.setup()
        from django.db import Error

        from motcua.documents.queries import state_of
    except ImportError:
        return "unknown"
    try:
        return state_of(number)
    except Error:
        return "unknown"
