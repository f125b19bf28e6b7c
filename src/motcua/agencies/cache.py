"""What this process remembers of agencies, so that filing a dossier asks the database for none.

Agencies change a few times a year and are read on every request: an answer may be up to a minute
old in the processes that did not make the change.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable
from typing import Any, TypeVar

Answer = TypeVar("Answer")

KEEP_SECONDS = 60.0

_remembered: dict[Hashable, tuple[float, Any]] = {}


def remembered(key: Hashable, read: Callable[[], Answer]) -> Answer:
    """The answer kept under `key`, or what `read` gives. "Not found" (None) is not kept."""
    entry = _remembered.get(key)
    if entry is not None and time.monotonic() - entry[0] < KEEP_SECONDS:
        kept: Answer = entry[1]
        return kept
    answer = read()
    if answer is not None:
        _remembered[key] = (time.monotonic(), answer)
    return answer


def forget() -> None:
    """Drop everything: called when agencies or working hours change."""
    _remembered.clear()
