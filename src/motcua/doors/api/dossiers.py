"""Filing and following dossiers, as the person the access token names."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import FileResponse, HttpRequest, HttpResponse
from ninja import File, Query, Router, UploadedFile
from ninja import Status as Answer

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.documents import queries as stored
from motcua.documents.models import File as StoredFile
from motcua.doors.api import dossier_parts
from motcua.doors.api.once import HEADER, once
from motcua.doors.api.problems import Problem
from motcua.doors.api.schemas import (
    DossierFiled,
    DossierIn,
    DossierOut,
    DossierPageOut,
    FileOut,
    problem_answers,
)
from motcua.doors.api.tokens import AccessToken, Caller
from motcua.dossiers.actions import filing, linking, representing
from motcua.dossiers.actions.acting import applicant
from motcua.dossiers.models import FilingWay, Status
from motcua.dossiers.queries import citizen
from motcua.foundation import clock
from motcua.people.representation import Deed

FILE_SCOPE = "dossiers:write"
READ_SCOPE = "dossiers:read"

router = Router(auth=AccessToken())


def _caller(request: HttpRequest, scope: str) -> Caller:
    caller: Caller = request.auth  # type: ignore[attr-defined] # ninja puts it there
    if scope not in caller.scopes:
        raise Problem(403, "scope_missing", f"Thẻ truy cập không có phạm vi {scope}.")
    if caller.viewer.person_id is None:
        raise Problem(403, "no_person", "Thẻ truy cập này không đại diện cho người nào.")
    return caller


@router.post(
    "/dossiers",
    response={201: DossierFiled, **problem_answers(400, 401, 403, 404, 413, 422, 503)},
    openapi_extra=HEADER,
)
def file_dossier(request: HttpRequest, body: DossierIn) -> Any:
    """File a dossier. Needs an `Idempotency-Key`; sending again gives the same answer."""
    caller = _caller(request, FILE_SCOPE)

    def act() -> tuple[int, Any]:
        return 201, _file(caller, body, clock.now())

    return Answer(*once(request, f"dossiers:{caller.viewer.account_id}", act))


def _file(caller: Caller, body: DossierIn, now: datetime) -> dict[str, Any]:
    version = catalogue.facts_in_force(body.procedure, clock.local(now).date())
    if version is None:
        raise Problem(404, "no_such_procedure", "Không có thủ tục này đang có hiệu lực.")
    if caller.viewer.assurance < version.assurance:
        raise Problem(403, "assurance", "Thủ tục này cần tài khoản định danh mức độ 2.")
    try:
        agency = agencies.agency(body.agency)
    except agencies.UnknownAgency:
        raise Problem(404, "no_such_agency", "Không có cơ quan nào mang mã này.") from None
    person = caller.person
    assert person is not None, "_caller has seen to it"
    mandate = representing.permitted(caller.viewer, Deed.FILE, version.code, now)
    dossier = linking.file(
        filing.Filing(
            version_id=version.id,
            agency_id=agency.pk,
            way=FilingWay.ONLINE,
            applicant=person,
            answers=body.answers,
            actor=applicant(caller.viewer),
            files=_files(caller, body),
            organisation=mandate.organisation if mandate else None,
            representative=person if mandate else None,
            mandate_id=mandate.pk if mandate else None,
        ),
        now,
    )
    owed = dossier.filed_fee
    return {
        "number": dossier.number,
        "lookup_code": dossier.lookup_code,
        "status": int(dossier.status),
        "status_name": Status(dossier.status).label,
        "submitted_at": dossier.submitted_at.isoformat(),
        "fee": owed,
        "payment_due": owed > 0,
    }


def _files(caller: Caller, body: DossierIn) -> list[tuple[str, StoredFile]]:
    """The caller's own uploads; somebody else's id is as unknown as a made-up one."""
    if not body.papers:
        return []
    wanted = {paper.file for paper in body.papers}
    ids = [found for found in map(_uuid, wanted) if found is not None]
    found = {str(row.pk): row for row in stored.uploads_of(caller.viewer, ids)}
    unknown = sorted(wanted - found.keys())
    if unknown:
        raise Problem(422, "unknown_file", "Có tệp không tồn tại.", files=unknown)
    return [(paper.component, found[paper.file]) for paper in body.papers]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@router.get("/dossiers", response={200: DossierPageOut, **problem_answers(400, 401, 403, 422, 503)})
def my_dossiers(
    request: HttpRequest,
    after: str = Query("", max_length=200),
    limit: int = Query(50, ge=1, le=200),
) -> Any:
    """The person's dossiers, newest first."""
    caller = _caller(request, READ_SCOPE)
    found = citizen.listed(caller.viewer, dossier_parts.before(after), limit + 1)
    return dossier_parts.page(found, limit)


@router.get(
    "/dossiers/{number}",
    response={200: DossierOut, **problem_answers(400, 401, 403, 404, 503)},
)
def dossier(request: HttpRequest, number: str) -> Any:
    """One dossier of the person's: state, who holds it, timeline, documents."""
    caller = _caller(request, READ_SCOPE)
    page = citizen.dossier(caller.viewer, number, clock.now())
    row = page.dossier
    papers = [slip.document for slip in page.slips] + ([page.result] if page.result else [])
    return {
        "number": row.number,
        "parties": dossier_parts.parties(row),
        "procedure": page.version.code,
        "agency": row.agency.code,
        "status": row.status,
        "status_name": page.status_name,
        "submitted_at": row.submitted_at,
        "accepted_at": row.accepted_at,
        "due_at": row.due_at,
        "finished_at": row.finished_at,
        "standing": page.standing,
        "holder": page.holder,
        "fee": page.charge.amount if page.charge else 0,
        "fee_state": page.charge.state if page.charge else None,
        "supplement": [item["text"] for item in page.supplement.items] if page.supplement else [],
        "timeline": dossier_parts.timeline(page.timeline),
        "documents": dossier_parts.documents(papers, f"/api/v1/dossiers/{row.number}/files/"),
    }


@router.get(
    "/dossiers/{number}/files/{file_id}",
    response=problem_answers(400, 401, 403, 404, 409, 503),
    openapi_extra=dossier_parts.FILE_ANSWER,
)
def dossier_file(request: HttpRequest, number: str, file_id: str) -> HttpResponse:
    """A file of one's own dossier: papers, slips, the signed result."""
    caller = _caller(request, READ_SCOPE)
    file = citizen.file_of(caller.viewer, number, file_id)
    return FileResponse(  # type: ignore[return-value] # streams; ninja passes it on
        documents.open_file(file, caller.viewer.person_id),
        as_attachment=True,
        filename=file.name,
    )


@router.post(
    "/files",
    response={201: FileOut, **problem_answers(400, 401, 403, 413, 422, 503)},
    openapi_extra=HEADER,
)
def upload(request: HttpRequest, file: UploadedFile = File(...)) -> Any:  # noqa: B008 - ninja reads the default
    """Upload a paper (PDF, JPEG, PNG; 20 MB), to be named in a filing. Needs an
    `Idempotency-Key`, like a filing."""
    caller = _caller(request, FILE_SCOPE)
    name, content = file.name or "tep", file.read()

    def act() -> tuple[int, Any]:
        taken = documents.store_upload(name, content, caller.viewer.person_id, clock.now())
        return 201, {
            "id": str(taken.pk),
            "name": taken.name,
            "media_type": taken.media_type,
            "size": taken.size,
        }

    told_apart = name.encode() + b"\0" + content
    return Answer(*once(request, f"files:{caller.viewer.account_id}", act, told_apart))
