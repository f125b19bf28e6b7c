"""What has been kept long enough: the words in which rooms tell it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

ANONYMOUS = "(đã ẩn danh)"
"""What stands where a name stood."""
DISPOSED = "(đã xóa vì hết thời hạn lưu giữ)"
"""What stands where a text stood that no rule keeps any longer."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One record some rule keeps: its key, the moment its term counts from, the people it is about
    and the number of the dossier it belongs to, if any (a legal hold may name either)."""

    pk: int
    since: datetime
    person_ids: tuple[int, ...] = ()
    dossier_number: str = ""
