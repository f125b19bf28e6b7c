"""Storing files, drafting documents, and ending their validity."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import structlog
from django.core.files.storage import default_storage
from django.db import transaction

from motcua.documents.errors import CannotReplace, FileWithheld, NotInForce, UploadRefused
from motcua.documents.events import DocumentReplaced
from motcua.documents.models import Document, File
from motcua.documents.storing import held, keep, store
from motcua.documents.uploads import names, scanner
from motcua.documents.uploads.inspection import inspect
from motcua.documents.uploads.verdict import Refusal
from motcua.foundation import events, ledger

__all__ = [
    "UploadRefused",
    "draft",
    "keep",
    "open_file",
    "redraft",
    "replace",
    "revoke",
    "store_upload",
]

LARGEST = 20_000_000

log = structlog.get_logger()


def store_upload(name: str, content: bytes, owner_person_id: int | None, now: datetime) -> File:
    """Keep an uploaded PDF, JPEG or PNG after reading it through in a process of its own.

    The name is cleaned and must not lie about the kind; `pages` is counted. A picture is written
    anew without what it carries besides (place, device, thumbnails), upright as it was taken; a PDF
    is kept to the byte, for it may be signed. Raises `UploadRefused`,
    whose message says why and what to do.
    """
    if len(content) > LARGEST:
        raise UploadRefused(
            "Tệp lớn hơn 20 MB. Hãy chụp lại ở độ phân giải nhỏ hơn, hoặc chia thành nhiều tệp."
        )
    if not content:
        raise UploadRefused("Tệp trống (0 byte). Hãy chọn lại tệp.")
    with held(content) as path:
        try:
            found = inspect(path)
            clean = names.cleaned(name, found.media_type)
        except Refusal as refusal:
            raise UploadRefused(str(refusal)) from refusal
        row = File(
            name=clean,
            media_type=found.media_type,
            owner_id=owner_person_id,
            pages=found.pages,
            scan=scanned(path),
            created_at=now,
        )
        if row.scan == File.Scan.REFUSED:
            raise UploadRefused(
                "Bộ quét vi-rút báo tệp này có mã độc nên không nhận. Hãy quét vi-rút trên máy của"
                " bạn, rồi chụp lại hoặc in lại giấy tờ ra PDF."
            )
        if found.rewritten:
            row.original_sha256 = sha256(content).digest()
            content = path.read_bytes()
        return store(path, content, row)


def scanned(path: Path) -> str:
    """What the virus scanner says of the file, as a `File.Scan`; `pending` when it is away."""
    if not scanner.is_there():
        return File.Scan.CHECKED
    try:
        return File.Scan.REFUSED if scanner.scan(path) else File.Scan.CLEAN
    except scanner.ScannerAway as error:
        log.warning("virus_scanner_away", reason=str(error))
        return File.Scan.PENDING


def open_file(file: File, reader: int | None = None) -> IO[bytes]:
    """The bytes of a file, to be read and closed. Raises `FileWithheld` for what the scanner
    refused, and for what waits for it unless the person `reader` is its owner."""
    refused = file.scan == File.Scan.REFUSED
    theirs = reader is not None and reader == file.owner_id
    if refused or (file.scan == File.Scan.PENDING and not theirs):
        raise FileWithheld(refused)
    stream: IO[bytes] = default_storage.open(file.path)
    return stream


@transaction.atomic
def draft(
    kind: str,
    template: str,
    data: dict[str, Any],
    number: str,
    title: str,
    agency_id: int,
    owner_id: int | None,
    organisation_id: int | None,
    subject: int | None,
    now: datetime,
    valid_months: int | None = None,
) -> Document:
    """A document without a file yet. Once signed it holds for `valid_months`, or for good."""
    return Document.objects.create(
        kind=kind,
        template=template,
        data=data,
        number=number,
        title=title[:300],
        agency_id=agency_id,
        owner_id=owner_id,
        organisation_id=organisation_id,
        subject=subject,
        verify_code=secrets.token_hex(9).upper(),
        valid_months=valid_months,
        issued_at=now,
    )


@transaction.atomic
def redraft(
    document_id: int, *, template: str, title: str, data: dict[str, Any], now: datetime
) -> Document:
    """Draft again what is not signed yet; its preview is void."""
    document = Document.objects.select_for_update().get(pk=document_id)
    document.template, document.title, document.data = template, title[:300], data
    document.preview_sha256 = None
    document.save(update_fields=["template", "title", "data", "preview_sha256"])
    return document


@transaction.atomic
def lay_aside(document_id: int, reason: str, actor: str, now: datetime) -> None:
    """A draft that will not be signed any more: its number counts for nothing. Changes nothing
    once it is signed."""
    document = Document.objects.select_for_update().get(pk=document_id)
    if document.signed_at is not None or document.state != Document.State.CURRENT:
        return
    document.state, document.reason = Document.State.REVOKED, reason.strip()[:300]
    document.save(update_fields=["state", "reason"])
    data = {"reason": document.reason, "at": now.isoformat()}
    ledger.append("document.laid_aside", document.number, actor, data)


@transaction.atomic
def revoke(document_id: int, reason: str, actor: str, now: datetime) -> Document:
    """Declare an issued document void from now on; whoever checks it is told so. Doing it twice
    changes nothing. Raises `NotInForce` for one that was never signed or was replaced."""
    document = _in_force(document_id, Document.State.REVOKED)
    if document.state == Document.State.REVOKED:
        return document
    return _end(document, Document.State.REVOKED, None, reason, actor, now)


@transaction.atomic
def replace(document_id: int, by_id: int, reason: str, actor: str, now: datetime) -> Document:
    """Declare an issued document replaced by another issued one. Doing it twice changes nothing.

    Raises `NotInForce`, and `CannotReplace` for a successor that is the document itself, of another
    holder, not signed, or itself no longer in force.
    """
    document = _in_force(document_id, Document.State.REPLACED)
    if document.state == Document.State.REPLACED and document.replaced_by_id == by_id:
        return document
    if document.state != Document.State.CURRENT:
        raise NotInForce(document.number)
    by = Document.objects.filter(pk=by_id).first()
    if by is None or by.pk == document.pk or by.signed_at is None:
        raise CannotReplace(document.number)
    same_holder = (by.owner_id, by.organisation_id) == (document.owner_id, document.organisation_id)
    if by.state != Document.State.CURRENT or by.kind != document.kind or not same_holder:
        raise CannotReplace(document.number)
    return _end(document, Document.State.REPLACED, by, reason, actor, now)


def _in_force(document_id: int, or_already: str) -> Document:
    document = Document.objects.select_for_update().filter(pk=document_id).first()
    if document is None or document.signed_at is None:
        raise NotInForce(document.number if document else "")
    if document.state not in (Document.State.CURRENT, or_already):
        raise NotInForce(document.number)
    return document


def _end(
    document: Document, state: str, by: Document | None, reason: str, actor: str, now: datetime
) -> Document:
    document.state, document.replaced_by, document.reason = state, by, reason.strip()[:300]
    document.save(update_fields=["state", "replaced_by", "reason"])
    ledger.append(
        f"document.{state}",
        document.number,
        actor,
        {"reason": document.reason, "by": by.number if by else "", "at": now.isoformat()},
    )
    events.publish(DocumentReplaced(document.pk, document.subject, state))
    return document
