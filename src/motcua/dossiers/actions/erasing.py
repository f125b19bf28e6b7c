"""Erasing what was never filed, when its person asks for it (Luật 91/2025/QH15 Đ4)."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Exists, OuterRef

from motcua.documents.models import Document, File
from motcua.dossiers.models import Attachment, Draft
from motcua.foundation import ledger


@transaction.atomic
def erase_drafts(person_id: int, by: str) -> int:
    """Remove every draft of the person that was not filed, with its papers that belong to nothing
    else; how many drafts. The bytes of the papers go with the next sweep of the storage."""
    drafts = list(
        Draft.objects.select_for_update()
        .filter(person_id=person_id, submitted_as__isnull=True)
        .values_list("pk", flat=True)
    )
    if not drafts:
        return 0
    attached = Attachment.objects.filter(draft_id__in=drafts, dossier__isnull=True)
    papers = list(attached.values_list("file_id", flat=True))
    attached.delete()
    Draft.objects.filter(pk__in=drafts).delete()
    File.objects.filter(
        ~Exists(Attachment.objects.filter(file_id=OuterRef("pk"))),
        ~Exists(Document.objects.filter(file_id=OuterRef("pk"))),
        pk__in=papers,
        owner_id=person_id,
    ).delete()
    told = {"drafts": len(drafts), "papers": len(papers)}
    ledger.append("dossiers.drafts_erased", f"person:{person_id}", by, told)
    return len(drafts)
