"""Loading the list of administrative units."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from importlib.resources import files

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.foundation import ledger, text

from . import rules
from .models import Unit


def national_units() -> list[rules.UnitLine]:
    """The units of the two-tier government since 2025-07-01: 34 provinces, 3,321 communes, and the
    wards that were formed from communes in 2026."""
    source = files(__package__).joinpath("data/units.csv").read_text(encoding="utf-8")
    return [rules.parse_line(row) for row in csv.DictReader(source.splitlines())]


@transaction.atomic
def load_units(lines: Iterable[rules.UnitLine]) -> int:
    """Add the units that are not there yet and return how many. Running it again adds nothing.

    A unit is known by its code and first day: what is stored is never overwritten. Provinces must
    be among the lines or stored already, else `BadUnit`.
    """
    known = {
        (code, valid.lower): pk
        for code, valid, pk in Unit.objects.values_list("code", "valid", "pk").iterator()
    }
    missing = [line for line in lines if (line.code, line.since) not in known]
    provinces = Unit.objects.bulk_create(
        [_row(line, None) for line in missing if line.level == "province"]
    )
    parents = {code: pk for (code, _), pk in known.items() if len(code) == 2}
    parents |= {province.code: province.pk for province in provinces}
    communes = [line for line in missing if line.level == "commune"]
    for line in communes:
        if line.province not in parents:
            raise rules.BadUnit(f"Xã {line.code} thuộc tỉnh không có trong danh mục")
    Unit.objects.bulk_create(
        [_row(line, parents[line.province]) for line in communes], batch_size=1000
    )
    if missing:
        ledger.append("territory.units_added", missing[0].code, "system", {"units": len(missing)})
    return len(missing)


def _row(line: rules.UnitLine, parent_id: int | None) -> Unit:
    kind, short_name = rules.split_name(line.name, line.level)
    return Unit(
        code=line.code,
        name=line.name,
        short_name=short_name,
        kind=kind,
        level=line.level,
        parent_id=parent_id,
        valid=DateRange(line.since, line.until),
        source=f"Nghị quyết {line.decision}",
        folded=text.fold(line.name),
        sort_key=text.sort_key(short_name),
    )
