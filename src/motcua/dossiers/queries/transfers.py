"""What a centre took in for others: what it still has, and the state of what it handed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.dossiers.actions.acting import concerned, works_for
from motcua.dossiers.errors import NotFound
from motcua.dossiers.models import HandOverList, Status, Transfer
from motcua.foundation.viewer import Viewer

SHOWN = 200


@dataclass(frozen=True, slots=True)
class Line:
    """One dossier, without a name. `late` when it should have been handed over by now."""

    number: str
    procedure: str
    agency: str
    taken_at: datetime
    due_at: datetime
    handed_at: datetime | None
    list_id: int | None
    papers: int
    return_at: str
    status: int
    status_name: str
    late: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits to be handed over to one agency."""

    agency_id: int
    agency: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Page:
    waiting: tuple[Waiting, ...]
    handed: tuple[Line, ...]


def page(viewer: Viewer, centre_id: int, now: datetime) -> Page:
    """What the centre took in for others. Raises `NotFound` for who does not work there."""
    concerned(viewer, centre_id)
    rows = Transfer.objects.filter(centre_id=centre_id).select_related("agency")
    open_rows = list(rows.filter(handed_at__isnull=True).order_by("due_at", "pk"))
    groups: dict[int, list[Transfer]] = {}
    for row in open_rows:
        groups.setdefault(row.agency_id, []).append(row)
    handed = rows.filter(handed_at__isnull=False).order_by("-handed_at", "-pk")[:SHOWN]
    return Page(
        tuple(
            Waiting(key, some[0].agency.name, tuple(_line(one, now) for one in some))
            for key, some in groups.items()
        ),
        tuple(_line(one, now) for one in handed),
    )


def listed(viewer: Viewer, list_id: int, now: datetime) -> tuple[HandOverList, tuple[Line, ...]]:
    """One list with its dossiers, for the centre and for the agency. Raises `NotFound`."""
    row = HandOverList.objects.select_related("centre", "agency").filter(pk=list_id).first()
    if row is None or not any(works_for(viewer, one) for one in (row.centre_id, row.agency_id)):
        raise NotFound
    rows = row.transfers.select_related("agency").order_by("taken_at", "pk")
    return row, tuple(_line(one, now) for one in rows)


def _line(row: Transfer, now: datetime) -> Line:
    return Line(
        number=row.number,
        procedure=row.procedure,
        agency=row.agency.name,
        taken_at=row.taken_at,
        due_at=row.due_at,
        handed_at=row.handed_at,
        list_id=row.list_id,
        papers=row.papers,
        return_at=str(Transfer.Return(row.return_at).label),
        status=row.status,
        status_name=str(Status(row.status).label),
        late=(row.handed_at or now) > row.due_at,
    )
