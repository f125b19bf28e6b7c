"""Agencies' own versions of a process: the standard one stays what the law's procedure names, an
agency may run it with its own steps from a day on."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from motcua.agencies.cache import remembered
from motcua.processes.models import AgencyProcess, ProcessVersion

MARK = "@"
"""Between the key of a process and the code of the agency whose own version it is. No key of a
standard process has it."""

Row = tuple[str, int, date, date | None, int]


def key_of(key: str, agency_code: str) -> str:
    """The key under which an agency's own versions are kept."""
    return f"{key}{MARK}{agency_code}"


def version_for(version_id: int, agency_id: int, on: date) -> int:
    """See `queries.version_for`. Filing asks this: no statement once it is remembered."""
    mine = [row for row in _rows() if row[1] == agency_id]
    if not mine:
        return version_id
    key = _key(version_id)
    for kept, _, since, until, own_id in mine:
        if kept == key and since <= on and (until is None or on < until):
            return own_id
    return version_id


def _rows() -> tuple[Row, ...]:
    def read() -> tuple[Row, ...]:
        return tuple(
            (row.key, row.agency_id, row.valid.lower, row.valid.upper, row.version_id)
            for row in AgencyProcess.objects.all()
        )

    return remembered(("agencies' own processes",), read)


@lru_cache(maxsize=1024)
def _key(version_id: int) -> str:
    return ProcessVersion.objects.values_list("key", flat=True).get(pk=version_id)
