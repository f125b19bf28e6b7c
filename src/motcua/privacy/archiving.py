"""What the archive takes over: the list, and noting its receipt."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from motcua.foundation import ledger, text
from motcua.privacy.errors import Incomplete
from motcua.privacy.models import ForArchive


def waiting() -> QuerySet[ForArchive]:
    """What has been found due and not handed over, oldest first."""
    return ForArchive.objects.filter(handed_at__isnull=True).order_by("pk")


@transaction.atomic
def hand_over(references: Sequence[str], receipt: str, now: datetime) -> int:
    """Note that the archive took these, by its receipt; how many. Raises `Incomplete` without a
    receipt, or when one of them does not wait. Nothing is deleted by it."""
    words = text.nfc(receipt).strip()[:200]
    if not words:
        raise Incomplete("Hãy ghi số và ngày biên bản giao nhận của lưu trữ.")
    rows = list(waiting().select_for_update().filter(reference__in=references))
    if unknown := set(references) - {row.reference for row in rows}:
        raise Incomplete(f"Không có trong danh sách chờ giao: {', '.join(sorted(unknown))}.")
    for row in rows:
        row.handed_at, row.receipt = now, words
    ForArchive.objects.bulk_update(rows, ["handed_at", "receipt"])
    ledger.append(
        "privacy.handed_to_archive",
        "archive",
        "operator",
        {"receipt": words, "references": sorted(references)},
    )
    return len(rows)
