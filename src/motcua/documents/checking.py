"""Checking a dropped PDF for the public page, in a short-lived process.

pyHanko costs 60 MB that a web process would keep for ever, and a hostile file should meet a process
that can be killed: so the page runs `motcua verify`, with a limit of time and memory.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from typing import Any

LARGEST = 20_000_000
SECONDS = 20
MEMORY = 1_500_000_000
MAIN = "motcua.doors.cli.main"


@dataclass(frozen=True, slots=True)
class Checked:
    """The verdict in words; `signatures` as `motcua verify --json` gives them."""

    valid: bool
    message: str
    number: str = ""
    signatures: list[dict[str, Any]] = field(default_factory=list)


def _limits() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))


def check(content: bytes) -> Checked:
    """Whether the PDF is intact, signed and trusted. The file is gone when this returns."""
    with tempfile.NamedTemporaryFile(suffix=".pdf") as held:
        held.write(content)
        held.flush()
        try:
            done = subprocess.run(  # noqa: S603 - our own program, a file we named
                [sys.executable, "-m", MAIN, "verify", held.name, "--offline", "--json"],
                capture_output=True,
                timeout=SECONDS,
                preexec_fn=_limits,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Checked(False, "Tệp này kiểm tra quá lâu và đã bị dừng lại.")
    if done.returncode == 2:
        return Checked(False, "Tệp này không phải tệp PDF.")
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return Checked(False, "Không đọc được tệp này.")
    signatures = found["signatures"]
    return Checked(
        valid=found["valid"],
        message=_words(found),
        number=found["document"]["number"] or "",
        signatures=signatures,
    )


def _words(found: dict[str, Any]) -> str:
    if found["valid"]:
        return ""
    if not found["signatures"]:
        return "Tệp không có chữ ký số nào."
    if not found["intact"]:
        return "Nội dung tệp đã bị thay đổi sau khi ký."
    if any(one["revocation"] == "revoked" for one in found["signatures"]):
        return "Chứng thư của người ký đã bị thu hồi."
    return "Chữ ký không thuộc cơ quan mà hệ thống này tin cậy."
