"""Parts of a dossier that its applicant and its agency's programs are answered alike."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from motcua.documents.models import Document
from motcua.documents.uploads.verdict import JPEG, PDF, PNG
from motcua.doors.api import cursors
from motcua.doors.api.problems import Problem
from motcua.dossiers.models import Dossier, TimelineEntry
from motcua.dossiers.queries.lines import Line

FILE_ANSWER = {
    "responses": {
        200: {
            "description": "OK",
            "content": {kind: {"schema": {}} for kind in (JPEG, PDF, PNG)},
        }
    }
}
"""How the description of the API says that an answer is a file."""


def before(after: str) -> int | None:
    """The row id that a list goes on below, from the cursor of the page before."""
    if not after:
        return None
    cursor = cursors.unpack(after, 1)
    if cursor is None or type(cursor[0]) is not int:
        raise Problem(400, "bad_cursor", "Con trỏ trang không đúng; lấy lại từ trang đầu.")
    return cursor[0]


def page(found: list[Line], limit: int) -> dict[str, Any]:
    """One page of a list; `found` is one line longer when there are more."""
    items = [
        {
            "number": line.number,
            "procedure": line.procedure,
            "status": line.status,
            "status_name": line.status_name,
            "submitted_at": line.submitted_at,
            "due_at": line.due_at,
        }
        for line in found[:limit]
    ]
    return {
        "items": items,
        "next": cursors.pack(found[limit - 1].id) if len(found) > limit else None,
    }


def parties(dossier: Dossier) -> dict[str, str]:
    """Who stands behind the dossier, each apart."""
    return {
        "applicant": dossier.applicant_name,
        "organisation": dossier.organisation.name if dossier.organisation else "",
        "beneficiary": dossier.beneficiary_name,
        "representative": dossier.representative_name,
    }


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
