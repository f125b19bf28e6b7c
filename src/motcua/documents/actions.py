"""Storing files and drafting documents."""

from __future__ import annotations

import secrets
from datetime import datetime
from hashlib import sha256
from typing import IO, Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from motcua.documents.errors import UploadRefused
from motcua.documents.models import Document, File

LARGEST = 20_000_000
MAGIC = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png"}


def store_upload(name: str, content: bytes, owner_person_id: int | None, now: datetime) -> File:
    """Keep an uploaded file after looking at what it is. Raises `UploadRefused`."""
    if len(content) > LARGEST:
        raise UploadRefused("Tệp lớn hơn 20 MB. Hãy chụp lại ở độ phân giải nhỏ hơn.")
    kind = next((t for magic, t in MAGIC.items() if content.startswith(magic)), None)
    if kind is None:
        raise UploadRefused("Chỉ nhận tệp PDF, JPG hoặc PNG.")
    return keep(name, content, kind, owner_person_id, now)


@transaction.atomic
def keep(
    name: str, content: bytes, media_type: str, owner_person_id: int | None, now: datetime
) -> File:
    """Write bytes to the storage and a row for them."""
    digest = sha256(content).digest()
    row = File(
        name=name[-200:],
        media_type=media_type,
        size=len(content),
        sha256=digest,
        owner_id=owner_person_id,
        scan=File.Scan.CLEAN,
        created_at=now,
    )
    row.path = default_storage.save(f"{row.pk.hex[:2]}/{row.pk.hex}", ContentFile(content))
    row.save(force_insert=True)
    return row


def open_file(file: File) -> IO[bytes]:
    """The bytes of a file, to be read and closed."""
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
) -> Document:
    """A document without a file yet."""
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
