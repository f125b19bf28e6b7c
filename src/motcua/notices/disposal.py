"""Notices that have been kept long enough, and their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from motcua.foundation.disposal import Kept
from motcua.notices.models import Delivery, Notice


def kept_since(before: datetime, after: int, limit: int) -> list[Kept]:
    """Notices sent at or before `before`, by key from behind `after` on."""
    rows = Notice.objects.filter(created_at__lte=before, pk__gt=after).order_by("pk")
    found = rows.values_list("pk", "created_at", "person_id")[:limit]
    return [Kept(pk, at, (person,)) for pk, at, person in found]


def remove(pks: Sequence[int]) -> int:
    """Delete these notices with their deliveries, in the caller's transaction; how many."""
    Delivery.objects.filter(notice_id__in=pks).delete()
    return Notice.objects.filter(pk__in=pks).delete()[0]
