"""What anybody may see who holds a dossier's number and the code on its slip."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.utils.crypto import constant_time_compare

from motcua.catalogue import queries as catalogue
from motcua.dossiers.models import Dossier, Status
from motcua.foundation import clock, sight


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """State only: no name, no answer, no paper (TT 01/2018 Đ13: only code and completion)."""

    number: str
    procedure: str
    agency: str
    status_name: str
    submitted_at: datetime
    due_at: datetime | None
    finished_at: datetime | None


def public_status(number: str, code: str) -> PublicStatus | None:
    """The state of the dossier, or None when number and code do not belong together."""
    rows = Dossier.objects.select_related("agency").filter(number=number.strip().upper())
    with sight.seeing(sight.EVERYTHING):  # the code is judged below
        row = rows.order_by("id").first()
    if row is None or not constant_time_compare(row.lookup_code, code.strip().upper()):
        return None
    return PublicStatus(
        number=row.number,
        procedure=catalogue.version(row.version_id).short_name,
        agency=row.agency.name,
        status_name=Status(row.status).label,
        submitted_at=row.submitted_at,
        due_at=row.due_at,
        finished_at=row.finished_at,
    )


@dataclass(frozen=True, slots=True)
class ServedSoFar:
    """How many people a procedure has served here and how fast it really went."""

    served: int
    on_time_percent: int | None
    median_days: float | None


COUNTED_ANEW = 300
"""Seconds for which the figures of a procedure page stand."""


def served_so_far(procedure_id: int) -> ServedSoFar:
    """Over finished dossiers of the procedure, of all agencies; as of some minutes ago."""
    return _served(procedure_id, int(clock.now().timestamp()) // COUNTED_ANEW)


@lru_cache(maxsize=4096)
def _served(procedure_id: int, period: int) -> ServedSoFar:
    with sight.seeing(sight.EVERYTHING), connection.cursor() as cursor:  # figures of everybody
        cursor.execute(
            """
            SELECT count(*),
                   100.0 * count(*) FILTER (WHERE finished_at <= due_at) / nullif(count(*), 0),
                   percentile_cont(0.5) WITHIN GROUP (
                       ORDER BY extract(epoch FROM finished_at - accepted_at) / 86400.0)
            FROM dossiers_dossier
            WHERE procedure_id = %s AND accepted_at IS NOT NULL AND status IN (9, 10)
            """,
            [procedure_id],
        )
        served, on_time, median = cursor.fetchone()
    return ServedSoFar(
        served,
        None if on_time is None else round(on_time),
        None if median is None else float(median),
    )
