"""Who decides: which of the rules in force answers for a case, a place and a day. Pure functions.

A rule for one case goes before the rule for all, one for a commune before one for its province,
that before one for the country. Where neither of two rules is the narrower one, nobody is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import Enum

COUNTRY, PROVINCE, COMMUNE = 0, 2, 5
"""How many digits the code of a territory has."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One competence. `case` and `territory` are empty for every case and the whole country;
    `agency_id` is None for the commune or province of the place. `until` is the first day on which
    it no longer holds, None while it is open."""

    case: str
    territory: str
    agency_kind: str
    agency_id: int | None
    since: date
    until: date | None = None
    source: str = ""
    handover: str = ""
    id: int | None = None

    @property
    def decider(self) -> tuple[str, int | None]:
        """Who decides: the named agency, else the kind of body at the place."""
        return ("", self.agency_id) if self.agency_id is not None else (self.agency_kind, None)

    @property
    def scope(self) -> tuple[str, str]:
        """What the rule is about; two rules of one scope never hold on the same day."""
        return self.case, self.territory

    def holds(self, on: date) -> bool:
        """Whether the rule is in force on this day."""
        return self.since <= on and (self.until is None or on < self.until)


@dataclass(frozen=True, slots=True)
class Place:
    """A commune with its province, as codes; `commune` is empty when only the province is known,
    both when nothing is."""

    commune: str
    province: str

    def within(self, territory: str) -> bool:
        """Whether the place lies in the territory of a rule."""
        return territory in ("", self.province, self.commune)


class Silence(Enum):
    """Why no rule answers; the value says so in words for the person asking."""

    NO_RULE = "Chưa có quy định cơ quan nào giải quyết thủ tục này tại đây."
    CASE = "Cơ quan giải quyết tùy theo trường hợp của hồ sơ. Hãy cho biết trường hợp."
    PLACE = "Hãy chọn xã, phường nơi giải quyết."
    CLASH = "Hai quy định về thẩm quyền cùng áp dụng và nêu hai cơ quan khác nhau."


def resolve(rules: Iterable[Rule], case: str, place: Place, on: date) -> Rule | Silence:
    """The rule that says who decides `case` (empty when it is not known) at `place` on this day,
    or why none does.

    Without a case the answer stands only when it is the same in every case; without a commune only
    when no rule is about a single one.
    """
    asked = ("", case) if case else None
    found = [r for r in rules if r.holds(on) and (asked is None or r.case in asked)]
    if _place_is_open(found, place):
        return Silence.PLACE
    found = [rule for rule in found if place.within(rule.territory)]
    if case:
        return _narrowest(found)
    answers = [
        _narrowest([rule for rule in found if rule.case in ("", named)])
        for named in sorted({"", *(rule.case for rule in found)})
    ]
    one = answers[0]
    if len({a.decider if isinstance(a, Rule) else a for a in answers}) > 1:
        return Silence.CASE
    return one


def standing(rules: Iterable[Rule], case: str, place: Place, on: date) -> Rule | Silence:
    """The rule that a new one about exactly this case and territory takes over from, or departs
    from: narrower ones stay as they are and are not asked."""
    covering = [r for r in rules if r.holds(on) and r.case in ("", case)]
    return _narrowest([rule for rule in covering if place.within(rule.territory)])


def _place_is_open(found: Sequence[Rule], place: Place) -> bool:
    """Whether a rule is about a narrower territory than what is known of the place."""
    known = COMMUNE if place.commune else PROVINCE if place.province else COUNTRY
    return any(len(rule.territory) > known for rule in found)


def _narrowest(found: Sequence[Rule]) -> Rule | Silence:
    """The narrowest of rules that all hold here; `CLASH` when the narrowest differ."""
    narrowest = [rule for rule in found if not any(_goes_before(other, rule) for other in found)]
    if not narrowest:
        return Silence.NO_RULE
    if len({rule.decider for rule in narrowest}) > 1:
        return Silence.CLASH
    return max(narrowest, key=lambda rule: (bool(rule.case), rule.since))


def _goes_before(one: Rule, other: Rule) -> bool:
    """Whether `one` is about a part of what `other` is about, both holding at one place."""
    mine, theirs = _narrowness(one), _narrowness(other)
    return mine != theirs and all(m >= t for m, t in zip(mine, theirs, strict=True))


def _narrowness(rule: Rule) -> tuple[int, int]:
    return int(bool(rule.case)), len(rule.territory)


class StandsInTheWay(ValueError):
    """Another rule of the same scope begins within the days of the new one."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(f"Đã có quy định khác từ ngày {rule.since:%d/%m/%Y} ({rule.source}).")
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Change:
    """What a new rule does to those of its scope: `cut` ends with the day before the new one
    begins, `made` are the rules to add (the new one, and after its end the old one again)."""

    cut: Rule | None
    made: tuple[Rule, ...]


def overlay(standing: Iterable[Rule], new: Rule) -> Change:
    """Let `new` take over from the rule of its scope that holds on its first day. Raises
    `StandsInTheWay` for one that begins on that day or within its time: what is decided already
    for later is not overruled unseen."""
    same = [rule for rule in standing if rule.scope == new.scope]
    for rule in same:
        if new.since <= rule.since and (new.until is None or rule.since < new.until):
            raise StandsInTheWay(rule)
    old = next((rule for rule in same if rule.holds(new.since)), None)
    if old is None or new.until is None or (old.until is not None and old.until <= new.until):
        return Change(old, (new,))
    return Change(old, (new, replace(old, since=new.until, id=None)))
