"""Messages to other systems that have been kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from motcua.foundation.disposal import Kept
from motcua.sharing.models import Outgoing


def delivered_since(before: datetime, after: int, limit: int) -> list[Kept]:
    """Messages the other side took at or before `before`, by key from behind `after` on.
    The stream of a dossier ends with its number."""
    rows = Outgoing.objects.filter(delivered_at__lte=before, pk__gt=after).order_by("pk")
    return [
        Kept(pk, at, (), stream.rpartition(":")[2])
        for pk, at, stream in rows.values_list("pk", "delivered_at", "stream")[:limit]
        if at is not None
    ]


def remove(pks: Sequence[int]) -> int:
    """Delete these messages, in the caller's transaction; how many."""
    return Outgoing.objects.filter(pk__in=pks).delete()[0]
