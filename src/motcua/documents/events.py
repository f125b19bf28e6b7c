"""What leaves the room."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DocumentIssued:
    """A document was signed (a result) or issued (a slip, a receipt)."""

    document_id: int
    subject: int | None
    number: str
    kind: str


@dataclass(frozen=True, slots=True)
class DocumentReplaced:
    """A document is no longer current."""

    document_id: int
    subject: int | None
    state: str
