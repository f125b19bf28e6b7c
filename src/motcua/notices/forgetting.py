"""What this room answers when a person is erased as a whole."""

from __future__ import annotations

from datetime import datetime

from motcua.foundation.holdings import Whose
from motcua.notices.actions import erase_inbox


def forget(whose: Whose, by: str, now: datetime) -> dict[str, int]:
    """The inbox, with its mails."""
    return {"notices": erase_inbox(whose.person_id, by)}
