"""The National Portal sends dossiers in (NĐ 224/2026 Đ15: citizens file at one national door).

It proves itself by an HMAC-SHA256 of the body with the agreed secret, and repeats a message until
it is acknowledged; its own number makes the repetition harmless.
"""

from __future__ import annotations

import hmac
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from ninja import Router

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.doors import sighting
from motcua.doors.api.problems import Problem
from motcua.doors.api.schemas import NationalIn, NationalOut, problem_answers
from motcua.dossiers.actions import filing, linking
from motcua.dossiers.actions.acting import Actor
from motcua.dossiers.models import FilingWay
from motcua.dossiers.queries import machine as dossiers
from motcua.foundation import clock, idempotency, sight
from motcua.people import actions as people
from motcua.people.models import Person
from motcua.people.rules import BadIdNumber

SCOPE = "national"


class Signature:
    """`X-Signature`: hexadecimal HMAC-SHA256 of the body. Judged before the body is read."""

    openapi_security_schema = {"type": "apiKey", "in": "header", "name": "X-Signature"}

    def __call__(self, request: HttpRequest) -> bool:
        secret = settings.ENV.national_secret.encode()
        expected = hmac.new(secret, request.body, sha256).hexdigest()
        given = request.headers.get("X-Signature", "")
        if not hmac.compare_digest(expected.encode(), given.encode()):
            raise Problem(401, "bad_signature", "Chữ ký của thông điệp không đúng.")
        sighting.of(request).see(sight.EVERYTHING)  # it files everywhere, for everybody
        return True


router = Router(auth=Signature())


@router.post(
    "/dossiers", response={200: NationalOut, **problem_answers(400, 401, 404, 413, 422, 503)}
)
def receive(request: HttpRequest, body: NationalIn) -> Any:
    """Take in one dossier; repeating a `MaHoSo` answers with the number given the first time."""
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
        earlier = idempotency.once(SCOPE, body.MaHoSo, digest)
        if earlier is not None:
            known = dossiers.taken_in(earlier.body["dossier"])
            return {"SoHoSo": known.number, "TrangThaiHoSo": known.status}
        person = _person(body, now)
        dossier = linking.file(
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
        idempotency.remember(SCOPE, body.MaHoSo, 200, {"dossier": dossier.pk})
    return {"SoHoSo": dossier.number, "TrangThaiHoSo": int(dossier.status)}


def _person(body: NationalIn, now: datetime) -> Person:
    """Who files, as the portal has identified them."""
    try:
        return people.upsert_person(
            id_number=body.SoDinhDanh,
            full_name=body.ChuHoSo,
            birth_date=_birth_date(body.NgaySinh),
            phone=body.SoDienThoai,
            email=body.Email,
            now=now,
        )
    except BadIdNumber as error:
        raise Problem(422, "invalid_request", str(error)) from None


def _birth_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Problem(422, "invalid_request", "NgaySinh phải có dạng 2000-12-31.") from None
