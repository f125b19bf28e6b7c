"""What the pages of a draft have in common."""

from __future__ import annotations

from typing import Any

from motcua.catalogue import keeping
from motcua.catalogue.models import VersionDraft
from motcua.foundation.viewer import Viewer

ON_WORK = (VersionDraft.State.WRITING, VersionDraft.State.REVIEW)


def editable(viewer: Viewer, draft_id: int) -> VersionDraft | None:
    """The draft, when the viewer keeps the catalogue and it can still be changed."""
    found = keeping.draft(viewer, draft_id)
    return found if found is not None and found.state in ON_WORK else None


def seen(post: Any) -> int:
    """The revision that the page was drawn from; 0 for what is no number."""
    said = post.get("seen", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
