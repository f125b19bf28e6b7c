"""Adding agencies and setting their working hours."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.foundation import calendar, ledger, text
from motcua.territory import queries as territory

from . import cache
from .models import Agency, Kind, WorkingHours

SINCE_TWO_TIERS = date(2025, 7, 1)


class BadAgency(ValueError):
    """An agency line that cannot be stored; says why."""


@dataclass(frozen=True, slots=True)
class AgencyLine:
    """One agency as a list gives it. `parent` is an agency code listed before this one or stored
    already, `territory` the code of the unit it serves, both empty when there is none."""

    code: str
    name: str
    kind: str
    parent: str = ""
    territory: str = ""
    office_key: str = ""
    bank_bin: str = ""
    bank_account: str = ""
    source: str = ""


def provincial_committees() -> list[AgencyLine]:
    """The 34 People's Committees of provinces with their identifiers (QĐ 20/2020/QĐ-TTg, as the
    national portal shows them since the merger of 2025)."""
    source = files(__package__).joinpath("data/provinces.csv").read_text(encoding="utf-8")
    lines = []
    for row in csv.DictReader(source.splitlines()):
        unit = territory.province(row["territory"], SINCE_TWO_TIERS)
        if unit is None:
            raise BadAgency(f"Chưa nạp tỉnh {row['territory']} trong danh mục hành chính")
        lines.append(
            AgencyLine(
                code=row["code"],
                name=f"Ủy ban nhân dân {unit.name[0].lower()}{unit.name[1:]}",
                kind=Kind.PROVINCE,
                territory=unit.code,
                source="QĐ 20/2020/QĐ-TTg",
            )
        )
    return lines


@transaction.atomic
def add_agencies(lines: Sequence[AgencyLine], since: date) -> int:
    """Add the agencies that are not there yet, valid from `since`, and return how many.

    What is stored is never overwritten. Raises `BadAgency` for an unknown parent or territory.
    """
    stored = dict(Agency.objects.values_list("code", "pk"))
    missing = [line for line in lines if line.code not in stored]
    units = _units({line.territory for line in missing if line.territory}, since)
    for generation in _generations(missing, stored):
        rows = [
            Agency(
                code=line.code,
                name=line.name,
                kind=line.kind,
                parent_id=stored[line.parent] if line.parent else None,
                territory_id=_unit_id(units, line),
                realm=line.code.split(".")[0],
                office_key=line.office_key,
                bank_bin=line.bank_bin,
                bank_account=line.bank_account,
                sort_key=text.sort_key(line.name)[:400],
                valid=DateRange(since, None),
                source=line.source,
            )
            for line in generation
        ]
        stored |= {row.code: row.pk for row in Agency.objects.bulk_create(rows)}
    if missing:
        codes = sorted(line.code for line in missing)
        ledger.append("agencies.added", codes[0], "system", {"codes": codes, "since": since})
    transaction.on_commit(cache.forget)
    return len(missing)


@transaction.atomic
def set_working_hours(
    agency_id: int, hours: Mapping[str, Any], since: date, until: date | None, source: str
) -> WorkingHours:
    """Give an agency its own calendar over a range of days, in the JSON of
    `motcua deadline --calendar`. Raises `calendar.CalendarError` for one that cannot be read."""
    calendar.from_json(dict(hours))
    row = WorkingHours.objects.create(
        agency_id=agency_id, calendar=dict(hours), valid=DateRange(since, until), source=source
    )
    ledger.append(
        "agencies.hours_set",
        f"agency:{agency_id}",
        "system",
        {"since": since, "until": until, "source": source},
    )
    transaction.on_commit(cache.forget)
    return row


def _generations(
    lines: Sequence[AgencyLine], stored: Mapping[str, int]
) -> Iterable[list[AgencyLine]]:
    """The lines in an order in which every parent comes before its children."""
    waiting, known = list(lines), set(stored)
    while waiting:
        ready = [line for line in waiting if not line.parent or line.parent in known]
        if not ready:
            raise BadAgency(f"Không có cơ quan cấp trên {waiting[0].parent} của {waiting[0].code}")
        yield ready
        known |= {line.code for line in ready}
        waiting = [line for line in waiting if line.code not in known]


def _units(codes: set[str], on: date) -> dict[str, int]:
    return {unit.code: unit.pk for unit in territory.units(codes, on)}


def _unit_id(units: Mapping[str, int], line: AgencyLine) -> int | None:
    if not line.territory:
        return None
    if line.territory not in units:
        raise BadAgency(f"Không có đơn vị hành chính {line.territory} của {line.code}")
    return units[line.territory]
