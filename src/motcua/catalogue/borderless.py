"""The published list of procedures that are taken in anywhere in the country (NĐ 309/2026)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Q

from motcua.foundation import ledger

from .models import Borderless, Procedure


class BadListing(ValueError):
    """Why a procedure cannot be put on the list, or taken off it, in words."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One procedure on the list. `until` is the first day on which it no longer is."""

    id: int
    code: str
    name: str
    since: date
    until: date | None
    source: str


def is_listed(procedure_id: int, on: date) -> bool:
    """Whether a procedure is on the list on a day. One statement."""
    return Borderless.objects.filter(procedure_id=procedure_id, valid__contains=on).exists()


def listed(on: date) -> list[Listed]:
    """What is on the list on a day or comes onto it later, by code."""
    rows = Borderless.objects.select_related("procedure").filter(
        Q(valid__upper_inf=True) | Q(valid__endswith__gt=on)
    )
    return [
        Listed(
            row.pk,
            row.procedure.code,
            row.procedure.short_name,
            row.valid.lower,
            row.valid.upper,
            row.source,
        )
        for row in rows.order_by("procedure__code", "valid")
    ]


@transaction.atomic
def put(code: str, since: date, source: str, by: str) -> Borderless:
    """Put a procedure on the list from a day on. Raises `BadListing`."""
    procedure = Procedure.objects.select_for_update().filter(code=code.strip()).first()
    if procedure is None:
        raise BadListing("Không có thủ tục nào mang mã này.")
    if not source.strip():
        raise BadListing("Ghi số văn bản công bố danh mục.")
    span = DateRange(since, None)
    if Borderless.objects.filter(procedure=procedure, valid__overlap=span).exists():
        raise BadListing("Thủ tục này đã có trong danh mục.")
    row = Borderless.objects.create(procedure=procedure, valid=span, source=source.strip()[:200])
    ledger.append("catalogue.borderless_put", procedure.code, by, {"since": since})
    return row


@transaction.atomic
def end(listing_id: int, day: date, by: str) -> None:
    """Take a procedure off the list from a day on; what was taken in before stays as it is. Raises
    `BadListing`."""
    row = Borderless.objects.select_for_update().filter(pk=listing_id).first()
    if row is None or (row.valid.upper is not None and row.valid.upper <= day):
        raise BadListing("Thủ tục này không còn trong danh mục.")
    code = Procedure.objects.values_list("code", flat=True).get(pk=row.procedure_id)
    if day <= row.valid.lower:
        row.delete()
    else:
        row.valid = DateRange(row.valid.lower, day)
        row.save(update_fields=["valid"])
    ledger.append("catalogue.borderless_ended", code, by, {"day": day})
