"""A person's own files, for the copy of their data: papers they gave, results they received."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from motcua.documents.models import Document, File
from motcua.dossiers.models import Attachment
from motcua.foundation import sight

BATCH = 100
RESULTS, SLIPS, GIVEN, OTHERS = "ket-qua", "phieu-bien-lai", "giay-to", "tep-khac"
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,5}$")


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One file: where it stands in the copy, and what it is."""

    place: str
    title: str
    row: File


def of(person_id: int) -> Iterator[OwnFile]:
    """The files of a person, one after another in batches, each read in the person's sight: those
    they sent or received, and those given in a dossier of theirs."""
    last: UUID | None = None
    while True:
        with sight.seeing(sight.of(persons=[person_id])):
            batch = _batch(person_id, last)
        yield from batch
        if len(batch) < BATCH:
            return
        last = batch[-1].row.pk


def _batch(person_id: int, after: UUID | None) -> list[OwnFile]:
    issued = Document.objects.filter(owner_id=person_id, file__isnull=False)
    given = Attachment.objects.filter(dossier__applicant_id=person_id)
    theirs = (
        Q(owner_id=person_id)
        | Q(pk__in=issued.values("file_id"))
        | Q(pk__in=given.values("file_id"))
    )
    rows = File.objects.filter(theirs)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    files = list(rows.order_by("pk")[:BATCH])
    papers = {one.file_id: one for one in issued.filter(file__in=files)}
    attached = Attachment.objects.filter(file__in=files).select_related("dossier").order_by("pk")
    numbers = {one.file_id: one.dossier.number for one in attached if one.dossier is not None}
    return [_placed(row, papers.get(row.pk), numbers.get(row.pk, "")) for row in files]


def _placed(row: File, paper: Document | None, dossier: str) -> OwnFile:
    mark = row.pk.hex[:8]
    if paper is not None:
        folder = RESULTS if paper.kind == "result" else SLIPS
        return OwnFile(f"{folder}/{_named(f'{paper.title}.pdf', mark)}", paper.title, row)
    folder = f"{GIVEN}/{fit(dossier)}" if dossier else OTHERS
    return OwnFile(f"{folder}/{_named(row.name, mark)}", row.name, row)


def _named(name: str, mark: str) -> str:
    """A name that every system can keep, with a mark that tells two of one name apart."""
    clean = fit(name)
    found = _ENDING.search(clean)
    ending = found.group() if found else ""
    return f"{clean.removesuffix(ending)[:90].rstrip(' .')} ({mark}){ending.lower()}"


def fit(name: str) -> str:
    """`name` without what a path or a file system could take for something else."""
    return _UNFIT.sub("-", unicodedata.normalize("NFC", name)).strip(" .-") or "tep"
