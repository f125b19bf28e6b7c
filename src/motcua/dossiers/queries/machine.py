"""What a program of an agency sees: the dossiers of its agency, without the answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from motcua.catalogue import queries as catalogue
from motcua.documents.models import Document, File
from motcua.dossiers import rules
from motcua.dossiers.errors import NotFound
from motcua.dossiers.models import Dossier, TimelineEntry
from motcua.dossiers.queries import lines
from motcua.dossiers.queries.citizen import standing
from motcua.foundation.viewer import Viewer
from motcua.people.access import AccessNote


def _scope(viewer: Viewer) -> QuerySet[Dossier]:
    """The dossiers of the agencies the program works for; of a person's token none."""
    served = {agency for post in viewer.posts if post.role == "machine" for agency in post.serves}
    return Dossier.objects.filter(agency_id__in=served).defer("answers", "sources")


def dossiers(viewer: Viewer, before: int | None, limit: int) -> list[lines.Line]:
    """The agency's dossiers, newest first, `limit` of those older than the row id `before`."""
    return lines.newest(_scope(viewer), before, limit)


def taken_in(dossier_id: int) -> Dossier:
    """A dossier that this very program handed in before, by the row id it is remembered by: for
    answering a repetition with the number given the first time."""
    return Dossier.objects.get(pk=dossier_id)


@dataclass(frozen=True, slots=True)
class Page:
    """One dossier as a program of its agency sees it. `access` is recorded before it is shown."""

    dossier: Dossier
    procedure: str
    standing: str | None
    timeline: list[TimelineEntry]
    documents: list[Document]
    access: AccessNote


def dossier(viewer: Viewer, number: str, now: datetime) -> Page:
    """One dossier of the agency. Raises `NotFound`."""
    row = _scope(viewer).select_related("agency").filter(number=number).first()
    if row is None:
        raise NotFound
    return Page(
        dossier=row,
        procedure=catalogue.version(row.version_id).code,
        standing=standing(row, now),
        timeline=list(row.timeline.order_by("id")),
        documents=_signed(row),
        access=_note(viewer, row, ("status", "timeline")),
    )


def _signed(row: Dossier) -> list[Document]:
    """The slips and the signed result: what was handed to the applicant."""
    slips = (
        row.slips.filter(document__file__isnull=False)
        .exclude(form__in=rules.OFFICE_SLIPS)
        .select_related("document__file")
    )
    found = [slip.document for slip in slips.order_by("id")]
    result = Document.objects.filter(pk=row.facts.get("result_document")).first()
    return found + ([result] if result is not None and result.signed_at is not None else [])


def _note(viewer: Viewer, row: Dossier, fields: tuple[str, ...]) -> AccessNote:
    return AccessNote(
        viewer=viewer,
        subject_ids=(row.applicant_id,),
        role="machine",
        agency_id=row.agency_id,
        purpose=f"Máy khách của cơ quan đọc hồ sơ: {viewer.name}",
        dossier_number=row.number,
        fields=fields,
    )


def file_of(viewer: Viewer, number: str, file_id: str) -> tuple[File, AccessNote]:
    """A slip or the signed result of a dossier of the agency. Raises `NotFound`; papers and drafts
    of the applicant's are not shown to programs."""
    row = _scope(viewer).filter(number=number).first()
    if row is None:
        raise NotFound
    for document in _signed(row):
        if document.file_id is not None and str(document.file_id) == file_id:
            stored = File.objects.get(pk=document.file_id)
            return stored, _note(viewer, row, (f"document:{document.number}",))
    raise NotFound
