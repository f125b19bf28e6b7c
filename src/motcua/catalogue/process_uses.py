"""Which procedures name a process, and what that asks of it: the limit it must keep, and what its
conditions may ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from motcua.forms import engine as forms

from .models import Channel, ProcedureVersion

HOURS = {"working_hour": Decimal(1), "working_day": Decimal(8)}
"""Working hours of one unit of a limit. Calendar days and months are not so many working hours
every time: such a limit is not compared with the hours of steps."""


@dataclass(frozen=True, slots=True)
class Uses:
    """`procedures` are (code, short name) by name; `limit` the shortest limit in working hours,
    None where no procedure sets one that can be compared; `names` the answers that every form has,
    None where no procedure names the process."""

    procedures: tuple[tuple[str, str], ...]
    limit: Decimal | None
    names: frozenset[str] | None


def uses(process_key: str, on: date) -> Uses:
    """The procedures in force on a day, or later, whose versions name a process of that key."""
    rows = ProcedureVersion.objects.select_related("procedure").filter(
        process__key=process_key, valid__endswith__isnull=True
    ) | ProcedureVersion.objects.select_related("procedure").filter(
        process__key=process_key, valid__endswith__gt=on
    )
    found = {row.pk: row for row in rows}
    named = sorted((row.procedure.short_name, row.procedure.code) for row in found.values())
    limits = [
        _hours(unit, amount)
        for unit, amount in Channel.objects.filter(case__version__in=found).values_list(
            "limit_unit", "limit_amount"
        )
    ]
    known = [limit for limit in limits if limit is not None]
    asked = [
        frozenset(forms.compiled(row.form_id).definition.fields)
        for row in found.values()
        if row.form_id is not None
    ]
    return Uses(
        procedures=tuple(dict.fromkeys((code, name) for name, code in named)),
        limit=min(known, default=None),
        names=frozenset.intersection(*asked) if asked else None,
    )


def _hours(unit: str, amount: Decimal | None) -> Decimal | None:
    if unit == "within_day":
        return HOURS["working_day"]
    return None if amount is None or unit not in HOURS else amount * HOURS[unit]
