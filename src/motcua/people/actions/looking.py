"""Recording looks at other people's data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from motcua.agencies.models import Agency
from motcua.people import rules
from motcua.people.access import AccessNote
from motcua.people.models import (
    Access,
)


@transaction.atomic
def record_access(note: AccessNote, now: datetime) -> list[Access]:
    """Record a look at other people's data; the records, one a person looked at.

    Looking at one's own data is no record. One viewer, subject and dossier within 15 minutes is
    one record, to which new fields are added; two tabs opening at once make one too.
    """
    viewer = note.viewer
    of: list[dict[str, Any]] = [
        {"subject_id": one} for one in sorted(set(note.subject_ids) - {viewer.person_id})
    ]
    of += [{"subject_index": one} for one in sorted(set(note.subject_indexes))]
    records = []
    for subject in of:
        _one_at_a_time(viewer.account_id, next(iter(subject.values())))
        latest = (
            Access.objects.filter(
                **subject,
                viewer_id=viewer.account_id,
                viewer_name=viewer.name[:120],
                dossier_number=note.dossier_number,
                role=note.role,
                purpose=note.purpose[:300],
                at__gt=now - rules.ONE_LOOK,
            )
            .order_by("-at")
            .first()
        )
        records.append(
            _looked_first(note, subject, now) if latest is None else _looked_on(latest, note)
        )
    return records


def _one_at_a_time(account_id: int | None, subject: int | bytes) -> None:
    """Hold, to the end of the transaction, the right to record this viewer's look at this person:
    there may be no row yet that could be locked."""
    with connection.cursor() as cursor:
        whom = subject.hex() if isinstance(subject, bytes) else subject
        key = f"people.access:{account_id}:{whom}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _looked_first(note: AccessNote, subject: Mapping[str, Any], now: datetime) -> Access:
    agency = Agency.objects.filter(pk=note.agency_id).first() if note.agency_id else None
    return Access.objects.create(
        **subject,
        viewer_id=note.viewer.account_id,
        viewer_name=note.viewer.name[:120],
        agency=agency,
        agency_name=agency.name if agency else "",
        role=note.role,
        purpose=note.purpose[:300],
        dossier_number=note.dossier_number,
        fields=_named(note.fields),
        at=now,
    )


def _looked_on(record: Access, note: AccessNote) -> Access:
    fields = sorted({*record.fields, *_named(note.fields)})
    if fields != record.fields:
        record.fields = fields
        record.save(update_fields=["fields"])
    return record


def _named(fields: Sequence[str]) -> list[str]:
    """Each field once; the label of a question may be longer than a record keeps."""
    return sorted({one if len(one) <= 60 else one[:59] + "…" for one in fields})
