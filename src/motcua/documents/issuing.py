"""Making documents: previews, slips and receipts, signed results. For the worker."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from motcua.documents import rendering, scans, signing
from motcua.documents.actions import open_file
from motcua.documents.events import DocumentIssued
from motcua.documents.models import Document, File
from motcua.documents.signing import SignerRef
from motcua.documents.storing import keep
from motcua.foundation import events, ledger

__all__ = ["PreviewMissing", "SignerRef", "issue_unsigned", "render_preview", "sign_and_issue"]

PDF = "application/pdf"


class PreviewMissing(Exception):
    """Nothing was previewed, or what was previewed is not what would be signed."""


def _data(document: Document) -> dict[str, Any]:
    """The template's data with what only the document knows: its code and where to check it."""
    base = settings.ENV.public_url
    if document.kind == "result":
        link = f"{base}/kiem-tra/{document.verify_code}/"
    else:
        link = f"{base}/tra-cuu/?so={document.data.get('dossier_number', '')}"
    return {
        **document.data,
        "verify_code": document.verify_code,
        "verify_page": f"{base}/kiem-tra/",
        "lookup_page": f"{base}/tra-cuu/",
        "qr_svg": rendering.qr_svg(link),
    }


def render_preview(document_id: int) -> Document:
    """Render a draft and keep it with its digest: exactly these bytes will be signed. Does nothing
    when the draft has its preview already or is signed."""
    document = Document.objects.get(pk=document_id)
    if document.preview_sha256 is not None or document.signed_at is not None:
        return document
    with scans.pages(_appended(document)) as pages:
        pdf = rendering.render(document.template, _data(document), document.issued_at, pages)
    with transaction.atomic():
        current = Document.objects.select_for_update().get(pk=document_id)
        redrafted = (current.template, current.data) != (document.template, document.data)
        if redrafted or current.preview_sha256 is not None or current.signed_at is not None:
            return current
        stored = keep(_file_name(current), pdf, PDF, None, current.issued_at)
        current.file = stored
        current.preview_sha256 = sha256(pdf).digest()
        current.save(update_fields=["file", "preview_sha256"])
    return current


def _appended(document: Document) -> list[File]:
    """The stored scans whose pages follow the paper (a certified copy's), in their order."""
    wanted = document.data.get("append_files") or []
    found = File.objects.in_bulk(wanted)
    return [found[UUID(str(file_id))] for file_id in wanted]


def issue_unsigned(document_id: int, now: datetime) -> Document:
    """Render and issue a slip or a receipt. Safe to run twice."""
    document = Document.objects.get(pk=document_id)
    if document.file_id is not None:
        return document
    pdf = rendering.render(document.template, _data(document), document.issued_at)
    with transaction.atomic():
        document = Document.objects.select_for_update().get(pk=document_id)
        if document.file_id is None:
            document.file = keep(_file_name(document), pdf, PDF, document.owner_id, now)
            document.save(update_fields=["file"])
            _tell(document)
    return document


def sign_and_issue(document_id: int, signer: SignerRef, now: datetime) -> Document:
    """Sign what was previewed, keep it, and say so. A repeated job signs nothing twice.

    The signing itself holds no lock; whoever comes second finds the document signed and throws his
    own away. Raises `PreviewMissing`, `signing.TimestampUnavailable`.
    """
    document = Document.objects.select_related("file", "agency").get(pk=document_id)
    if document.signed_at is not None:
        return document
    if document.file is None or document.preview_sha256 is None:
        raise PreviewMissing(document.number)
    with open_file(document.file) as stream:
        preview = stream.read()
    if sha256(preview).digest() != bytes(document.preview_sha256):
        raise PreviewMissing(document.number)
    place = rendering.signature_place(document.template, _data(document))
    signed = signing.sign(preview, signer, document.agency.name, place, now)
    with transaction.atomic():
        current = Document.objects.select_for_update().get(pk=document_id)
        if current.signed_at is None:
            current.file = keep(_file_name(current), signed, PDF, current.owner_id, now)
            current.signed_at = now
            current.save(update_fields=["file", "signed_at"])
            ledger.append(
                "document.signed",
                current.number,
                f"signer:{signer.agency_code}",
                {"sha256": sha256(signed).hexdigest(), "signer": signer.name},
            )
            _tell(current)
    return current


def _tell(document: Document) -> None:
    events.publish(DocumentIssued(document.pk, document.subject, document.number, document.kind))


def _file_name(document: Document) -> str:
    """`12-2026-GKS-H37.105.pdf`."""
    return document.number.replace("/", "-") + ".pdf"
