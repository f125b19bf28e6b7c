"""What applicants see of their drafts and dossiers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.catalogue.facts import VersionFacts
from motcua.documents.models import Document, File
from motcua.dossiers import rules
from motcua.dossiers.actions import timing
from motcua.dossiers.errors import NotFound
from motcua.dossiers.models import (
    Attachment,
    Dossier,
    Draft,
    Rating,
    Slip,
    Status,
    SupplementRequest,
    TimelineEntry,
)
from motcua.dossiers.queries import lines, scope
from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.payments import queries as charges
from motcua.payments.models import Charge
from motcua.people.access import AccessNote
from motcua.people.representation import ALL_DEEDS
from motcua.processes.models import WorkItem


def drafts(viewer: Viewer, now: datetime, version_id: int | None = None) -> list[Draft]:
    """The viewer's living drafts, newest first."""
    rows = Draft.objects.filter(
        scope.drafts(viewer),
        discarded_at__isnull=True,
        submitted_as__isnull=True,
        expires_at__gt=now,
    ).select_related("version__procedure", "agency")
    if version_id is not None:
        rows = rows.filter(version_id=version_id)
    return list(rows.order_by("-saved_at")[:50])


def draft_answers(draft: Draft) -> dict[str, Any]:
    """What has been typed so far, right or wrong."""
    answers: dict[str, Any] = json.loads(draft.answers or "{}")
    return answers


def papers_of(draft: Draft) -> list[Attachment]:
    return list(draft.attachments.select_related("file").order_by("id"))


@dataclass(frozen=True, slots=True)
class DossierLine:
    """One line of "Hồ sơ của tôi"."""

    number: str
    procedure: str
    agency: str
    status: int
    status_name: str
    submitted_at: datetime
    due_at: datetime | None
    waits_for_me: bool


def my_dossiers(viewer: Viewer, limit: int = 100) -> list[DossierLine]:
    """The viewer's dossiers, those that wait for them first, then newest first."""
    rows = list(
        Dossier.objects.filter(scope.visible(viewer))
        .select_related("agency")
        .defer("answers", "sources", "facts")
        .order_by("-submitted_at")[:limit]
    )
    ids = [row.pk for row in rows]
    to_confirm = set(
        WorkItem.objects.filter(
            subject__in=ids, role="applicant", state=WorkItem.State.OPEN
        ).values_list("subject", flat=True)
    )
    to_pay = set(
        Charge.objects.filter(subject__in=ids, state=Charge.State.PENDING).values_list(
            "subject", flat=True
        )
    )
    found = [
        DossierLine(
            number=row.number,
            procedure=catalogue.version(row.version_id).short_name,
            agency=row.agency.name,
            status=row.status,
            status_name=Status(row.status).label,
            submitted_at=row.submitted_at,
            due_at=row.due_at,
            waits_for_me=row.status == Status.SUPPLEMENT
            or row.pk in to_confirm
            or (row.pk in to_pay and row.status not in rules.ENDED),
        )
        for row in rows
    ]
    return sorted(found, key=lambda line: not line.waits_for_me)


def listed(viewer: Viewer, before: int | None, limit: int) -> list[lines.Line]:
    """The viewer's dossiers as programs list them, `limit` of those older than the row id
    `before`."""
    rows = Dossier.objects.filter(scope.visible(viewer))
    return lines.newest(rows.defer("answers", "sources", "facts"), before, limit)


@dataclass(frozen=True, slots=True)
class DossierPage:
    """Everything the applicant's page of one dossier shows. `deeds` are what the viewer may do with
    it; `looked` is the access to be recorded before it is shown."""

    dossier: Dossier
    version: VersionFacts
    status_name: str
    standing: str | None
    holder: str
    timeline: list[TimelineEntry]
    charge: Charge | None
    supplement: SupplementRequest | None
    confirm: WorkItem | None
    result: Document | None
    slips: list[Slip]
    papers: list[Attachment]
    rating: Rating | None
    answers: dict[str, Any]
    may_withdraw: bool
    may_rate: bool
    deeds: frozenset[str]
    looked: AccessNote | None


def dossier(viewer: Viewer, number: str, now: datetime) -> DossierPage:
    """One dossier of the viewer's. Raises `NotFound`."""
    return _page(viewer, Q(number=number), now)


def dossier_by_id(viewer: Viewer, dossier_id: int, now: datetime) -> DossierPage:
    """The same by row id, for what a tool knows as a subject. Raises `NotFound`."""
    return _page(viewer, Q(pk=dossier_id), now)


def _page(viewer: Viewer, which: Q, now: datetime) -> DossierPage:
    row = (
        Dossier.objects.select_related("agency", "applicant", "organisation")
        .filter(which, scope.visible(viewer))
        .first()
    )
    if row is None:
        raise NotFound
    items = list(
        WorkItem.objects.filter(subject=row.pk, state=WorkItem.State.OPEN).select_related("agency")
    )
    result = Document.objects.filter(pk=row.facts.get("result_document")).first()
    return DossierPage(
        dossier=row,
        version=catalogue.version(row.version_id),
        status_name=Status(row.status).label,
        standing=standing(row, now),
        holder=_holder(row, items),
        timeline=list(row.timeline.order_by("id")),
        charge=charges.charge(row.pk),
        supplement=row.supplement_requests.filter(answered_at__isnull=True).order_by("-id").first(),
        confirm=next((i for i in items if i.role == "applicant" and i.kind == "confirm"), None),
        result=result if result is not None and result.signed_at is not None else None,
        slips=list(
            row.slips.filter(document__file__isnull=False)
            .exclude(form__in=rules.OFFICE_SLIPS)
            .select_related("document__file")
            .order_by("id")
        ),
        papers=list(row.attachments.select_related("file").order_by("id")),
        rating=Rating.objects.filter(dossier=row).first(),
        answers=json.loads(row.answers or "{}"),
        may_withdraw=rules.may_withdraw(row.status, rules.is_decided(row.facts)),
        may_rate=row.status in rules.ENDED,
        deeds=viewer.acting.deeds if viewer.acting else ALL_DEEDS,
        looked=_looked(viewer, row),
    )


def _looked(viewer: Viewer, row: Dossier) -> AccessNote | None:
    """A representative's look at the dossier of a person, for the door to record: its owner sees
    who looked. None for who looks at their own or at an organisation's."""
    if row.organisation_id is not None or row.applicant_id == viewer.person_id:
        return None
    return AccessNote(
        viewer=viewer,
        subject_ids=(row.applicant_id,),
        role="representative",
        agency_id=None,
        purpose="Làm thay theo ủy quyền hoặc theo pháp luật",
        dossier_number=row.number,
        fields=("answers", "papers"),
    )


def standing(row: Dossier, now: datetime) -> str | None:
    """The verdict of the clock (`rules.standing`), or None before intake."""
    if row.accepted_at is None:
        return None
    calendar = agencies.calendar_of(row.agency_id, clock.local(now).date())
    return rules.standing(timing.clock_of(row), calendar, now, row.finished_at)


def _holder(row: Dossier, items: list[WorkItem]) -> str:
    """Who has the dossier now, in words."""
    if row.status in rules.ENDED:
        return ""
    if row.status == Status.SUPPLEMENT:
        return "Đang chờ bạn bổ sung."
    if any(item.role == "applicant" for item in items):
        return "Đang chờ bạn xác nhận bản thảo."
    if row.status == Status.DONE:
        return f"Kết quả đang ở Bộ phận Một cửa {row.agency.name}."
    names = [f"{item.name} ({item.agency.name})" for item in items if item.role != "system"]
    return "Đang ở bước: " + "; ".join(names) + "." if names else "Hệ thống đang xử lý."


@dataclass(frozen=True, slots=True)
class Preview:
    """The draft of a result as the applicant is asked to confirm it: rows of label and text, and
    the rendered PDF when the worker has made it."""

    rows: list[tuple[str, str]]
    file_id: str


def preview(page: DossierPage) -> Preview:
    """What the applicant of `page` is asked to confirm."""
    document = Document.objects.filter(pk=page.dossier.facts.get("result_document")).first()
    if document is None:
        return Preview([], "")
    rows = [(label, text) for label, text in document.data.get("rows", [])]
    return Preview(rows, str(document.file_id or ""))


def file_of(viewer: Viewer, number: str, file_id: str) -> File:
    """A file that the viewer's dossier shows them: their papers, slips, the draft they are asked to
    confirm, the signed result. Raises `NotFound`."""
    page = dossier(viewer, number, clock.now())
    documents = [slip.document for slip in page.slips]
    if page.result is not None:
        documents.append(page.result)
    elif page.confirm is not None:
        preview = Document.objects.filter(pk=page.dossier.facts.get("result_document")).first()
        documents.extend([preview] if preview else [])
    allowed = {str(paper.file_id) for paper in page.papers}
    allowed |= {str(document.file_id) for document in documents if document.file_id}
    if file_id not in allowed:
        raise NotFound
    return File.objects.get(pk=file_id)
