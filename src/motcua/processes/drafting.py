"""Writing a process: drafts, and what becomes of them. Beside `actions`, the only writer here.

A standard process is written by one and published by another, as versions of procedures are (ADR
0051). An agency's own is published by its administrator: it changes who does what there, and
neither what is decided nor until when. It takes effect on a later day; dossiers on their way keep
the process they began with.
"""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies import cache
from motcua.agencies import queries as agencies
from motcua.foundation import clock, ledger
from motcua.processes import actions, bpmn, inspection, own, queries
from motcua.processes.errors import BadProcess, DraftRefused
from motcua.processes.inspection import Surroundings
from motcua.processes.models import AgencyProcess, ProcessDraft, ProcessVersion
from motcua.processes.steplist.model import KEY

State = ProcessDraft.State


@transaction.atomic
def start(key: str, text: str, agency_id: int | None, by: str, now: datetime) -> ProcessDraft:
    """Begin a draft with a BPMN text that can be read. Raises `DraftRefused` for a key that is
    none, or when the agency is to have its own of a process that is not published; `BadProcess`
    for a text that cannot be read."""
    if not KEY.fullmatch(key):
        raise DraftRefused("Mã quy trình chỉ gồm a-z, 0-9 và dấu _, bắt đầu bằng chữ.")
    if agency_id is not None and not ProcessVersion.objects.filter(key=key).exists():
        raise DraftRefused(f"Chưa công bố quy trình chung “{key}”.")
    bpmn.read(text)
    draft = ProcessDraft.objects.create(
        key=key, agency_id=agency_id, bpmn=text, written_by=by, changed_at=now
    )
    ledger.append("processes.draft_started", str(draft.pk), by, {"key": key, "agency": agency_id})
    return draft


@transaction.atomic
def save(draft_id: int, text: str, seen: int, by: str, now: datetime) -> ProcessDraft:
    """Keep what was written. Raises `DraftRefused` when somebody else has kept something since,
    or the draft is finished; `BadProcess` for a text that cannot be read."""
    draft = _open(draft_id, seen)
    bpmn.read(text)
    if draft.bpmn != text:
        draft.bpmn, draft.written_by, draft.changed_at = text, by, now
        draft.revision += 1
        draft.save(update_fields=["bpmn", "written_by", "changed_at", "revision"])
        ledger.append(
            "processes.draft_saved", str(draft.pk), by, {"key": draft.key, "at": draft.revision}
        )
    return draft


@transaction.atomic
def drop(draft_id: int, by: str) -> None:
    """Lay a draft aside. Raises `DraftRefused` when it is finished."""
    draft = _open(draft_id, None)
    draft.state = State.DROPPED
    draft.save(update_fields=["state"])
    ledger.append("processes.draft_dropped", str(draft.pk), by, {"key": draft.key})


@transaction.atomic
def publish(
    draft_id: int, seen: int, since: date, around: Surroundings, by: str, now: datetime
) -> ProcessVersion:
    """Make the draft the next version: of the standard process, at once (procedures name it with
    their next version); of an agency's own, from `since` on, a later day than today.

    Raises `BadProcess` with every finding of `inspection.inspect` around here, and `DraftRefused`.
    """
    draft = _open(draft_id, seen)
    definition = bpmn.read_all(draft.bpmn, queries.definition)
    if found := inspection.inspect(definition, around):
        raise BadProcess(found)
    if draft.agency_id is None:
        if draft.written_by == by:
            raise DraftRefused("Người soạn không tự công bố: một người quản trị khác sẽ công bố.")
        version = actions.publish(draft.key, draft.bpmn, now)
    else:
        if since <= clock.local(now).date():
            raise DraftRefused("Quy trình riêng của cơ quan có hiệu lực sớm nhất từ ngày mai.")
        code = agencies.agency(draft.agency_id).code
        version = actions.publish(own.key_of(draft.key, code), draft.bpmn, now)
        _take_effect(draft.key, draft.agency_id, version.pk, since)
    draft.state, draft.published = State.PUBLISHED, version
    draft.save(update_fields=["state", "published"])
    told = {"draft": draft.pk, "version": version.version, "agency": draft.agency_id}
    ledger.append("processes.draft_published", draft.key, by, {**told, "since": str(since)})
    return version


@transaction.atomic
def end_own(key: str, agency_id: int, since: date, by: str, now: datetime) -> None:
    """Return to the standard process from a later day on. Raises `DraftRefused`."""
    if since <= clock.local(now).date():
        raise DraftRefused("Trở lại quy trình chung sớm nhất từ ngày mai.")
    if not _take_effect(key, agency_id, None, since):
        raise DraftRefused("Cơ quan không có quy trình riêng nào còn hiệu lực.")
    told = {"agency": agency_id, "since": str(since)}
    ledger.append("processes.own_ended", key, by, told)


def _take_effect(key: str, agency_id: int, version_id: int | None, since: date) -> bool:
    """From a day that is still to come on, this version and no other (None: the standard one);
    whether anything changes. What was to begin later than that never begins."""
    rows = AgencyProcess.objects.select_for_update().filter(key=key, agency_id=agency_id)
    changed = version_id is not None
    for row in rows.filter(valid__overlap=DateRange(since, None)):
        changed = True
        if row.valid.lower >= since:
            row.delete()
        else:
            row.valid = DateRange(row.valid.lower, since)
            row.save(update_fields=["valid"])
    if version_id is not None:
        AgencyProcess.objects.create(
            key=key, agency_id=agency_id, version_id=version_id, valid=DateRange(since, None)
        )
    cache.forget()
    transaction.on_commit(cache.forget)
    return changed


def _open(draft_id: int, seen: int | None) -> ProcessDraft:
    draft = ProcessDraft.objects.select_for_update().filter(pk=draft_id).first()
    if draft is None or draft.state != State.WRITING:
        raise DraftRefused("Bản thảo này đã được công bố hoặc đã bỏ.")
    if seen is not None and seen != draft.revision:
        raise DraftRefused("Bản thảo đã được người khác sửa. Vui lòng tải lại trang.")
    return draft
