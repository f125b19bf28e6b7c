"""The inbox, as its owner sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from motcua.foundation.viewer import Viewer
from motcua.notices.models import Delivery, Notice


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One notice. `mail` is the state of its mail in words, empty when none was sent."""

    id: int
    title: str
    body: str
    link: str
    created_at: datetime
    unread: bool
    mail: str


def unread(viewer: Viewer) -> int:
    """How many notices the viewer has not read."""
    if viewer.person_id is None:
        return 0
    return Notice.objects.filter(person_id=viewer.person_id, read_at__isnull=True).count()


def inbox(viewer: Viewer, after: int | None = None, limit: int = 30) -> list[InboxRow]:
    """The viewer's notices, the newest first; `after` is the last id of the page before. Two SQL
    statements."""
    if viewer.person_id is None:
        return []
    mine = Notice.objects.filter(person_id=viewer.person_id)
    if after is not None:
        mine = mine.filter(pk__lt=after)
    return [_row(n) for n in mine.order_by("-pk").prefetch_related("deliveries")[: min(limit, 100)]]


def notice(viewer: Viewer, notice_id: int) -> InboxRow | None:
    """One notice of the viewer's; None when there is no such one for them."""
    if viewer.person_id is None:
        return None
    found = Notice.objects.filter(pk=notice_id, person_id=viewer.person_id).first()
    return _row(found) if found else None


def mail_states() -> dict[str, int]:
    """How many mails wait, went out and failed: what the watch looks at."""
    rows = Delivery.objects.values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}


def _row(found: Notice) -> InboxRow:
    deliveries = list(found.deliveries.all())
    return InboxRow(
        id=found.pk,
        title=found.title,
        body=found.body,
        link=found.link,
        created_at=found.created_at,
        unread=found.read_at is None,
        mail=Delivery.State(deliveries[0].state).label if deliveries else "",
    )
