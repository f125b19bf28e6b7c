"""What officers see: their inbox and the file of one dossier."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.catalogue.facts import VersionFacts
from motcua.documents.models import Document, File
from motcua.dossiers import once_only, rules
from motcua.dossiers.actions.acting import serves, settles, works_for
from motcua.dossiers.errors import NotFound
from motcua.dossiers.models import (
    Attachment,
    Dossier,
    Extension,
    FieldCheck,
    FilingWay,
    Opinion,
    Slip,
    Status,
    SupplementRequest,
    TimelineEntry,
)
from motcua.dossiers.queries import extensions
from motcua.dossiers.queries.citizen import standing
from motcua.dossiers.queries.lateness import StepTime, steps_of
from motcua.dossiers.queries.scope import duties, mask_name
from motcua.dossiers.queries.sought import found, sought
from motcua.forms import engine as forms
from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.payments import queries as charges
from motcua.payments.models import Charge
from motcua.people import queries as people
from motcua.people.access import AccessNote
from motcua.people.models import Account, Role
from motcua.processes.models import WorkItem

PAGE = 50
LISTED = ("number", "version_id", "applicant_name", "status", "way", "due_at", "revision")
"""What a list needs of a dossier: answers stay encrypted where they are."""
COUNT_TO = 1000


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One open step. Lists show a masked name and are not reads of personal data."""

    item_id: int
    number: str
    procedure: str
    applicant: str
    step: str
    kind: str
    status: int
    status_name: str
    way: str
    due_at: datetime | None
    hours_left: float | None
    assignee: str
    mine: bool
    unpaid: bool
    pick: str


@dataclass(frozen=True, slots=True)
class InboxPage:
    """`next` is an opaque cursor or empty; `counts` by tab, capped at `COUNT_TO`."""

    rows: list[InboxRow]
    next: str
    counts: dict[str, int]


def _whose(viewer: Viewer) -> frozenset[int]:
    """The accounts whose assigned steps are the viewer's: their own, and those on leave."""
    return viewer.stands_in_for | frozenset(filter(None, [viewer.account_id]))


def _open(agency_id: int, role: str) -> QuerySet[WorkItem]:
    return WorkItem.objects.filter(agency_id=agency_id, role=role, state=WorkItem.State.OPEN)


def inbox(
    viewer: Viewer,
    now: datetime,
    *,
    tab: str = "todo",
    procedure: str = "",
    query: str = "",
    after: str = "",
) -> InboxPage:
    """The viewer's open steps, what becomes late first. `tab`: `todo`, `mine`, `waiting` (the
    applicant is asked for something), `return`."""
    cursor = _decode(after)
    steps: list[WorkItem] = []
    for agency_id, role in duties(viewer):
        rows = _open(agency_id, role)
        if query.strip():
            whose = sorted(_whose(viewer))
            duty = (agency_id, role)
            rows = rows.filter(pk__in=sought(query, duty, tab, whose, procedure, cursor, PAGE + 1))
        else:
            rows = _filtered(rows, viewer, tab, procedure)
            if cursor is not None:
                due, pk = cursor
                rows = rows.filter(Q(due_at__gt=due) | Q(due_at=due, pk__gt=pk))
        steps.extend(rows.select_related("assignee").order_by("due_at", "pk")[: PAGE + 1])
    steps.sort(key=lambda item: (item.due_at or now, item.pk))
    page = steps[:PAGE]
    token = ""
    if len(steps) > PAGE and page[-1].due_at is not None:
        token = _encode(page[-1].due_at, page[-1].pk)
    return InboxPage(_rows(viewer, page, now), token, _counts(viewer))


def _filtered(
    rows: QuerySet[WorkItem], viewer: Viewer, tab: str, procedure: str
) -> QuerySet[WorkItem]:
    subjects = Dossier.objects.all()
    narrowed = False
    if tab == "waiting":
        subjects, narrowed = subjects.filter(status=Status.SUPPLEMENT), True
    elif tab == "return":
        rows = rows.filter(kind="return")
    elif tab == "mine":
        rows = rows.filter(assignee_id__in=_whose(viewer))
    if procedure:
        subjects, narrowed = subjects.filter(procedure__code=procedure), True
    return rows.filter(subject__in=subjects.values("pk")) if narrowed else rows


def _rows(viewer: Viewer, items: Sequence[WorkItem], now: datetime) -> list[InboxRow]:
    dossiers = Dossier.objects.only(*LISTED).in_bulk([item.subject for item in items])
    unpaid = set(
        Charge.objects.filter(subject__in=list(dossiers), state=Charge.State.PENDING).values_list(
            "subject", flat=True
        )
    )
    rows = []
    for item in items:
        dossier = dossiers[item.subject]
        rows.append(
            InboxRow(
                item_id=item.pk,
                number=dossier.number,
                procedure=catalogue.version(dossier.version_id).short_name,
                applicant=mask_name(dossier.applicant_name),
                step=item.name,
                kind=item.kind,
                status=dossier.status,
                status_name=Status(dossier.status).label,
                way=FilingWay(dossier.way).label,
                due_at=dossier.due_at or item.due_at,
                hours_left=_hours_left(item, dossier, now),
                assignee=item.assignee.display_name if item.assignee else "",
                mine=item.assignee_id in _whose(viewer),
                unpaid=dossier.pk in unpaid,
                pick=f"{item.pk}:{dossier.revision}",
            )
        )
    return rows


def _hours_left(item: WorkItem, dossier: Dossier, now: datetime) -> float | None:
    """Working hours until the step (or, when sooner, the dossier) is late; negative when late."""
    dues = [due for due in (item.due_at, dossier.due_at) if due is not None]
    if not dues:
        return None
    calendar = agencies.calendar_of(item.agency_id, clock.local(now).date())
    due = min(dues)
    if due >= now:
        return calendar.working_time(now, due).total_seconds() / 3600
    return -calendar.working_time(due, now).total_seconds() / 3600


def _counts(viewer: Viewer) -> dict[str, int]:
    """Each tab's count, taken to `COUNT_TO` and no further, each from an index of its own."""
    counts = {"todo": 0, "mine": 0, "waiting": 0, "return": 0}
    for agency_id, role in duties(viewer):
        rows = _open(agency_id, role)
        waiting = Dossier.objects.filter(status=Status.SUPPLEMENT).filter(
            Exists(rows.filter(subject=OuterRef("pk")))
        )
        counts["todo"] += _counted(rows)
        counts["mine"] += _counted(rows.filter(assignee_id__in=_whose(viewer)))
        counts["waiting"] += _counted(waiting)
        counts["return"] += _counted(rows.filter(kind="return"))
    return counts


def _counted(rows: QuerySet[Any]) -> int:
    return rows.order_by()[: COUNT_TO + 1].count()


def mates(viewer: Viewer, item_ids: Sequence[int], now: datetime) -> list[Account]:
    """Who may be given one of these steps, where the viewer settles dossiers; by name."""
    asked = WorkItem.objects.filter(pk__in=item_ids, agency_id__in=serves(viewer))
    pairs = sorted(set(asked.order_by().values_list("agency_id", "role")))
    found = {one.pk: one for pair in pairs for one in people.colleagues(*pair, now)}
    return sorted(found.values(), key=lambda one: one.display_name)


def _encode(due: datetime, pk: int) -> str:
    return base64.urlsafe_b64encode(f"{due.isoformat()}|{pk}".encode()).decode()


def _decode(token: str) -> tuple[datetime, int] | None:
    """The cursor, or None (the first page) for an empty or damaged one."""
    try:
        due, pk = base64.urlsafe_b64decode(token).decode().split("|")
        return datetime.fromisoformat(due), int(pk)
    except (ValueError, UnicodeDecodeError):
        return None


@dataclass(frozen=True, slots=True)
class DossierFile:
    """Everything the desk's page of one dossier shows."""

    dossier: Dossier
    version: VersionFacts
    status_name: str
    standing: str | None
    answers: dict[str, Any]
    papers: list[Attachment]
    timeline: list[TimelineEntry]
    items: list[WorkItem]
    my_items: list[WorkItem]
    charge: Charge | None
    supplements: list[SupplementRequest]
    opinions: list[Opinion]
    field_checks: list[FieldCheck]
    slips: list[Slip]
    result: Document | None
    proposal: Extension | None
    may_extend: rules.ExtensionVerdict
    may_grant: bool
    times: list[StepTime]

    @property
    def more(self) -> Decimal:
        """The time that is proposed on top of the limit; one unit where nobody proposed any."""
        if self.proposal is None or self.dossier.limit_amount is None:
            return Decimal(1)
        return self.proposal.total - self.dossier.limit_amount

    @property
    def disputes(self) -> list[tuple[str, str]]:
        """What the applicant says is wrong in the State's own data: of what, and how."""
        papers = {f"paper:{one.key}": one.name for one in self.version.components}
        fields: Mapping[str, Any] = {}
        if self.version.form_id is not None:
            fields = forms.compiled(self.version.form_id).definition.fields
        labels = papers | {f"field:{key}": one.label for key, one in fields.items()}
        said = self.dossier.facts.get("disputes", {})
        return [(labels.get(key, key), words) for key, words in said.items()]

    @property
    def not_known(self) -> list[str]:
        """The registers that could not say, and why: so the applicant was asked."""
        ended = {name: one["outcome"] for name, one in self.dossier.lookups.items()}
        return [
            f"{name} {once_only.BECAUSE[how]}"
            for name, how in ended.items()
            if how in once_only.BECAUSE
        ]

    @property
    def why_late(self) -> str:
        """The reason that is proposed for a later date, if any is."""
        return self.proposal.reason if self.proposal else ""


def for_officer(viewer: Viewer, number: str, now: datetime) -> tuple[DossierFile, AccessNote]:
    """The file of a dossier that the viewer's agency decides or was asked about, with the access to
    be recorded before it is shown. Raises `NotFound`."""
    dossier = (
        Dossier.objects.select_related("agency", "applicant", "procedure", "mandate")
        .prefetch_related("pauses")
        .filter(number=number)
        .first()
    )
    if dossier is None:
        raise NotFound
    items = list(
        WorkItem.objects.filter(subject=dossier.pk)
        .exclude(state=WorkItem.State.CANCELLED)
        .select_related("agency", "assignee", "done_by")
        .order_by("opened_at", "pk")
    )
    concerned = {dossier.agency_id} | {item.agency_id for item in items}
    taken = dossier.facts.get("taken_in")
    if taken is not None and not taken["handed"]:
        concerned.add(taken["centre"])
    agency_id = next((a for a in sorted(concerned) if works_for(viewer, a)), None)
    if agency_id is None:
        raise NotFound
    post = next(post for post in viewer.posts if agency_id in post.serves and settles(post))
    scope = set(duties(viewer))
    opened = [item for item in items if item.state == WorkItem.State.OPEN]
    version = catalogue.version(dossier.version_id)
    file = DossierFile(
        dossier=dossier,
        version=version,
        status_name=Status(dossier.status).label,
        standing=standing(dossier, now),
        answers=json.loads(dossier.answers or "{}"),
        papers=list(dossier.attachments.select_related("file").order_by("id")),
        timeline=list(dossier.timeline.order_by("id")),
        items=opened,
        my_items=[item for item in opened if (item.agency_id, item.role) in scope],
        charge=charges.charge(dossier.pk),
        supplements=list(dossier.supplement_requests.order_by("id")),
        opinions=list(dossier.opinions.select_related("agency").order_by("id")),
        field_checks=list(dossier.field_checks.order_by("id")),
        slips=list(dossier.slips.select_related("document__file").order_by("id")),
        result=Document.objects.select_related("file")
        .filter(pk=dossier.facts.get("result_document"))
        .first(),
        proposal=dossier.extensions.filter(decided_at__isnull=True).first(),
        may_extend=extensions.may_extend(viewer, dossier, now),
        may_grant=(dossier.agency_id, Role.APPROVER) in scope,
        times=steps_of(dossier, items, list(dossier.pauses.all()), now),
    )
    known, unknown = concerned_people(file)
    note = AccessNote(
        viewer=viewer,
        subject_ids=(dossier.applicant_id, *filter(None, [dossier.representative_id]), *known),
        subject_indexes=unknown,
        role=post.role,
        agency_id=agency_id,
        purpose=f"Giải quyết thủ tục {version.code}",
        dossier_number=dossier.number,
        fields=("answers", "papers"),
    )
    return file, note


def file_for_officer(
    viewer: Viewer, number: str, file_id: str, now: datetime
) -> tuple[File, AccessNote]:
    """One file of a dossier the viewer may open. Raises `NotFound`."""
    file, note = for_officer(viewer, number, now)
    allowed = {str(paper.file_id) for paper in file.papers}
    allowed |= {str(slip.document.file_id) for slip in file.slips}
    if file.result is not None:
        allowed.add(str(file.result.file_id))
    if file_id not in allowed:
        raise NotFound
    return File.objects.get(pk=file_id), replace(note, fields=(_paper(file, file_id),))


def _paper(file: DossierFile, file_id: str) -> str:
    """Which paper a file is, in words that name nobody."""
    if file.result is not None and str(file.result.file_id) == file_id:
        return "result"
    names = {one.key: one.name for one in file.version.components}
    for paper in file.papers:
        if str(paper.file_id) == file_id:
            return names.get(paper.component_key, "paper")
    return "slip"


def concerned_people(file: DossierFile) -> tuple[tuple[int, ...], tuple[bytes, ...]]:
    """Whose id numbers stand in the answers: row ids of those known here, blind indexes of the
    others. One statement, none where nobody is named."""
    assert file.version.form_id is not None
    numbers = {
        value
        for _, one, value in forms.compiled(file.version.form_id).personal(file.answers)
        if one.type == "person_id" and isinstance(value, str)
    }
    return people.known_by_id_number(numbers)


def find_by_person(
    viewer: Viewer, id_or_phone: str, limit: int = 20
) -> tuple[list[Dossier], AccessNote] | None:
    """Dossiers of the viewer's agencies by the exact id number or phone of the applicant, newest
    first, with the access to be recorded before they are shown; None for what is neither."""
    served = {agency for post in viewer.posts for agency in post.serves}
    digits = re.sub(r"[\s.+-]", "", id_or_phone)
    if not served or not digits.isascii() or not 9 <= len(digits) <= 12 or not digits.isdigit():
        return None
    holder = people.person_by_id_number(digits)
    found = {holder} if holder else set(people.people_by_phone(id_or_phone))
    rows = list(
        Dossier.objects.filter(agency_id__in=served, applicant__in=found)
        .select_related("agency")
        .order_by("-submitted_at")[:limit]
    )
    post = viewer.posts[0]
    note = AccessNote(
        viewer=viewer,
        subject_ids=tuple(sorted(one.pk for one in found)),
        subject_indexes=() if found else people.known_by_id_number([digits])[1],
        role=post.role,
        agency_id=post.agency_id,
        purpose="Tìm hồ sơ theo số định danh hoặc số điện thoại",
        fields=("dossiers",),
    )
    return rows, note


def find(viewer: Viewer, number_or_name: str, limit: int = 20) -> list[Dossier]:
    """Dossiers of the viewer's agencies by number or by folded applicant name, newest first."""
    needle = number_or_name.strip()
    if not needle:
        return []
    rows: list[Dossier] = []
    for agency_id in sorted(serves(viewer)):
        rows += Dossier.objects.filter(
            agency_id=agency_id, pk__in=found(needle, agency_id, limit)
        ).select_related("agency")
    return sorted(rows, key=lambda row: row.submitted_at, reverse=True)[:limit]
