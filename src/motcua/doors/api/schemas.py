"""Shapes of requests and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import ConfigDict, Field


class Strict(Schema):
    """A request body: a name it does not know is an error, not silence."""

    model_config = ConfigDict(extra="forbid")


class ProcedureLine(Schema):
    code: str
    name: str
    sector: str
    online: str


class ProcedurePage(Schema):
    items: list[ProcedureLine]
    next: str | None


class ChannelOut(Schema):
    way: str
    limit_amount: float | None
    limit_unit: str | None
    fee: str
    fee_text: str
    illustrative: bool


class CaseOut(Schema):
    key: str
    name: str
    channels: list[ChannelOut]


class ComponentOut(Schema):
    key: str
    name: str
    required: bool
    upload: bool
    replaced_by: str


class ProcedureOut(Schema):
    """`form` is the JSON Schema (2020-12) that `answers` of a filing must meet."""

    code: str
    name: str
    short_name: str
    sector: str
    decision: str
    online: str
    online_reason: str
    fileable: bool
    cases: list[CaseOut]
    components: list[ComponentOut]
    results: list[dict[str, str]]
    form: dict[str, Any] | None


class RejectedOut(Schema):
    """A record that was left out: its line from 1, its code (empty when it has none), why."""

    line: int
    code: str
    reason: str


class ImportOut(Schema):
    """What an import did, or in a dry run would do, as `motcua catalogue import --json` says."""

    added: int
    changed: int
    unchanged: int
    rejected: list[RejectedOut]


class PaperIn(Strict):
    component: str = Field(max_length=40)
    file: str = Field(max_length=36, description="id of an uploaded file")


class DossierIn(Strict):
    procedure: str = Field(max_length=20, examples=["1.001612"])
    agency: str = Field(max_length=30, examples=["H37.105"])
    answers: dict[str, Any]
    papers: list[PaperIn] = Field(default_factory=list, max_length=100)


class DossierFiled(Schema):
    number: str
    lookup_code: str
    status: int
    status_name: str
    submitted_at: datetime
    fee: int
    payment_due: bool


class TimelineOut(Schema):
    at: datetime
    status: int
    text: str


class DocumentOut(Schema):
    number: str
    kind: str
    title: str
    state: str
    file: str


class PartiesOut(Schema):
    """Who stands behind a dossier, each apart: who applies, the organisation they apply for, for
    whom the result is, and who acted in the applicant's place. Empty where there is nobody."""

    applicant: str
    organisation: str
    beneficiary: str
    representative: str


class DossierOut(Schema):
    number: str
    parties: PartiesOut
    procedure: str
    agency: str
    status: int
    status_name: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    standing: str | None
    holder: str
    fee: int
    fee_state: str | None
    supplement: list[str]
    timeline: list[TimelineOut]
    documents: list[DocumentOut]


class DossierLineOut(Schema):
    number: str
    procedure: str
    status: int
    status_name: str
    submitted_at: datetime
    due_at: datetime | None


class DossierPageOut(Schema):
    items: list[DossierLineOut]
    next: str | None


class AgencyDossierOut(Schema):
    """A dossier as a machine of its agency sees it."""

    number: str
    procedure: str
    agency: str
    status: int
    status_name: str
    submitted_at: datetime
    accepted_at: datetime | None
    due_at: datetime | None
    finished_at: datetime | None
    standing: str | None
    timeline: list[TimelineOut]
    documents: list[DocumentOut]


class TokenOut(Schema):
    access_token: str
    token_type: str
    expires_in: int
    scope: str


class KeysOut(Schema):
    """RFC 7517."""

    keys: list[dict[str, Any]]


class FileOut(Schema):
    id: str
    name: str
    media_type: str
    size: int


class FieldProblem(Schema):
    """One field that is wrong, next to which the message belongs."""

    field: str
    label: str = ""
    message: str


class ProblemOut(Schema):
    """RFC 9457. `type` is `urn:motcua:problem:<code>`; `title` is Vietnamese and says what to do.
    `errors` are there when single fields are wrong, `missing` names papers, `files` uploads."""

    type: str
    title: str
    status: int
    errors: list[FieldProblem] = Field(default_factory=list)
    missing: list[str] = Field(default_factory=list)
    files: list[str] = Field(default_factory=list)


def problem_answers(*statuses: int) -> dict[int, type[Schema]]:
    """What an operation documents beside its success: a problem under each of these statuses, and
    429, 500 and 405, which any may give."""
    return dict.fromkeys(sorted({*statuses, 405, 429, 500}), ProblemOut)


class NationalIn(Strict):
    """A dossier that the National Portal sends to the province's system."""

    MaHoSo: str = Field(min_length=1, max_length=60)
    MaTTHC: str = Field(max_length=20)
    DonViXuLy: str = Field(max_length=30)
    ChuHoSo: str = Field(min_length=1, max_length=120)
    SoDinhDanh: str = Field(max_length=15)
    NgaySinh: str = Field("", max_length=10)
    SoDienThoai: str = Field("", max_length=20)
    Email: str = Field("", max_length=200)
    DuLieu: dict[str, Any]


class NationalOut(Schema):
    SoHoSo: str
    TrangThaiHoSo: int
