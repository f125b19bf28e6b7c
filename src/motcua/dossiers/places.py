"""Names of places for papers and pages."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from motcua.foundation import clock
from motcua.territory import queries as territory


@lru_cache(maxsize=8192)
def name_of(code: str) -> str | None:
    """The name of the commune or province that bears `code` today, or None. Kept for the life of
    the process: names change by decree, with a restart at the latest on that night."""
    unit = territory.unit(code, clock.today())
    return unit.name if unit else None


@lru_cache(maxsize=1)
def _communes(on: date) -> dict[str, str]:
    rows = territory.communes(on).values_list("code", "parent__code")
    return dict(rows)


def communes() -> dict[str, str]:
    """Today's communes, each with the code of its province. One query a day and process."""
    return _communes(clock.today())
