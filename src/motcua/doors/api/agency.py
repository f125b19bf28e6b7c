"""The dossiers of an agency, for its own machines: state, due date, timeline, signed documents."""

from __future__ import annotations

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import Query, Router

from motcua.documents import actions as documents
from motcua.doors.api import dossier_parts
from motcua.doors.api.problems import Problem
from motcua.doors.api.schemas import AgencyDossierOut, DossierPageOut, problem_answers
from motcua.doors.api.tokens import AccessToken, Caller
from motcua.dossiers.models import Status
from motcua.dossiers.queries import machine
from motcua.foundation import clock
from motcua.machines.viewers import MachineViewer
from motcua.people import actions as people

READ_SCOPE = "agency.dossiers:read"
DOCUMENTS_SCOPE = "agency.documents:read"

router = Router(auth=AccessToken())


def _viewer(request: HttpRequest, scope: str) -> MachineViewer:
    caller: Caller = request.auth  # type: ignore[attr-defined] # ninja puts it there
    if caller.machine is None:
        raise Problem(403, "no_machine", "Địa chỉ này dành cho máy khách của cơ quan.")
    if scope not in caller.scopes:
        raise Problem(403, "scope_missing", f"Thẻ truy cập không có phạm vi {scope}.")
    return caller.machine


@router.get("/dossiers", response={200: DossierPageOut, **problem_answers(400, 401, 403, 422, 503)})
def agency_dossiers(
    request: HttpRequest,
    after: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
) -> Any:
    """The dossiers of the machine's agency, newest first, without personal data."""
    viewer = _viewer(request, READ_SCOPE)
    found = machine.dossiers(viewer, dossier_parts.before(after), limit + 1)
    return dossier_parts.page(found, limit)


@router.get(
    "/dossiers/{number}",
    response={200: AgencyDossierOut, **problem_answers(400, 401, 403, 404, 503)},
)
def agency_dossier(request: HttpRequest, number: str) -> Any:
    """One dossier of the machine's agency. The applicant can see that it was read, and by what."""
    viewer = _viewer(request, READ_SCOPE)
    now = clock.now()
    page = machine.dossier(viewer, number, now)
    people.record_access(page.access, now)
    row = page.dossier
    return {
        "number": row.number,
        "procedure": page.procedure,
        "agency": row.agency.code,
        "status": row.status,
        "status_name": Status(row.status).label,
        "submitted_at": row.submitted_at,
        "accepted_at": row.accepted_at,
        "due_at": row.due_at,
        "finished_at": row.finished_at,
        "standing": page.standing,
        "timeline": dossier_parts.timeline(page.timeline),
        "documents": dossier_parts.documents(
            page.documents, f"/api/v1/agency/dossiers/{row.number}/files/"
        ),
    }


@router.get(
    "/dossiers/{number}/files/{file_id}",
    response=problem_answers(400, 401, 403, 404, 409, 503),
    openapi_extra=dossier_parts.FILE_ANSWER,
)
def agency_file(request: HttpRequest, number: str, file_id: str) -> HttpResponse:
    """A slip or the signed result of a dossier of the machine's agency."""
    viewer = _viewer(request, DOCUMENTS_SCOPE)
    stored, access = machine.file_of(viewer, number, file_id)
    people.record_access(access, clock.now())
    return FileResponse(  # type: ignore[return-value] # streams; ninja passes it on
        documents.open_file(stored), as_attachment=True, filename=stored.name
    )
