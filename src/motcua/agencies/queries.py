"""Reading agencies. State bodies are public: no query here needs a viewer."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from motcua.foundation import calendar
from motcua.foundation.calendar import WorkingCalendar

from .cache import remembered
from .facts import AgencyFacts
from .models import Agency, Kind, WorkingHours

PARTS = (Kind.CENTRE, Kind.OFFICE)


class UnknownAgency(LookupError):
    """No agency has this code or row id."""


def agency(key: str | int) -> Agency:
    """The agency with this code (`H37.101`) or this row id, its parent and territory with it. From
    memory when it was asked for within the last minute: not for changing. Raises `UnknownAgency`.
    """

    def read() -> Agency:
        rows = Agency.objects.select_related("parent", "territory")
        found = rows.filter(**({"pk": key} if isinstance(key, int) else {"code": key})).first()
        if found is None:
            raise UnknownAgency(key)
        return found

    return remembered(("agency", key), read)


def facts(agency_id: int) -> AgencyFacts:
    """The agency as plain values. Raises `UnknownAgency`."""
    return _facts(agency(agency_id))


def office(agency_id: int, office_key: str) -> Agency | None:
    """The office of an agency that processes call by `office_key` (`phong-kinh-te`)."""
    return Agency.objects.filter(parent_id=agency_id, office_key=office_key).first()


def offices(agency_id: int) -> dict[str, int]:
    """The offices of an agency by their keys, its centre under `trung-tam`. From memory when it
    was asked for within the last minute; what `processes.actions.start` takes as `offices`."""
    kept = remembered(
        ("offices", agency_id),
        lambda: tuple(
            Agency.objects.filter(parent_id=agency_id, kind__in=PARTS).values_list(
                "office_key", "pk"
            )
        ),
    )
    return {key or "trung-tam": pk for key, pk in kept}


def centre(agency_id: int) -> Agency | None:
    """The Trung tâm Phục vụ hành chính công of a province or commune."""
    return Agency.objects.filter(parent_id=agency_id, kind=Kind.CENTRE).first()


def serves(agency_id: int) -> frozenset[int]:
    """The agencies that a post at this agency works for: itself, and the commune (or province)
    above when it is only a part of it (NĐ 118/2025: a centre has no competence of its own)."""
    return frozenset({agency_id, facts(agency_id).works_for})


def competent_commune(territory_code: str, on: date) -> AgencyFacts | None:
    """The People's Committee of the commune with this territory code on `on`, or None."""

    def read() -> Agency | None:
        return (
            Agency.objects.select_related("parent", "territory")
            .filter(territory__code=territory_code, kind=Kind.COMMUNE, valid__contains=on)
            .first()
        )

    found = remembered(("commune", territory_code, on), read)
    return None if found is None else _facts(found)


def provincial_committee(province_code: str, on: date) -> AgencyFacts | None:
    """The People's Committee of the province with this code on `on`, or None."""

    def read() -> Agency | None:
        return (
            Agency.objects.select_related("parent", "territory")
            .filter(territory__code=province_code, kind=Kind.PROVINCE, valid__contains=on)
            .first()
        )

    found = remembered(("province", province_code, on), read)
    return None if found is None else _facts(found)


def named(codes: Collection[str], on: date) -> dict[str, AgencyFacts]:
    """The agencies with these codes that exist on `on`, in one statement."""
    rows = Agency.objects.select_related("parent", "territory")
    return {row.code: _facts(row) for row in rows.filter(code__in=codes, valid__contains=on)}


def communes_on_system(on: date) -> frozenset[str]:
    """The codes of the communes that have their People's Committee here on `on`."""
    rows = Agency.objects.filter(kind=Kind.COMMUNE, valid__contains=on)
    return frozenset(rows.values_list("territory__code", flat=True))


def communes(realm: str, on: date) -> QuerySet[Agency]:
    """The communes' People's Committees of a realm (`H37`) on `on`, in Vietnamese order."""
    return (
        Agency.objects.select_related("territory")
        .filter(realm=realm, kind=Kind.COMMUNE, valid__contains=on)
        .order_by("territory__sort_key", "code")
    )


def calendar_of(agency_id: int, on: date) -> WorkingCalendar:
    """The working calendar of an agency on `on`: its own, else that of the body it is part of, else
    the standard one. From memory when it was asked for within the last minute."""
    return remembered(("calendar", agency_id, on), lambda: _calendar(agency_id, on))


def _calendar(agency_id: int, on: date) -> WorkingCalendar:
    found = facts(agency_id)
    bodies = list(dict.fromkeys((agency_id, found.works_for)))
    own = dict(
        WorkingHours.objects.filter(agency_id__in=bodies, valid__contains=on).values_list(
            "agency_id", "calendar"
        )
    )
    for body in bodies:
        if body in own:
            return calendar.from_json(own[body])
    return calendar.standard()


def _facts(row: Agency) -> AgencyFacts:
    parent = row.parent
    return AgencyFacts(
        id=row.pk,
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent_id=row.parent_id,
        parent_name=parent.name if parent else "",
        works_for=parent.pk if parent and row.kind in PARTS else row.pk,
        realm=row.realm,
        office_key=row.office_key,
        territory_code=row.territory.code if row.territory else "",
        address=row.address,
        bank_bin=row.bank_bin or (parent.bank_bin if parent and row.kind in PARTS else ""),
        bank_account=row.bank_account
        or (parent.bank_account if parent and row.kind in PARTS else ""),
    )
