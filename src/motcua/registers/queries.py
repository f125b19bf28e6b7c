"""Reads, scoped to the viewer: officers see the registers of the bodies they work for, people the
entries about themselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from motcua.foundation.viewer import Viewer
from motcua.people.access import AccessNote
from motcua.people.models import Person
from motcua.registers import rules
from motcua.registers.models import Entry


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line of a list: no personal data. `current` is False for an entry that was corrected."""

    id: int
    register: str
    agency_id: int
    label: str
    document_number: str
    recorded_at: datetime
    current: bool


@dataclass(frozen=True, slots=True)
class EntryFile:
    """One entry in full. `corrects` and `corrected_by` are ids of its neighbours in the chain."""

    row: EntryRow
    data: dict[str, Any]
    holds_from: date
    reason: str
    corrects: int | None
    corrected_by: int | None


def entries(
    viewer: Viewer,
    register: str | None = None,
    year: int | None = None,
    after: int | None = None,
    limit: int = 50,
) -> list[EntryRow]:
    """The entries the viewer may see, the newest first; `after` is the last id of the page before.
    One SQL statement."""
    found = _visible(viewer)
    if register is not None:
        found = found.filter(register=register)
    if year is not None:
        found = found.filter(year=year)
    if after is not None:
        found = found.filter(pk__lt=after)
    return [_row(entry) for entry in found.order_by("-pk")[: min(limit, 200)]]


def entry(viewer: Viewer, entry_id: int, purpose: str) -> tuple[EntryFile, AccessNote] | None:
    """One entry in full with the note of access the door must record before showing it; None when
    it does not exist or is not for this viewer."""
    found = _visible(viewer).filter(pk=entry_id).first()
    if found is None:
        return None
    subjects = Person.objects.filter(id_index=found.subject_index).values_list("pk", flat=True)
    post = next((p for p in viewer.posts if found.agency_id in p.serves), None)
    note = AccessNote(
        viewer=viewer,
        subject_ids=tuple(subjects),
        role=post.role if post else "",
        agency_id=post.agency_id if post else None,
        purpose=purpose,
        fields=("register_entry",),
    )
    return _file(found), note


def own_entries(viewer: Viewer) -> list[EntryFile]:
    """The entries about the viewer, the newest first."""
    if viewer.person_id is None:
        return []
    return [_file(found) for found in _own(viewer).order_by("-pk")[:200]]


def holding_on(entry_id: int, on: date) -> Entry | None:
    """The entry of this one's chain that holds on the day `on`; None before the first. For rooms
    above, which answer for who may see it."""
    start = Entry.objects.select_related("supersedes").get(pk=entry_id)
    while start.supersedes is not None:
        start = start.supersedes
    chain = [start]
    while (later := Entry.objects.filter(supersedes=chain[-1]).first()) is not None:
        chain.append(later)
    links = [rules.Link(e.pk, e.valid.lower) for e in chain]
    chosen = rules.holding(links, on)
    return next((e for e in chain if e.pk == chosen), None)


def by_key(key: str) -> Entry | None:
    """The entry written under `key`, for rooms above."""
    return Entry.objects.filter(key=key).first()


def _visible(viewer: Viewer) -> QuerySet[Entry]:
    """Entries of the agencies the viewer serves, and those about the viewer."""
    served = {agency for post in viewer.posts for agency in (*post.serves, post.agency_id)}
    found = Entry.objects.filter(agency_id__in=served)
    if viewer.person_id is not None:
        found = found | _own(viewer)
    return found.select_related("superseded_by")


def _own(viewer: Viewer) -> QuerySet[Entry]:
    me = Person.objects.filter(pk__in=[viewer.person_id]).values("id_index")
    return Entry.objects.filter(subject_index__in=me).select_related("superseded_by")


def _row(found: Entry) -> EntryRow:
    return EntryRow(
        id=found.pk,
        register=found.register,
        agency_id=found.agency_id,
        label=rules.label(found.number, found.year),
        document_number=found.document_number,
        recorded_at=found.recorded_at,
        current=not hasattr(found, "superseded_by"),
    )


def _file(found: Entry) -> EntryFile:
    return EntryFile(
        row=_row(found),
        data=json.loads(found.data),
        holds_from=found.valid.lower,
        reason=found.reason,
        corrects=found.supersedes_id,
        corrected_by=found.superseded_by.pk if hasattr(found, "superseded_by") else None,
    )
