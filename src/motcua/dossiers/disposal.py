"""Drafts and dossiers that have been kept long enough.

A dossier that is anonymised stays as a row: number, procedure, agency, states and times, which
statistics and the ledger refer to. Who it was about and what they said is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from motcua.documents.models import Document
from motcua.dossiers.models import (
    Attachment,
    Dossier,
    Draft,
    EarlierAnswers,
    FieldCheck,
    Opinion,
    Rating,
    Slip,
    SupplementRequest,
    TimelineEntry,
)
from motcua.foundation import clock
from motcua.foundation.disposal import ANONYMOUS, DISPOSED, Kept
from motcua.foundation.personal_fields import PersonalTextField
from motcua.people.nobody import nobody

REGISTERED_SECTORS = ("G15-HT01",)
"""Sectors whose dossiers stand behind entries of civil status: the archive takes them over."""


class StillKept(Exception):
    """The dossier (by key) has not ended, or still names somebody: its timeline stays."""


def drafts_expired(before: datetime, after: int, limit: int) -> list[Kept]:
    """Drafts whose day was at or before `before`, filed or not, by key from behind `after` on."""
    rows = Draft.objects.filter(expires_at__lte=before, pk__gt=after).order_by("pk")
    found = rows.values_list("pk", "expires_at", "person_id", "submitted_as__number")[:limit]
    return [Kept(pk, at, (person,), number or "") for pk, at, person, number in found]


def remove_drafts(pks: Sequence[int]) -> int:
    """Delete these drafts; how many. Papers that belong to a dossier stay with it, of the others
    the stored bytes are removed when nothing refers to them any longer."""
    papers = Attachment.objects.filter(draft_id__in=pks)
    papers.filter(dossier__isnull=False).update(draft=None)
    papers.filter(dossier__isnull=True).delete()
    return Draft.objects.filter(pk__in=pks).delete()[0]


def finished(before: datetime, after: int, limit: int) -> list[Kept]:
    """Dossiers that ended at or before `before` and still name somebody, without those the archive
    takes over."""
    rows = _finished(before, after).exclude(procedure__sector_code__in=REGISTERED_SECTORS)
    return _kept(rows.exclude(applicant=nobody(clock.now())), limit)


def finished_registered(
    before: datetime, after: int, limit: int, without: QuerySet[Any, Any]
) -> list[Kept]:
    """Dossiers of civil status that ended at or before `before`, without the numbers `without`."""
    rows = _finished(before, after).filter(procedure__sector_code__in=REGISTERED_SECTORS)
    return _kept(rows.exclude(number__in=without), limit)


def _finished(before: datetime, after: int) -> QuerySet[Dossier]:
    return Dossier.objects.filter(finished_at__lte=before, pk__gt=after).order_by("pk")


def _kept(rows: QuerySet[Dossier], limit: int) -> list[Kept]:
    found = rows.values_list("pk", "finished_at", "applicant_id", "number")[:limit]
    return [Kept(pk, at, (person,), number) for pk, at, person, number in found if at is not None]


def anonymise(pks: Sequence[int]) -> int:
    """Take out of these dossiers who they are about, what was said and which papers were given, in
    the caller's transaction; how many. Issued results stay: they are the agency's records."""
    dossiers = list(Dossier.objects.select_for_update(of=("self",)).filter(pk__in=pks))
    keys = [dossier.pk for dossier in dossiers]
    sentinel = nobody(clock.now())
    for dossier in dossiers:
        dossier.applicant = sentinel
        dossier.applicant_name, dossier.applicant_folded = ANONYMOUS, ""
        dossier.beneficiary_name = dossier.representative_name = ""
        dossier.organisation = None
        dossier.answers, dossier.sources = "{}", {}
        dossier.save()
    for entry in TimelineEntry.objects.filter(dossier_id__in=keys):
        _empty(entry)
    EarlierAnswers.objects.filter(dossier_id__in=keys).delete()
    for request in SupplementRequest.objects.filter(dossier_id__in=keys):
        request.items, request.reason, request.answer = [], DISPOSED, ""
        request.save(update_fields=["items", "reason", "answer"])
    for opinion in Opinion.objects.filter(dossier_id__in=keys):
        opinion.question, opinion.text = DISPOSED, ""
        opinion.save(update_fields=["question", "text"])
    for check in FieldCheck.objects.filter(dossier_id__in=keys):
        check.people, check.minutes = ANONYMOUS, DISPOSED
        check.save(update_fields=["people", "minutes"])
    for rating in Rating.objects.filter(dossier_id__in=keys):
        rating.comment = ""
        rating.save(update_fields=["comment"])
    Attachment.objects.filter(dossier_id__in=keys, draft__isnull=True).delete()
    Attachment.objects.filter(dossier_id__in=keys).update(dossier=None)
    slips = Slip.objects.filter(dossier_id__in=keys)
    for document in Document.objects.filter(pk__in=slips.values("document_id")):
        document.data, document.file, document.owner = {}, None, None
        document.save(update_fields=["data", "file", "owner"])
    slips.delete()
    return len(keys)


def _empty(entry: TimelineEntry) -> None:
    """Take the words out of one line of a timeline, which the database lets nobody change but by
    this function of its own (`guarded`). Raises `StillKept`."""
    entry.text, entry.note = DISPOSED, ""
    words, nothing = (_sealed(entry, name) for name in ("text", "note"))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT dossiers_timeline_disposed(%s, %s, %s, %s)",
            [entry.pk, words, nothing, ANONYMOUS],
        )
        if cursor.fetchone()[0] is None:
            raise StillKept(entry.dossier_id)


def _sealed(entry: TimelineEntry, name: str) -> bytes:
    field = entry._meta.get_field(name)
    assert isinstance(field, PersonalTextField)
    return bytes(field.pre_save(entry, add=False))
