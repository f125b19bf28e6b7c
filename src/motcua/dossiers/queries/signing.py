"""What waits for an approver's signature and can be signed as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.catalogue import queries as catalogue
from motcua.documents.models import Document
from motcua.dossiers import rules
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries.scope import duties, mask_name
from motcua.foundation.viewer import Viewer
from motcua.people.models import Role
from motcua.processes.models import WorkItem

MOST = 50


@dataclass(frozen=True, slots=True)
class ToSign:
    """One draft in the viewer's name. `pick` is what a page sends along to sign this one."""

    item_id: int
    number: str
    procedure: str
    applicant: str
    result_number: str
    file_id: str
    due_at: datetime | None
    pick: str
    digest: str


def approves(viewer: Viewer) -> bool:
    """Whether the viewer signs results of any agency; no statement."""
    return any(role == Role.APPROVER for _, role in duties(viewer))


def ready(viewer: Viewer) -> list[ToSign]:
    """The drafts that name the viewer as signer and have been rendered, what is due first; at most
    `MOST`. Names are masked; a draft is looked at through its dossier."""
    agencies = [agency for agency, role in duties(viewer) if role == Role.APPROVER]
    items = WorkItem.objects.filter(
        agency_id__in=agencies, role=Role.APPROVER, kind="approve", state=WorkItem.State.OPEN
    ).order_by("due_at", "pk")[: MOST * 4]
    columns = ("number", "version_id", "applicant_id", "applicant_name", "status", "facts")
    dossiers = Dossier.objects.only(*columns, "due_at", "revision").in_bulk(
        [item.subject for item in items]
    )
    drafts = Document.objects.in_bulk(
        [
            one.facts["result_document"]
            for one in dossiers.values()
            if "result_document" in one.facts
        ]
    )
    found = []
    for item in items:
        dossier = dossiers.get(item.subject)
        if dossier is None or dossier.status not in rules.WITH_OFFICERS:
            continue
        draft = drafts.get(dossier.facts.get("result_document", 0))
        if draft is None or draft.preview_sha256 is None:
            continue
        if draft.data.get("signer_account") == viewer.account_id:
            found.append(_row(item, dossier, draft))
    return found[:MOST]


def _row(item: WorkItem, dossier: Dossier, draft: Document) -> ToSign:
    assert draft.preview_sha256 is not None
    digest = bytes(draft.preview_sha256).hex()
    return ToSign(
        item_id=item.pk,
        number=dossier.number,
        procedure=catalogue.version(dossier.version_id).short_name,
        applicant=mask_name(dossier.applicant_name),
        result_number=draft.number,
        file_id=str(draft.file_id),
        due_at=dossier.due_at or item.due_at,
        pick=f"{item.pk}:{dossier.revision}:{digest}",
        digest=digest,
    )
