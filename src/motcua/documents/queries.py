"""Reads: one's own papers, and what anybody may learn of an issued document."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from motcua.documents.models import Document, File
from motcua.documents.rendering import TEMPLATES
from motcua.foundation import sight
from motcua.foundation.viewer import Viewer


@dataclass(frozen=True, slots=True)
class PublicDocument:
    """What the verification page shows: never personal data beyond a masked name."""

    number: str
    title: str
    kind: str
    agency: str
    issued_at: datetime
    owner: str
    state: str
    state_name: str
    reason: str
    replaced_by: str


@cache
def result_templates() -> tuple[str, ...]:
    """The templates a result can be made with, the general one first; that of a refusal, which
    every procedure has, is not among them."""
    found = {path.stem for path in TEMPLATES.glob("result_*.typ")} - {"result_refusal"}
    return tuple(sorted(found, key=lambda name: (name != "result_generic", name)))


def public_check(*, code: str = "", number: str = "") -> PublicDocument | None:
    """The issued document with this verification code or number, or None. Slips and receipts are
    not public: only results are."""
    rows = Document.objects.filter(kind="result", signed_at__isnull=False)
    if code:
        rows = rows.filter(verify_code=code.strip().upper())
    elif number:
        rows = rows.filter(number=number.strip())
    else:
        return None
    with sight.seeing(sight.EVERYTHING):  # whoever holds the paper may ask of it
        row = rows.select_related("agency", "owner", "replaced_by").first()
    if row is None:
        return None
    return PublicDocument(
        number=row.number,
        title=row.title,
        kind=row.kind,
        agency=row.agency.name,
        issued_at=row.signed_at or row.issued_at,
        owner=_masked(row.owner.full_name) if row.owner else "",
        state=row.state,
        state_name=Document.State(row.state).label,
        reason=row.reason,
        replaced_by=row.replaced_by.number if row.replaced_by else "",
    )


def _masked(name: str) -> str:
    """`Nông Thị Lan` becomes `N*** T*** Lan`."""
    parts = name.split()
    return " ".join([f"{part[0]}***" for part in parts[:-1]] + parts[-1:])


def state_of(number: str) -> str:
    """`current`, `replaced`, `revoked`, or `unknown` for a number that was never issued."""
    row = Document.objects.filter(number=number, signed_at__isnull=False).first()
    return row.state if row else "unknown"


def vault(viewer: Viewer, limit: int = 200) -> list[Document]:
    """The viewer's own issued results, newest first."""
    if viewer.person_id is None:
        return []
    rows = Document.objects.filter(
        owner_id=viewer.person_id, kind="result", signed_at__isnull=False
    )
    return list(rows.select_related("file", "agency").order_by("-issued_at")[:limit])


def file_for(viewer: Viewer, file_id: str) -> File | None:
    """A file that the viewer uploaded or owns, or None."""
    if viewer.person_id is None:
        return None
    return File.objects.filter(pk=file_id, owner_id=viewer.person_id).first()


def stored(file_id: UUID) -> File | None:
    """A file by its id, for a door that has asked the room it belongs to whether it may be
    seen."""
    return File.objects.filter(pk=file_id).first()


def uploads_of(viewer: Viewer, ids: list[UUID]) -> list[File]:
    """Those of the named uploads that the viewer sent; somebody else's are as unknown as made-up
    ones."""
    if viewer.person_id is None:
        return []
    return list(File.objects.filter(pk__in=ids, owner_id=viewer.person_id))
