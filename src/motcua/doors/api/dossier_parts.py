"""Parts of a dossier that its applicant and its agency's programs are answered alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from motcua.documents.models import Document
from motcua.dossiers.models import TimelineEntry

FILE_ANSWER = {
    "responses": {
        200: {"description": "OK", "content": {"application/octet-stream": {"schema": {}}}}
    }
}
"""How the description of the API says that an answer is a file."""


def timeline(entries: Iterable[TimelineEntry]) -> list[dict[str, Any]]:
    """What happened, as the applicant reads it."""
    return [{"at": e.at, "status": e.status, "text": e.text} for e in entries]


def documents(issued: Iterable[Document], files: str) -> list[dict[str, Any]]:
    """Slips and results; `files` is the path under which their files are fetched."""
    return [
        {
            "number": document.number,
            "kind": document.kind,
            "title": document.title,
            "state": document.state,
            "file": f"{files}{document.file_id}",
        }
        for document in issued
    ]
