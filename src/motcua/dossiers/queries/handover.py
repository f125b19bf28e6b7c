"""What a decree that hands competences over means for the dossiers that are open, and the list of
those that passed over, which both agencies see."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from motcua.agencies import queries as agencies
from motcua.catalogue import handing
from motcua.catalogue.deciding import named_by
from motcua.catalogue.passing import Passed, destination
from motcua.catalogue.rehearsal import Rehearsal
from motcua.foundation import sight
from motcua.foundation.viewer import Viewer

from ..actions.acting import serves
from ..models import Dossier, HandedOver, Status

OPEN = (
    Status.REGISTERED,
    Status.ACCEPTED,
    Status.IN_PROCESS,
    Status.SUPPLEMENT,
    Status.PAYMENT,
    Status.WITHDRAWAL,
)
NUMBERS = 20


@dataclass(frozen=True, slots=True)
class Touched:
    """Open dossiers of one procedure at one agency that the decree takes it from. They stay where
    they were filed until they are done, unless the decree says that they pass over: then `to` says
    where to, or why it cannot be said for all of them yet. `numbers` are the oldest, no names."""

    procedure: str
    agency: str
    count: int
    numbers: tuple[str, ...]
    moves: bool = False
    to: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One dossier on the list of those handed over. `moved_at` is None, and `reason` says why,
    while it waits with the agency it comes from. `here` when the viewer's agency has it now."""

    number: str
    procedure: str
    decree: str
    source: str
    target: str
    found_at: datetime
    moved_at: datetime | None
    reason: str
    here: bool


def touched(rehearsal: Rehearsal) -> list[Touched]:
    """The open dossiers whose agency would not decide such a one any more, by procedure and agency.
    Numbers only: who prepares a decree sees no dossier."""
    with sight.seeing(sight.EVERYTHING):  # counts and numbers, of whichever agency
        return _touched(rehearsal)


def _touched(rehearsal: Rehearsal) -> list[Touched]:
    names = {one.procedure_id: f"{one.code} {one.name}" for one in rehearsal.handed}
    rows = Dossier.objects.filter(procedure__in=names, status__in=OPEN)
    where = rows.order_by().values_list("procedure_id", "agency_id", "case_key").distinct()
    losing: dict[tuple[int, int, bool, str], list[str]] = {}
    for procedure_id, agency_id, case in where:
        if not rehearsal.still_decides(procedure_id, case, agencies.facts(agency_id)):
            moves, to = _destination(rehearsal, procedure_id, case, agency_id)
            losing.setdefault((procedure_id, agency_id, moves, to), []).append(case)
    found = []
    for (procedure_id, agency_id, moves, to), cases in sorted(losing.items()):
        there = rows.filter(procedure=procedure_id, agency=agency_id, case_key__in=cases)
        numbers = there.order_by("submitted_at").values_list("number", flat=True)[:NUMBERS]
        name = agencies.facts(agency_id).name
        found.append(Touched(names[procedure_id], name, there.count(), tuple(numbers), moves, to))
    return found


def _destination(
    rehearsal: Rehearsal, procedure_id: int, case: str, agency_id: int
) -> tuple[bool, str]:
    """Whether such dossiers pass over, and where to or why that cannot be said of all at once."""
    passed = rehearsal.passed(procedure_id)
    agency = agencies.facts(agency_id)
    mine = [one for one in passed if one.takes(case, agency)]
    if not mine:
        return False, ""
    day = max(one.since for one in mine)
    rules = [rule for rule in rehearsal.after[procedure_id] if rule.holds(day)]
    found = destination(mine, rules, case, agency, (), day)
    if found is None:
        return False, ""
    return True, found.agency.name if found.agency is not None else found.reason


def losing(passed: Iterable[Passed], on: date) -> list[int]:
    """The open dossiers that a decree in force means and whose agency decides such a one no more,
    oldest first; whether each can pass over is found under its lock."""
    by_procedure: dict[int, list[Passed]] = {}
    for one in passed:
        by_procedure.setdefault(one.procedure_id, []).append(one)
    found: list[int] = []
    for procedure_id, mine in by_procedure.items():
        rules = handing.rules_in_force(procedure_id, on)
        rows = Dossier.objects.filter(procedure=procedure_id, status__in=OPEN)
        for agency_id, case in rows.order_by().values_list("agency_id", "case_key").distinct():
            agency = agencies.facts(agency_id)
            meant = any(one.takes(case, agency) for one in mine)
            if meant and not named_by(rules, agency, on, case):
                there = rows.filter(agency=agency_id, case_key=case)
                found += there.order_by("submitted_at").values_list("pk", flat=True)
    return found


def handed_over(viewer: Viewer, limit: int) -> list[Line]:
    """The dossiers that came to or left the viewer's agencies by decree, newest first: numbers and
    agencies, nothing of a person."""
    mine = serves(viewer)
    rows = HandedOver.objects.filter(Q(source__in=mine) | Q(target__in=mine))
    rows = rows.select_related("dossier__procedure", "decree", "source", "target")
    return [
        Line(
            row.dossier.number,
            row.dossier.procedure.short_name,
            row.decree.number,
            row.source.name,
            row.target.name if row.target else "",
            row.found_at,
            row.moved_at,
            row.reason,
            row.dossier.agency_id in mine,
        )
        for row in rows.defer("dossier__answers", "dossier__facts").order_by("-found_at", "-pk")[
            :limit
        ]
    ]
