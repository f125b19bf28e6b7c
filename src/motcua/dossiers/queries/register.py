"""The register of dossiers (sổ theo dõi hồ sơ, TT 03/2025/TT-VPCP, Mẫu 07) of one agency for a
stretch of days, made from the timelines. The list masks names; the paper that is taken away says
them, which is a look at each of those people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from django.db.models import F, Q, QuerySet

from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency, Kind
from motcua.catalogue import queries as catalogue
from motcua.dossiers import rules
from motcua.dossiers.actions.acting import serves, settles
from motcua.dossiers.errors import NotFound, Refused
from motcua.dossiers.models import Dossier, FilingWay, Status, TimelineEntry
from motcua.dossiers.queries.scope import mask_name
from motcua.foundation import clock
from motcua.foundation.viewer import Viewer
from motcua.people.access import AccessNote

PAGE = 50
LONGEST = timedelta(days=366)
MOST_ROWS = 1000
"""Of one paper or table that is taken away; a longer register is taken in parts."""

STATES = ("open", "done", "late")
"""What the register can be narrowed to: not finished, finished, past its due moment."""

_LISTED = (
    "number", "version_id", "applicant_id", "applicant_name", "status", "way", "submitted_at",
    "due_at", "finished_at", "paused_since",
)  # fmt: skip
_FOR_OTHERS = (Kind.CENTRE, Kind.OFFICE)
_TAKEN_IN = ("accepted", "refused")
_ENDED = ("completed", "refused", "stopped")


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the register: first and last day of filing, and what it is narrowed to."""

    since: date
    until: date
    state: str = ""
    way: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterRow:
    """One line of the register. Who took it in and handed it out, and when, is what the timeline
    says; `kept` is the verdict on the due moment (`rules.kept`), empty before intake."""

    number: str
    procedure: str
    applicant: str
    way: str
    filed_at: datetime
    taken_in_at: datetime | None
    taken_in_by: str
    due_at: datetime | None
    ended_at: datetime | None
    returned_at: datetime | None
    returned_by: str
    status: str
    kept: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """`total` is how many the whole asked part has."""

    agency: Agency
    asked: Asked
    rows: list[RegisterRow]
    total: int
    first: int
    more: bool


def kept_by(viewer: Viewer) -> list[Agency]:
    """The agencies whose register the viewer may open, those that decide before the centres and
    offices that work for them, by name."""
    return sorted(
        (agencies.agency(pk) for pk in serves(viewer)),
        key=lambda one: (one.kind in _FOR_OTHERS, one.name),
    )


def _of(viewer: Viewer, agency_id: int, asked: Asked) -> QuerySet[Dossier]:
    if agency_id not in serves(viewer):
        raise NotFound
    if not timedelta(0) <= asked.until - asked.since <= LONGEST:
        raise Refused("Chọn từ ngày đến ngày, nhiều nhất một năm.")
    rows = Dossier.objects.filter(
        agency_id=agency_id,
        submitted_at__gte=_start(asked.since),
        submitted_at__lt=_start(asked.until + timedelta(days=1)),
    )
    if asked.way is not None:
        rows = rows.filter(way=asked.way)
    return rows


def _narrowed(rows: QuerySet[Dossier], state: str, now: datetime) -> QuerySet[Dossier]:
    if state == "open":
        return rows.filter(finished_at__isnull=True)
    if state == "done":
        return rows.filter(finished_at__isnull=False)
    if state == "late":
        late = Q(finished_at__gt=F("due_at"))
        late |= Q(finished_at__isnull=True, due_at__lt=now, paused_since__isnull=True)
        return rows.filter(late, accepted_at__isnull=False)
    return rows


def _start(day: date) -> datetime:
    return datetime.combine(day, time(0), clock.TZ)


def page(
    viewer: Viewer, agency_id: int, asked: Asked, now: datetime, *, number: int = 1
) -> RegisterPage:
    """One page of the register, names masked, oldest first. Raises `NotFound` for an agency whose
    dossiers the viewer does not settle, `Refused` for days that make no stretch."""
    rows = _narrowed(_of(viewer, agency_id, asked), asked.state, now)
    first = (number - 1) * PAGE
    found = list(
        rows.only(*_LISTED, "accepted_at").order_by("submitted_at", "pk")[first : first + PAGE + 1]
    )
    return RegisterPage(
        agency=agencies.agency(agency_id),
        asked=asked,
        rows=[replace(row, applicant=mask_name(row.applicant)) for row in _rows(found[:PAGE], now)],
        total=rows.count(),
        first=first + 1,
        more=len(found) > PAGE,
    )


def whole(
    viewer: Viewer, agency_id: int, asked: Asked, now: datetime
) -> tuple[RegisterPage, AccessNote]:
    """All of the asked part with the names in full, and the looks to be recorded before it is
    handed over. Raises `NotFound`, and `Refused` for more than `MOST_ROWS`."""
    rows = _narrowed(_of(viewer, agency_id, asked), asked.state, now)
    found = list(rows.only(*_LISTED, "accepted_at").order_by("submitted_at", "pk")[: MOST_ROWS + 1])
    if len(found) > MOST_ROWS:
        raise Refused(
            f"Sổ có hơn {MOST_ROWS} hồ sơ trong khoảng này. Hãy chọn khoảng ngắn hơn rồi tải."
        )
    post = next(one for one in viewer.posts if agency_id in one.serves and settles(one))
    note = AccessNote(
        viewer=viewer,
        subject_ids=tuple({one.applicant_id for one in found}),
        role=post.role,
        agency_id=agency_id,
        purpose=f"Lập sổ theo dõi hồ sơ từ {asked.since:%d/%m/%Y} đến {asked.until:%d/%m/%Y}",
        fields=("dossiers",),
    )
    agency = agencies.agency(agency_id)
    return RegisterPage(agency, asked, _rows(found, now), len(found), 1, False), note


def _rows(dossiers: Sequence[Dossier], now: datetime) -> list[RegisterRow]:
    told: dict[tuple[int, str], tuple[datetime, str]] = {}
    entries = TimelineEntry.objects.filter(
        dossier__in=[one.pk for one in dossiers], kind__in={*_TAKEN_IN, *_ENDED, "returned"}
    )
    columns = ("dossier_id", "kind", "at", "actor_name")
    for dossier_id, kind, at, name in entries.order_by("pk").values_list(*columns):
        for what, kinds in (("in", _TAKEN_IN), ("end", _ENDED), ("out", ("returned",))):
            if kind in kinds:
                told[dossier_id, what] = (at, name)
    return [_row(one, told, now) for one in dossiers]


def _row(
    dossier: Dossier, told: dict[tuple[int, str], tuple[datetime, str]], now: datetime
) -> RegisterRow:
    taken_in_at, taken_in_by = told.get((dossier.pk, "in"), (None, ""))
    ended_at, _ = told.get((dossier.pk, "end"), (None, ""))
    returned_at, returned_by = told.get((dossier.pk, "out"), (None, ""))
    due = dossier.due_at if dossier.accepted_at else None
    waits = ended_at is None and dossier.paused_since is not None
    return RegisterRow(
        number=dossier.number,
        procedure=catalogue.version(dossier.version_id).short_name,
        applicant=dossier.applicant_name,
        way=FilingWay(dossier.way).label,
        filed_at=dossier.submitted_at,
        taken_in_at=taken_in_at,
        taken_in_by=taken_in_by,
        due_at=due,
        ended_at=ended_at,
        returned_at=returned_at,
        returned_by=returned_by,
        status=Status(dossier.status).label,
        kept="" if waits else rules.kept(due, ended_at, now),
    )
