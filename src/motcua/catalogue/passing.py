"""Open dossiers that pass over with a competence: which line of a decree means which of them, and
to which agency each goes. Nothing here writes, and nothing here knows a dossier."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from motcua.agencies.facts import AgencyFacts

from .competence import Rule
from .deciding import Competent, competent, named_by, place_of


@dataclass(frozen=True, slots=True)
class Passed:
    """What a decree hands over together with the dossiers that are open: a procedure (one case of
    it; empty: all) in a territory (empty: everywhere), from a day on."""

    procedure_id: int
    code: str
    case: str
    territory: str
    since: date

    def takes(self, case: str, agency: AgencyFacts) -> bool:
        """Whether a dossier of this case at this agency is meant."""
        place = place_of(agency.territory_code, self.since)
        return self.case in ("", case) and place.within(self.territory)


def destination(
    passed: Iterable[Passed],
    rules: Sequence[Rule],
    case: str,
    agency: AgencyFacts,
    communes: Collection[str],
    on: date,
) -> Competent | None:
    """Where a dossier of `case` at `agency` goes on this day by these rules of its procedure: None
    when it stays (no line means it, or its agency decides it still), else an agency or the reason
    why none can be named. `communes` are those that the dossier is about, as far as it says: asked
    where a commune is to decide what a wider body decided until now."""
    one = next((one for one in passed if one.takes(case, agency)), None)
    if one is None or named_by(rules, agency, on, case):
        return None
    found = competent(one.code, case, agency.territory_code, on, rules)
    if found.agency is None and len(communes) == 1:
        (commune,) = communes
        if place_of(commune, on).within(agency.territory_code):
            found = competent(one.code, case, commune, on, rules)
    return found
