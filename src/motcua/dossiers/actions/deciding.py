"""Deciding: the approver looks at exactly what will be signed, and signs it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.documents.models import Document
from motcua.dossiers import rules
from motcua.dossiers.actions import reopening, results, returning, steps
from motcua.dossiers.actions.acting import SYSTEM, locked, officer, record, require, unchanged
from motcua.dossiers.actions.handling import must_be_open, step_of
from motcua.dossiers.errors import NotReady, PreviewChanged, Refused
from motcua.dossiers.events import (
    DossierCompleted,
    DossierProgressed,
    ResultApproved,
    StepsOpened,
)
from motcua.dossiers.models import Dossier, Status
from motcua.foundation import events
from motcua.foundation.viewer import Viewer
from motcua.people.models import Role


@transaction.atomic
def prepare_for_me(viewer: Viewer, item_id: int, now: datetime) -> Document:
    """Draft the result again with the viewer as its signer; the worker renders it."""
    item, dossier = step_of(viewer, item_id)
    officer(viewer, item.agency_id, item.agency.name, [Role.APPROVER])
    must_be_open(item)
    if item.kind != "approve":
        raise Refused("Bước này không phải bước ký duyệt.")
    document = results.draft(dossier, now, signer_account_id=viewer.account_id)
    events.publish(StepsOpened(dossier.pk, [item.pk]))
    return document


@transaction.atomic
def approve_and_sign(
    viewer: Viewer, item_id: int, seen: int, preview_sha256: str, now: datetime
) -> Dossier:
    """The approver approves the previewed document; the worker signs it within seconds.

    Raises `NotReady` while the preview is being made, `PreviewChanged` when `preview_sha256` (hex)
    is not what would be signed, `Refused` when the draft names another signer.
    """
    item, dossier = step_of(viewer, item_id)
    actor = officer(viewer, item.agency_id, item.agency.name, [item.role])
    unchanged(dossier, seen)
    must_be_open(item)
    require(dossier, rules.WITH_OFFICERS, "ký")
    if item.kind != "approve":
        raise Refused("Bước này không phải bước ký duyệt.")
    document = Document.objects.filter(pk=dossier.facts.get("result_document")).first()
    if document is None or document.preview_sha256 is None:
        raise NotReady("Văn bản đang được lập, thường mất vài giây. Hãy tải lại trang rồi ký.")
    if bytes(document.preview_sha256).hex() != preview_sha256:
        raise PreviewChanged
    if document.data.get("signer_account") != viewer.account_id:
        raise Refused(
            f"Bản này ghi người ký là {document.data.get('signer_name', '')}."
            " Hãy lập lại bản mang tên bạn rồi ký."
        )
    dossier.facts["approved_at"] = now.isoformat()
    entry = record(
        dossier,
        "approved",
        "Lãnh đạo đã phê duyệt, kết quả đang được ký số.",
        actor,
        now,
        to=Status.IN_PROCESS,
        data={"document": document.number, "sha256": preview_sha256},
    )
    assert viewer.account_id is not None
    events.publish(
        DossierProgressed(dossier.pk, entry.pk),
        ResultApproved(dossier.pk, document.pk, viewer.account_id),
    )
    steps.complete(dossier, item, "approve", viewer.account_id, now)
    return dossier


@transaction.atomic
def finish(dossier_id: int, document_id: int, now: datetime) -> Dossier:
    """The result is signed: the clock stops (state 9), and what it replaces is replaced. Safe to
    run twice; the result of an earlier settling changes nothing."""
    dossier = locked(dossier_id)
    if dossier.status in (Status.DONE, Status.RETURNED):
        return dossier
    if dossier.facts.get("result_document") != document_id:
        return dossier
    document = Document.objects.get(pk=document_id)
    replaced = reopening.take_the_place(dossier, document, SYSTEM.ledger_name, now)
    instead = f" Thay cho số {', '.join(replaced)}." if replaced else ""
    dossier.finished_at = now
    entry = record(
        dossier,
        "completed",
        f"Đã có kết quả: {document.title}, số {document.number}.{instead}"[:600],
        SYSTEM,
        now,
        to=Status.DONE,
        data={"document": document.number},
    )
    events.publish(DossierCompleted(dossier.pk, entry.pk))
    returning.deliver_online(dossier, now)
    return dossier
