"""Writing a version: drafted, sent for review, published by somebody else with a decision; and
ending a procedure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.forms import actions as forms
from motcua.forms import building
from motcua.forms.actions import NotFitToPublish, in_order
from motcua.forms.definition import BadDefinition
from motcua.foundation import clock, ledger, text
from motcua.foundation.plain import markup
from motcua.processes import actions as processes
from motcua.processes.errors import BadProcess, UnknownTemplate

from .. import burden, designing, keeping, queries
from ..completeness import parts
from ..errors import (
    BadSpecification,
    CatalogueError,
    DraftChanged,
    DraftGone,
    NotReady,
    NotYours,
)
from ..models import ChangeKind, Procedure, ProcedureVersion, PublicationStep, VersionDraft
from ..once_only import refused
from ..specification import parse
from .publishing import publish_version

State = VersionDraft.State


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that publishes: its number and day, by whom (`PublicationStep.Step`), when the
    legal document takes effect, and when it was issued if by the shortened procedure."""

    number: str
    decided_on: date
    step: str
    effective: date
    shortened_issue: date | None = None


@transaction.atomic
def start_draft(
    specification: Mapping[str, Any], change: str, by: str, now: datetime
) -> VersionDraft:
    """Begin a version of a procedure. Raises `BadSpecification`."""
    if change not in (ChangeKind.NEW, ChangeKind.AMENDED, ChangeKind.REPLACED):
        raise BadSpecification("change", "Hãy chọn mới ban hành, sửa đổi, bổ sung hay thay thế.")
    checked = parse(specification)
    draft = VersionDraft.objects.create(
        code=checked.code,
        change=change,
        specification=dict(specification),
        written_by=by,
        changed_at=now,
    )
    _told(draft, "draft_started", by)
    return draft


@transaction.atomic
def save_draft(
    draft_id: int, specification: Mapping[str, Any], seen: int, by: str, now: datetime
) -> VersionDraft:
    """Keep what was written. One under review goes back to its writer's desk. Raises `DraftGone`,
    `DraftChanged` when `seen` is not its revision, and `BadSpecification` (nothing is kept)."""
    draft = _seen(draft_id, seen)
    if parse(specification).code != draft.code:
        raise BadSpecification("procedure.code", "Mã thủ tục của bản thảo không đổi được.")
    draft.specification = dict(specification)
    draft.state, draft.sent_by = State.WRITING, ""
    _keep(draft, now)
    _told(draft, "draft_saved", by)
    return draft


@transaction.atomic
def save_form(
    draft_id: int, definition: Mapping[str, Any] | None, seen: int, by: str, now: datetime
) -> VersionDraft:
    """Keep the form that is written with a draft; None lays it aside. One under review goes back
    to its writer's desk. Raises `DraftGone`, `DraftChanged`, and `BadSpecification` for what is no
    form (nothing is kept)."""
    if definition is not None:
        try:
            building.judged(definition)
        except BadDefinition as error:
            raise BadSpecification(f"form.{error.place}", error.reason) from error
    draft = _seen(draft_id, seen)
    draft.form = None if definition is None else in_order(dict(definition))
    draft.state, draft.sent_by = State.WRITING, ""
    _keep(draft, now)
    _told(draft, "draft_form_saved" if definition else "draft_form_dropped", by)
    return draft


@transaction.atomic
def save_process(
    draft_id: int, choice: designing.Choice | None, seen: int, by: str, now: datetime
) -> VersionDraft:
    """Keep which ready process a draft takes, with its hours and roles; None lays it aside. Raises
    `DraftGone`, `DraftChanged`, and `BadSpecification` for what cannot run (nothing is kept)."""
    draft = _seen(draft_id, seen)
    if choice is not None:
        try:
            designing.bpmn_of(choice, draft.code, draft.specification["procedure"]["short_name"])
        except (BadProcess, UnknownTemplate) as error:
            raise BadSpecification("process", str(error)) from error
    draft.process = None if choice is None else choice.to_json()
    draft.state, draft.sent_by = State.WRITING, ""
    _keep(draft, now)
    _told(draft, "draft_process_saved" if choice else "draft_process_dropped", by)
    return draft


@transaction.atomic
def send_for_review(draft_id: int, seen: int, by: str, now: datetime) -> VersionDraft:
    """Ask another keeper to publish it. Raises `DraftGone`, `DraftChanged` and `NotReady`."""
    draft = _locked(draft_id, State.WRITING)
    if draft.revision != seen:
        raise DraftChanged
    _check_ready(draft)
    draft.state, draft.sent_by = State.REVIEW, by
    _keep(draft, now)
    _told(draft, "draft_sent", by)
    return draft


@transaction.atomic
def publish_draft(
    draft_id: int, seen: int, decision: Decision, by: str, now: datetime
) -> ProcedureVersion:
    """Publish a reviewed draft under a decision; it is frozen from then.

    Raises `DraftGone`, `DraftChanged`, `NotYours` when the same person sent it, `NotReady`,
    `BadSpecification` and `VersionsOverlap`: nothing is published then.
    """
    draft = _locked(draft_id, State.REVIEW)
    if draft.revision != seen:
        raise DraftChanged
    if by in (draft.sent_by, draft.written_by):
        raise NotYours
    _check_ready(draft)
    _check_decision(decision)
    raw = dict(draft.specification)
    raw["version"] = {**raw["version"], "decision": text.nfc(decision.number).strip()}
    raw["version"] |= _publish_parts(draft, by, now)
    version = publish_version(raw, now, supersede=True, by=by)
    draft.state, draft.decided_by, draft.version = State.PUBLISHED, by, version
    draft.specification = raw
    _keep(draft, now)
    _record(version.procedure, version, draft.change, decision, by, now)
    return version


@transaction.atomic
def drop_draft(draft_id: int, by: str, now: datetime) -> None:
    """Lay a draft aside for good. Raises `DraftGone`."""
    draft = _locked(draft_id, State.WRITING, State.REVIEW)
    draft.state, draft.decided_by = State.DROPPED, by
    _keep(draft, now)
    _told(draft, "draft_dropped", by)


@transaction.atomic
def end_procedure(
    code: str, change: str, last: date, decision: Decision, by: str, now: datetime
) -> None:
    """Abolish (`abolished`) or cancel (`cancelled`) a procedure: its version holds until `last`,
    that day excluded. Open dossiers are finished under it. Raises `CatalogueError`."""
    if change not in (ChangeKind.ABOLISHED, ChangeKind.CANCELLED):
        raise CatalogueError("Hãy chọn bãi bỏ hay hủy bỏ.")
    _check_decision(decision)
    today = clock.local(now).date()
    if last < today:
        raise CatalogueError("Ngày hết hiệu lực không được ở quá khứ.")
    row = (
        ProcedureVersion.objects.select_for_update()
        .filter(procedure__code=code, valid__contains=today)
        .first()
    )
    if row is None or (row.valid.upper is not None and row.valid.upper <= last):
        raise CatalogueError("Không có phiên bản nào còn hiệu lực đến ngày này.")
    if row.valid.lower >= last:
        raise CatalogueError("Phiên bản này chỉ mới có hiệu lực từ ngày đó.")
    row.valid = DateRange(row.valid.lower, last)
    row.save(update_fields=["valid"])
    _record(row.procedure, row, change, decision, by, now)
    body = {"version": row.pk, "to": last, "change": change, "decision": decision.number}
    ledger.append("catalogue.ended", code, by, body)
    queries.forget_in_force()
    transaction.on_commit(queries.forget_in_force)


@transaction.atomic
def record_step(
    code: str, change: str, decision: Decision, by: str, now: datetime
) -> PublicationStep:
    """Note a decision of the chain that was taken elsewhere (the ministry's, the province's list,
    an approved process). Raises `CatalogueError`."""
    procedure = Procedure.objects.filter(code=code).first()
    if procedure is None:
        raise CatalogueError("Không có thủ tục này.")
    if change not in ChangeKind.values or decision.step not in PublicationStep.Step.values:
        raise CatalogueError("Hãy chọn bước và nội dung công bố.")
    _check_decision(decision)
    version = queries.version_in_force(code, clock.local(now).date())
    return _record(procedure, version, change, decision, by, now)


@transaction.atomic
def record_entry(code: str, step_id: int, entered_on: date, by: str, now: datetime) -> None:
    """Note once on which day a decision was entered in the national database. Raises
    `CatalogueError`."""
    row = (
        PublicationStep.objects.select_for_update().filter(pk=step_id, procedure__code=code).first()
    )
    if row is None or row.entered_on is not None:
        raise CatalogueError("Bước này đã ghi ngày đăng tải, hoặc không có.")
    if not row.decided_on <= entered_on <= clock.local(now).date():
        raise CatalogueError("Ngày đăng tải phải từ ngày quyết định đến hôm nay.")
    row.entered_on = entered_on
    row.save(update_fields=["entered_on"])
    ledger.append("catalogue.entered", code, by, {"step": row.pk, "on": entered_on})


def _check_decision(decision: Decision) -> None:
    number = text.nfc(decision.number).strip()
    if not number or len(number) > 200 or markup(number):
        raise CatalogueError("Số quyết định thiếu hoặc quá dài.")
    if decision.step not in PublicationStep.Step.values:
        raise CatalogueError("Hãy chọn cơ quan ra quyết định.")


def _check_ready(draft: VersionDraft) -> None:
    """Everything there that the law asks for, and nothing asked that the State holds."""
    checked = parse(draft.specification)
    lacking = designing.lacking(draft)
    lacking += [
        f"{part.name}: {part.missing}"
        for part in parts(checked.procedure["name"], checked.version)
        if part.missing
    ]
    lacking += [
        f"{one.what}: {one.register} đã có, cần nêu căn cứ pháp lý nếu vẫn yêu cầu"
        for one in refused(keeping.asked_again(checked.version, draft.form))
    ]
    try:
        burden.read(checked.version.get("parameters", {}).get("burden", {}))
    except burden.BadBurden as error:
        lacking.append(f"chi phí tuân thủ, {error}")
    if lacking:
        raise NotReady(lacking)


def _record(
    procedure: Procedure,
    version: ProcedureVersion | None,
    change: str,
    decision: Decision,
    by: str,
    now: datetime,
) -> PublicationStep:
    row = PublicationStep.objects.create(
        procedure=procedure,
        version=version,
        step=decision.step,
        change=change,
        decision=text.nfc(decision.number).strip(),
        decided_on=decision.decided_on,
        effective=decision.effective,
        shortened_issue=decision.shortened_issue,
        recorded_by=by,
        recorded_at=now,
    )
    body = {"step": decision.step, "change": change, "decision": row.decision}
    ledger.append("catalogue.decided", procedure.code, by, body)
    return row


def _publish_parts(draft: VersionDraft, by: str, now: datetime) -> dict[str, str]:
    """Publish the form and the process that were written with a draft; their keys for its version.
    Raises `NotReady`."""
    version = draft.specification["version"]
    keys: dict[str, str] = {}
    try:
        if draft.form is not None:
            keys["form"] = version.get("form") or designing.own_key(draft.code)
            forms.publish(keys["form"], draft.form, now, by=by)
        if draft.process is not None:
            keys["process"] = designing.own_key(draft.code)
            name = draft.specification["procedure"]["short_name"]
            choice = designing.Choice.of(draft.process)
            bpmn = designing.bpmn_of(choice, draft.code, name)
            processes.publish(keys["process"], bpmn, now, by=by)
    except (BadDefinition, NotFitToPublish, BadProcess, UnknownTemplate) as error:
        raise NotReady([str(error)]) from error
    return keys


def _seen(draft_id: int, seen: int) -> VersionDraft:
    draft = _locked(draft_id, State.WRITING, State.REVIEW)
    if draft.revision != seen:
        raise DraftChanged
    return draft


def _locked(draft_id: int, *states: str) -> VersionDraft:
    draft = VersionDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or draft.state not in states:
        raise DraftGone
    return draft


def _keep(draft: VersionDraft, now: datetime) -> None:
    draft.revision += 1
    draft.changed_at = now
    draft.save()


def _told(draft: VersionDraft, act: str, by: str) -> None:
    body = {"draft": draft.pk, "revision": draft.revision}
    ledger.append(f"catalogue.{act}", draft.code, by, body)
