"""Showing an officer what is masked, for a purpose that is kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction

from motcua.dossiers.errors import Refused
from motcua.dossiers.places import name_of as place_name
from motcua.dossiers.queries import desk
from motcua.dossiers.reveal_purposes import NEEDS_NOTE, PURPOSES
from motcua.forms import engine as forms
from motcua.forms.display import Row
from motcua.foundation import ledger, text
from motcua.foundation.viewer import Viewer
from motcua.people import actions as people


@dataclass(frozen=True, slots=True)
class Masked:
    """What of a dossier is masked for the viewer: rows of label, masked text and path."""

    number: str
    title: str
    rows: tuple[Row, ...]


def masked(viewer: Viewer, number: str, now: datetime) -> Masked:
    """What could be revealed to the viewer. Nothing is shown, so nothing is recorded. Raises
    `NotFound`."""
    file, _ = desk.for_officer(viewer, number, now)
    return Masked(number, file.version.short_name, tuple(_rows(file, frozenset())))


def _rows(file: desk.DossierFile, shown: Collection[str]) -> list[Row]:
    assert file.version.form_id is not None
    form = forms.compiled(file.version.form_id)
    paths = {path for path, _, _ in form.personal(file.answers)}
    pages = form.readable(file.answers, place_name, mask_sensitive=True, shown=shown)
    return [row for _, rows in pages for row in rows if row[2] in paths]


@transaction.atomic
def reveal(
    viewer: Viewer, number: str, paths: Collection[str], purpose: str, note: str, now: datetime
) -> Masked:
    """The asked answers of a dossier in clear, and only they. What was shown to whom and why is
    recorded for the people concerned and in the ledger before it is given. Raises `NotFound`, and
    `Refused` when nothing was asked or no purpose was given."""
    file, access = desk.for_officer(viewer, number, now)
    rows = [row for row in _rows(file, frozenset(paths)) if row[2] in paths]
    reason = dict(PURPOSES).get(purpose)
    words = text.nfc(note).strip()
    if not rows:
        raise Refused("Hãy chọn ít nhất một mục cần xem.")
    if reason is None:
        raise Refused("Hãy chọn mục đích xem.")
    if purpose in NEEDS_NOTE and not words:
        raise Refused("Hãy ghi rõ phản ánh, khiếu nại hoặc tố cáo nào.")
    labels = tuple(label for label, _, _ in rows)
    records = people.record_access(
        replace(access, purpose=f"{reason}: {words}" if words else reason, fields=labels), now
    )
    ledger.append(
        "people.revealed",
        number,
        f"account:{viewer.account_id}",
        {
            "purpose": purpose,
            "fields": [path for _, _, path in rows],
            "accesses": [record.pk for record in records],
        },
    )
    return Masked(number, file.version.short_name, tuple(rows))
