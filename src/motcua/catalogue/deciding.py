"""From the rules of competence to an agency: reading the rules, and finding the body they mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from motcua.agencies import queries as agencies
from motcua.agencies.cache import remembered
from motcua.agencies.facts import AgencyFacts
from motcua.agencies.models import Kind
from motcua.territory import queries as territory
from motcua.territory.models import Level

from .competence import Place, Rule, Silence, resolve
from .facts import VersionFacts
from .models import Competence

HIGHER_UP = "Thủ tục này do cơ quan cấp trên giải quyết, chưa nhận tại đây."
NOT_ON_SYSTEM = "Xã, phường này chưa có cơ quan tiếp nhận trên hệ thống."
NO_PROVINCE = "Ủy ban nhân dân tỉnh này chưa có trên hệ thống."


@dataclass(frozen=True, slots=True)
class Competent:
    """Which agency decides and by which rule, or why none can be named."""

    agency: AgencyFacts | None
    reason: str = ""
    rule: Rule | None = None


def as_rule(row: Competence) -> Rule:
    """A stored competence as a plain value."""
    return Rule(
        row.case_key,
        row.territory,
        row.agency_kind,
        row.agency_id,
        row.valid.lower,
        row.valid.upper,
        row.source,
        row.handover,
        row.pk,
    )


def rules_of(procedure_code: str, on: date) -> list[Rule]:
    """The rules of a procedure in force on `on`. One statement."""
    rows = Competence.objects.filter(procedure__code=procedure_code, valid__contains=on)
    return [as_rule(row) for row in rows.order_by("pk")]


def competent(
    procedure_code: str, case: str, territory_code: str, on: date, rules: Iterable[Rule] = ()
) -> Competent:
    """The one agency that decides `procedure_code` (its `case`; empty when not known) for a commune
    or province on `on`, or why none can be named. `rules` when the caller has read them."""
    found = list(rules) or rules_of(procedure_code, on)
    place = _place(territory_code, on, found)
    rule = resolve(found, case, place, on)
    if isinstance(rule, Silence):
        return Competent(None, rule.value)
    return body(rule, place, on)


def body(rule: Rule, place: Place, on: date) -> Competent:
    """The agency that a rule means at a place (Luật Tổ chức chính quyền địa phương 72/2025/QH15:
    the People's Committee of the commune or province), or why there is none."""
    if rule.agency_id is not None:
        return Competent(agencies.facts(rule.agency_id), "", rule)
    if rule.agency_kind == Kind.PROVINCE:
        if not place.province:
            return Competent(None, Silence.PLACE.value, rule)
        found = agencies.provincial_committee(place.province, on)
        return Competent(found, "" if found else NO_PROVINCE, rule)
    if rule.agency_kind != Kind.COMMUNE:
        return Competent(None, HIGHER_UP, rule)
    if not place.commune:
        return Competent(None, Silence.PLACE.value, rule)
    found = agencies.competent_commune(place.commune, on)
    return Competent(found, "" if found else NOT_ON_SYSTEM, rule)


def decides(version: VersionFacts, agency: AgencyFacts, on: date, case: str = "") -> bool:
    """Whether this agency decides the procedure (`case`; empty: any of its cases) on `on`. No SQL
    when it was asked for within the last minute. An office or a centre decides nothing: its body
    does."""

    def read() -> tuple[Rule, ...]:
        rows = Competence.objects.filter(procedure_id=version.procedure_id, valid__contains=on)
        return tuple(as_rule(row) for row in rows)

    return named_by(remembered(("competence", version.procedure_id, on), read), agency, on, case)


def named_by(rules: Sequence[Rule], agency: AgencyFacts, on: date, case: str = "") -> bool:
    """Whether these rules let this agency decide `case` (empty: any case) on `on`."""
    rules = [rule for rule in rules if rule.holds(on)]
    mine = [rule for rule in rules if _means(rule, agency)]
    if not mine:
        return False
    if len(rules) == 1 and not rules[0].territory and (not case or rules[0].case in ("", case)):
        return True
    places = _places_of(agency, mine, on)
    cases = [case] if case else sorted({rule.case for rule in rules} | {""})
    return any(
        isinstance(rule := resolve(rules, one, place, on), Rule) and _means(rule, agency)
        for one in cases
        for place in places
    )


def _means(rule: Rule, agency: AgencyFacts) -> bool:
    """Whether a rule could mean this agency, its territory apart."""
    if rule.agency_id is not None:
        return rule.agency_id == agency.id
    return rule.agency_kind == agency.kind and agency.kind in (Kind.COMMUNE, Kind.PROVINCE)


def _places_of(agency: AgencyFacts, mine: list[Rule], on: date) -> list[Place]:
    """Where to ask whether an agency decides: at its own place, and for a named agency wherever a
    rule names it."""
    codes = {agency.territory_code} if agency.territory_code else set()
    codes |= {rule.territory for rule in mine if rule.agency_id is not None}
    return [place_of(code, on) for code in sorted(codes)] or [Place("", "")]


def place_of(territory_code: str, on: date) -> Place:
    """A commune with its province, or a province alone. From memory when it was asked for within
    the last minute; an unknown commune keeps its code and has no province."""
    if len(territory_code) <= 2:
        return Place("", territory_code)

    def read() -> Place | None:
        unit = territory.unit(territory_code, on)
        if unit is None or unit.level != Level.COMMUNE or unit.parent is None:
            return None
        return Place(unit.code, unit.parent.code)

    return remembered(("place", territory_code, on), read) or Place(territory_code, "")


def _place(territory_code: str, on: date, rules: list[Rule]) -> Place:
    """The place; the province of a commune is only asked for when a rule needs it."""
    if len(territory_code) <= 2:
        return Place("", territory_code)
    if any(rule.territory or rule.agency_kind == Kind.PROVINCE for rule in rules):
        return place_of(territory_code, on)
    return Place(territory_code, "")
