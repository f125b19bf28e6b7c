"""What a decree that hands competences over means for the dossiers that are open."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.agencies import queries as agencies
from motcua.catalogue.rehearsal import Rehearsal
from motcua.foundation import sight

from ..models import Dossier, Status

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
    they were filed until they are done. `numbers` are the oldest of them, no names."""

    procedure: str
    agency: str
    count: int
    numbers: tuple[str, ...]


def touched(rehearsal: Rehearsal) -> list[Touched]:
    """The open dossiers whose agency would not decide such a one any more, by procedure and agency.
    Numbers only: who prepares a decree sees no dossier."""
    with sight.seeing(sight.EVERYTHING):  # counts and numbers, of whichever agency
        return _touched(rehearsal)


def _touched(rehearsal: Rehearsal) -> list[Touched]:
    names = {one.procedure_id: f"{one.code} {one.name}" for one in rehearsal.handed}
    rows = Dossier.objects.filter(procedure__in=names, status__in=OPEN)
    where = rows.order_by().values_list("procedure_id", "agency_id", "case_key").distinct()
    losing: dict[tuple[int, int], list[str]] = {}
    for procedure_id, agency_id, case in where:
        if not rehearsal.still_decides(procedure_id, case, agencies.facts(agency_id)):
            losing.setdefault((procedure_id, agency_id), []).append(case)
    found = []
    for (procedure_id, agency_id), cases in sorted(losing.items()):
        there = rows.filter(procedure=procedure_id, agency=agency_id, case_key__in=cases)
        numbers = there.order_by("submitted_at").values_list("number", flat=True)[:NUMBERS]
        name = agencies.facts(agency_id).name
        found.append(Touched(names[procedure_id], name, there.count(), tuple(numbers)))
    return found
