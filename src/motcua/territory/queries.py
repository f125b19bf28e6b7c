"""Reading administrative units. Places are public: no query here needs a viewer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from .models import Level, Unit


def provinces(on: date) -> QuerySet[Unit]:
    """The provinces in force on `on`, in Vietnamese order."""
    return Unit.objects.filter(level=Level.PROVINCE, valid__contains=on).order_by("sort_key")


def province(code: str, on: date | None = None) -> Unit | None:
    """The province with this two-digit code on `on`, or its latest row when no day is given."""
    rows = Unit.objects.filter(level=Level.PROVINCE, code=code)
    if on is not None:
        rows = rows.filter(valid__contains=on)
    return rows.order_by("-valid").first()


def communes_of(province_code: str, on: date) -> QuerySet[Unit]:
    """The communes of a province on `on`, wards and communes together in Vietnamese order."""
    return Unit.objects.filter(
        level=Level.COMMUNE, parent__code=province_code, valid__contains=on
    ).order_by("sort_key", "code")


def communes(on: date) -> QuerySet[Unit]:
    """Every commune in force on `on`, its province with it."""
    return Unit.objects.filter(level=Level.COMMUNE, valid__contains=on).select_related("parent")


def unit(code: str, on: date) -> Unit | None:
    """The unit, province or commune, that bears `code` on `on`. Its province comes along."""
    return Unit.objects.select_related("parent").filter(code=code, valid__contains=on).first()


def units(codes: Collection[str], on: date) -> QuerySet[Unit]:
    """The units that bear these codes on `on`, in one statement."""
    return Unit.objects.filter(code__in=codes, valid__contains=on)
