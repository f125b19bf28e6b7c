"""Having a file looked at, in a process that may die of it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import structlog

from motcua.documents.uploads.verdict import TOO_BIG_INSIDE, Refusal, Verdict

PROGRAM = "motcua.documents.uploads.inspector"
SECONDS = 30
AT_ONCE = 2
"""Each may take most of a gigabyte: the others wait their turn."""

UNREADABLE = "Không đọc được tệp này. Hãy chụp lại giấy tờ hoặc in lại ra PDF rồi tải lên."

_turns = threading.BoundedSemaphore(AT_ONCE)
log = structlog.get_logger()


def inspect(path: Path) -> Verdict:
    """What the file at `path` is; a picture is written anew in its place. Raises `Refusal`."""
    if not _turns.acquire(timeout=SECONDS):
        raise Refusal("Đang có nhiều người tải tệp lên. Hãy thử lại sau ít phút.")
    try:
        done = subprocess.run(  # noqa: S603 - our own program, a file we named
            [sys.executable, "-m", PROGRAM, str(path)],
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Refusal(TOO_BIG_INSIDE) from error
    finally:
        _turns.release()
    if done.returncode != 0:
        # Killed at its bound, or a parser fell over: either way nobody should open this file.
        log.warning("upload_inspection_failed", code=done.returncode)
        raise Refusal(TOO_BIG_INSIDE if done.returncode < 0 else UNREADABLE)
    answer = json.loads(done.stdout)
    if refused := answer.get("refused"):
        raise Refusal(refused)
    return Verdict(answer["media_type"], answer["pages"], answer["rewritten"])
