"""What this room answers when a person is erased as a whole."""

from __future__ import annotations

from datetime import datetime

from motcua.documents.vault.actions import forget_links, forget_papers
from motcua.foundation.holdings import Whose


def forget(whose: Whose, by: str, now: datetime) -> dict[str, int]:
    """The papers kept in the vault, and the links given to papers of it."""
    papers = forget_papers(whose.person_id, by)
    return papers | {"shares": papers["shares"] + forget_links(whose.person_id, by)}
