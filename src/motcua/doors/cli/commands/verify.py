"""`motcua verify FILE.pdf`: is this what an agency signed?

The file may be hostile: it is judged within bounds of time and memory, and one that needs more is
not valid. Django is not loaded.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from motcua.doors.cli.errors import BadInput

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

    from motcua.documents.verification import Report

LARGEST = 100_000_000  # bytes; results are under 25 MB
SECONDS = 15
MEMORY = 1_000_000_000  # bytes of data, the program's own 150 MB among them


class TooLong(BaseException):
    """The file takes too long. Not an `Exception`: no parser may swallow it."""


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the PDF to check")
    parser.add_argument("--trust", type=Path, help="a PEM file with the roots to trust")
    parser.add_argument("--offline", action="store_true", help="do not ask the database")
    parser.add_argument("--json", action="store_true", help="answer with one JSON document")


def run(args: argparse.Namespace) -> int:
    """0 valid, 1 not valid, 2 bad input."""
    content = _read(args.file)
    report = _judge(args.file, content, _roots(args.trust))
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
        if report.problem:
            print(report.problem, file=sys.stderr)
    else:
        print("HỢP LỆ" if report.valid else f"KHÔNG HỢP LỆ: {report.problem}")
        for one in report.signatures:
            print(f"  {one.signer}, {one.agency}, {one.timestamped_at or one.signed_at or '?'}")
        print(f"  Số {report.number or '?'}: {state}")
    return 0 if report.valid else 1


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST + 1)
    except OSError as error:
        raise BadInput(f"không đọc được {file}: {error.strerror}") from error
    if len(content) > LARGEST:
        raise BadInput(f"{file} lớn hơn {LARGEST // 1_000_000} MB")
    if b"%PDF-" not in content[:1024]:
        raise BadInput(f"{file} không phải tệp PDF")
    return content


def _roots(trust: Path | None) -> list[Certificate]:
    """The trust anchors: of the file that was named, or of this installation (none when it has
    none)."""
    from cryptography import x509

    from motcua.runtime.environment import home_folder

    path = trust or home_folder() / "ca" / "trust.pem"
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except (OSError, ValueError) as error:
        if trust is not None:
            raise BadInput(f"không đọc được gốc tin cậy {trust}: {error}") from error
        return []


def _lists() -> list[bytes]:
    """The revocation lists of this installation's own authority, which may know more than the
    file."""
    from motcua.runtime.environment import home_folder

    found = []
    for path in (home_folder() / "ca").glob("*.crl"):
        try:
            found.append(path.read_bytes())
        except OSError:
            continue
    return found


def _judge(file: Path, content: bytes, roots: list[Certificate]) -> Report:
    from motcua.documents.verification import NotAPdf, Report, verify_pdf

    _bound()
    try:
        return verify_pdf(content, roots, _lists())
    except NotAPdf as error:
        raise BadInput(f"{file} không phải tệp PDF") from error
    except (TooLong, MemoryError):
        problem = "Tệp này đòi quá nhiều thời gian hoặc bộ nhớ để kiểm tra."
        return Report(False, False, problem=problem)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _bound() -> None:
    """This process, from here on, within its bounds of time and memory."""
    import resource

    def stop(*_: object) -> None:
        raise TooLong

    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, SECONDS)


def _state(number: str) -> str:
    """The state in the database; `unknown` when none is reachable. The embedded one is asked when
    it runs, and not started for this."""
    from motcua.documents.standing import state_of

    url = os.environ.get("DATABASE_URL") or _running_cluster()
    return state_of(url, number) if url else "unknown"


def _running_cluster() -> str:
    from motcua.runtime.environment import home_folder
    from motcua.runtime.errors import CannotStart
    from motcua.runtime.postgres import cluster_of

    home = home_folder()
    if not (home / "postgres").exists():
        return ""
    try:
        cluster = cluster_of(home)
    except (CannotStart, OSError):
        return ""
    return cluster.url if cluster.is_live() else ""
