"""The National Portal sends dossiers in (NĐ 224/2026 Đ15: citizens file at one national door).

It proves itself by an HMAC-SHA256 of the body with the agreed secret, and repeats a message until
it is acknowledged; its own number makes the repetition harmless.
"""

from __future__ import annotations

import hmac
from datetime import date
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja import Router

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.doors.api.problems import Problem
from motcua.doors.api.schemas import NationalIn, NationalOut, ProblemOut
from motcua.dossiers.actions import filing
from motcua.dossiers.actions.acting import Actor
from motcua.dossiers.models import Dossier, FilingWay
from motcua.foundation import clock, idempotency
from motcua.people import actions as people

router = Router()
SCOPE = "national"


def _check_signature(request: HttpRequest) -> None:
    expected = hmac.new(settings.ENV.national_secret.encode(), request.body, sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers.get("X-Signature", "")):
        raise Problem(401, "bad_signature", "Chữ ký của thông điệp không đúng.")


@router.post(
    "/dossiers",
    response={200: NationalOut, 401: ProblemOut, 404: ProblemOut, 422: ProblemOut},
)
def receive(request: HttpRequest, body: NationalIn) -> Any:
    """Take in one dossier; repeating a `MaHoSo` answers with the number given the first time."""
    _check_signature(request)
    now = clock.now()
    version = catalogue.facts_in_force(body.MaTTHC, clock.local(now).date())
    if version is None:
        raise Problem(404, "no_such_procedure", "Không có thủ tục này đang có hiệu lực.")
    try:
        agency = agencies.agency(body.DonViXuLy)
    except agencies.UnknownAgency:
        raise Problem(404, "no_such_agency", "Không có cơ quan nào mang mã này.") from None
    with transaction.atomic():
        digest = sha256(body.MaHoSo.encode()).digest()
        if idempotency.once(SCOPE, body.MaHoSo, digest) is not None:
            earlier = Dossier.objects.get(origin=SCOPE, origin_number=body.MaHoSo)
            return {"SoHoSo": earlier.number, "TrangThaiHoSo": earlier.status}
        person = people.upsert_person(
            id_number=body.SoDinhDanh,
            full_name=body.ChuHoSo,
            birth_date=_birth_date(body.NgaySinh),
            phone=body.SoDienThoai,
            email=body.Email,
            now=now,
        )
        dossier = filing.file(
            filing.Filing(
                version_id=version.id,
                agency_id=agency.pk,
                way=FilingWay.ONLINE,
                applicant=person,
                answers=body.DuLieu,
                actor=Actor(person.full_name, "applicant"),
                origin=SCOPE,
                origin_number=body.MaHoSo,
            ),
            now,
        )
    return {"SoHoSo": dossier.number, "TrangThaiHoSo": int(dossier.status)}


def _birth_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(422, "invalid_request", "NgaySinh phải có dạng 2000-12-31.") from None
