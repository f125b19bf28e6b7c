"""How the exchange with others stands."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min

from motcua.sharing.models import Outgoing


@dataclass(frozen=True, slots=True)
class Backlog:
    """Messages to one target that are not acknowledged; `oldest` was queued first."""

    target: str
    waiting: int
    refused: int
    oldest: datetime | None


def backlog(target: str = "national") -> Backlog:
    """What `target` has not acknowledged yet."""
    rows = (
        Outgoing.objects.filter(target=target)
        .exclude(state=Outgoing.State.DELIVERED)
        .values("state")
        .annotate(count=Count("pk"), oldest=Min("created_at"))
    )
    counts = {row["state"]: row["count"] for row in rows}
    return Backlog(
        target=target,
        waiting=counts.get(Outgoing.State.WAITING, 0),
        refused=counts.get(Outgoing.State.REFUSED, 0),
        oldest=min((row["oldest"] for row in rows), default=None),
    )


def queued(keys: Collection[str]) -> set[str]:
    """Which of these messages have been put in the queue, delivered or not."""
    return set(Outgoing.objects.filter(key__in=keys).values_list("key", flat=True))


def stopped(target: str = "national", limit: int = 50) -> list[Outgoing]:
    """Messages the other side refused, the oldest first: each holds up its stream."""
    refused = Outgoing.objects.filter(target=target, state=Outgoing.State.REFUSED)
    return list(refused.order_by("pk")[:limit])
