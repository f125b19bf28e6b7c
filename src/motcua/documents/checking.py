"""Checking a dropped PDF for the public page, in a short-lived process.

pyHanko costs 60 MB that a web process would keep for ever, and a hostile file should meet a process
that can be killed: so the page runs `motcua verify`, which bounds its own time and memory.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass, field
from typing import Any

LARGEST = 20_000_000
SECONDS = 25
MAIN = "motcua.doors.cli.main"
AT_ONCE = 2
"""A check takes a second of a core and up to a gigabyte: more at once would starve the pages."""

_turns = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict in words; `signatures` as `motcua verify --json` gives them."""

    valid: bool
    message: str
    number: str = ""
    signatures: list[dict[str, Any]] = field(default_factory=list)


def check(content: bytes) -> Checked:
    """Whether the PDF is intact, signed and trusted. The file is gone when this returns."""
    if not _turns.acquire(timeout=SECONDS):
        return Checked(False, "Đang có nhiều người kiểm tra. Hãy thử lại sau ít phút.")
    try:
        done = _run(content)
    except subprocess.TimeoutExpired:
        return Checked(False, "Tệp này kiểm tra quá lâu và đã bị dừng lại.")
    finally:
        _turns.release()
    if done.returncode == 2:
        return Checked(False, "Tệp này không phải tệp PDF.")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return Checked(False, "Không đọc được tệp này.")
    return Checked(
        valid=found["valid"],
        message="" if found["valid"] else _last_line(done.stderr),
        number=found["document"]["number"] or "",
        signatures=found["signatures"],
    )


def _run(content: bytes) -> subprocess.CompletedProcess[bytes]:
    with tempfile.NamedTemporaryFile(suffix=".pdf") as held:
        held.write(content)
        held.flush()
        return subprocess.run(  # noqa: S603 - our own program, a file we named
            [sys.executable, "-m", MAIN, "verify", held.name, "--offline", "--json"],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )


def _last_line(said: bytes) -> str:
    lines = said.decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "Chữ ký không hợp lệ."
