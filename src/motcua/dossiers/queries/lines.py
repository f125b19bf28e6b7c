"""Dossiers as programs list them: newest first, by cursor, without personal data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from motcua.catalogue import queries as catalogue
from motcua.dossiers.models import Dossier, Status


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list: no personal data."""

    id: int
    number: str
    procedure: str
    status: int
    status_name: str
    submitted_at: datetime
    due_at: datetime | None


def newest(rows: QuerySet[Dossier], before: int | None, limit: int) -> list[Line]:
    """Of the rows that somebody may see, the `limit` newest that are older than the id `before`."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [
        Line(
            id=row.pk,
            number=row.number,
            procedure=catalogue.version(row.version_id).code,
            status=row.status,
            status_name=Status(row.status).label,
            submitted_at=row.submitted_at,
            due_at=row.due_at,
        )
        for row in rows.order_by("-pk")[:limit]
    ]
