"""What was not asked for because a register knew, by agency and procedure, and what it is worth."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Sum

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.catalogue.burden import BadBurden
from motcua.catalogue.sparing import ASSUMED, Rates, Savings, rates, worth
from motcua.foundation.viewer import Viewer

from ..actions.acting import serves
from ..models import Dossier


@dataclass(frozen=True, slots=True)
class Row:
    """One procedure at one agency: dossiers filed, papers and answers not asked for, and their
    worth. `assumed` when a figure it is reckoned with is ours and not the procedure's."""

    agency: str
    code: str
    procedure: str
    dossiers: int
    papers: int
    answers: int
    savings: Savings
    assumed: bool


@dataclass(frozen=True, slots=True)
class Table:
    """The rows, what was spared most first, and all of them together."""

    rows: list[Row]
    dossiers: int
    papers: int
    answers: int
    savings: Savings


def table(viewer: Viewer, since: datetime, until: datetime) -> Table:
    """For dossiers filed with the viewer's agencies from `since` to before `until`. Counts only:
    nothing of a person. One statement."""
    rows = Dossier.objects.filter(
        agency_id__in=serves(viewer), submitted_at__gte=since, submitted_at__lt=until
    )
    counted = (
        rows.order_by()
        .values_list("agency_id", "version_id")
        .annotate(n=Count("pk"), papers=Sum("spared_papers"), answers=Sum("spared_answers"))
    )
    found: list[Row] = []
    all_of_it: list[tuple[Rates, int, int]] = []
    for agency_id, version_id, dossiers, papers, answers in counted:
        version = catalogue.version(version_id)
        rate, assumed = _rates(dict(version.parameters))
        all_of_it.append((rate, papers, answers))
        found.append(
            Row(
                agencies.facts(agency_id).name,
                version.code,
                version.short_name,
                dossiers,
                papers,
                answers,
                worth([(rate, papers, answers)]),
                assumed,
            )
        )
    found.sort(key=lambda row: (-row.savings.people.minutes, row.agency, row.code))
    return Table(
        found,
        sum(row.dossiers for row in found),
        sum(row.papers for row in found),
        sum(row.answers for row in found),
        worth(all_of_it),
    )


def _rates(parameters: dict[str, object]) -> tuple[Rates, bool]:
    """The figures of a version; what cannot be read of them does not stop the page."""
    try:
        return rates(parameters)
    except BadBurden:
        return ASSUMED, True
