"""What a decree would do, before anybody decides: nothing here writes.

Two things it cannot know are left to others: which dossiers are open (`dossiers.queries.handover`)
and whether to go on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from motcua.agencies import queries as agencies
from motcua.agencies.facts import AgencyFacts
from motcua.agencies.models import Kind
from motcua.territory import queries as territory
from motcua.territory.models import Unit

from . import decree_file
from .competence import Change, Place, Rule, Silence, StandsInTheWay, overlay, resolve, standing
from .deciding import as_rule, named_by
from .decree_file import Line, Problem
from .models import Case, Competence, Procedure
from .passing import Passed

WORDS = {
    "commune": "Ủy ban nhân dân cấp xã",
    "province": "Ủy ban nhân dân cấp tỉnh",
    "district": "cấp huyện (trước ngày 01/7/2025)",
    "ministry": "cấp bộ",
}
LEVEL_OF = {
    Kind.MINISTRY: "ministry",
    Kind.PROVINCE: "province",
    Kind.DEPARTMENT: "province",
    Kind.COMMUNE: "commune",
}
NOBODY_YET = "Chưa có quy định"
EXAMPLES = 5


@dataclass(frozen=True, slots=True)
class Handed:
    """One line that can be carried out: who decided before and who decides then, in words."""

    line: int
    code: str
    name: str
    case: str
    territory: str
    before: str
    after: str
    since: date
    until: date | None
    procedure_id: int
    change: Change
    moves: bool = False

    @property
    def same(self) -> bool:
        """Whether the same body decides as before."""
        return self.before == self.after


@dataclass(frozen=True, slots=True)
class Nobody:
    """Where nobody would decide: the bodies that are not on this system, or a clash of rules."""

    what: str
    lines: int
    examples: tuple[str, ...] = ()


@dataclass(slots=True)
class Rehearsal:
    """What a decree would do. `after` are the rules of each procedure it touches, by procedure."""

    handed: list[Handed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    nobody: list[Nobody] = field(default_factory=list)
    after: dict[int, list[Rule]] = field(default_factory=dict)

    @property
    def first_day(self) -> date | None:
        """The day on which the first of it takes effect."""
        return min((one.since for one in self.handed), default=None)

    def passed(self, procedure_id: int) -> list[Passed]:
        """What open dossiers of a procedure pass over with."""
        return [
            Passed(one.procedure_id, one.code, one.case, one.change.made[0].territory, one.since)
            for one in self.handed
            if one.procedure_id == procedure_id and one.moves
        ]

    def still_decides(self, procedure_id: int, case: str, agency: AgencyFacts) -> bool:
        """Whether `agency` decides after the decree what it may have decided before."""
        days = {one.since for one in self.handed if one.procedure_id == procedure_id}
        return all(named_by(self.after[procedure_id], agency, day, case) for day in days)


def rehearse(content: str, source: str, handover: str, province: str, today: date) -> Rehearsal:
    """What the decree in `content` would do. `province` limits it to one province: a line without
    territory is then about that province, and one about another is a problem."""
    lines, problems = decree_file.read(content)
    found = Rehearsal(problems=problems)
    lines = [within(line, province, found.problems) for line in lines]
    known = _Known.read(lines, today)
    for line in lines:
        one = known.understood(line, source, handover, found)
        if one is not None:
            found.handed.append(one)
    touched = {one.procedure_id for one in found.handed}
    found.after = {pk: rules for pk, rules in known.rules.items() if pk in touched}
    found.nobody = [*_missing_bodies(found.handed), *_clashes(found, known)]
    found.problems.sort(key=lambda problem: problem.line)
    return found


def within(line: Line, province: str, problems: list[Problem]) -> Line:
    """The line as the administrator of a province may have it."""
    if not province or line.territory == province:
        return line
    if not line.territory:
        return replace(line, territory=province)
    unit = territory.unit(line.territory, line.since)
    if unit is None or unit.parent is None or unit.parent.code != province:
        reason = "Chỉ được nêu địa bàn trong tỉnh của mình."
        problems.append(Problem(line.number, "territory", reason))
    return line


@dataclass(slots=True)
class _Known:
    """What the database says of everything that the lines name, read at once."""

    procedures: Mapping[str, tuple[int, str]]
    rules: dict[int, list[Rule]]
    cases: frozenset[tuple[int, str]]
    bodies: Mapping[date, Mapping[str, AgencyFacts]]
    units: Mapping[date, Mapping[str, Unit]]
    names: dict[int, str]
    today: date

    @classmethod
    def read(cls, lines: Sequence[Line], today: date) -> _Known:
        codes = {line.procedure for line in lines}
        rows = Procedure.objects.filter(code__in=codes).values_list("code", "pk", "short_name")
        procedures = {code: (pk, name) for code, pk, name in rows}
        ids = [pk for pk, _ in procedures.values()]
        rules: dict[int, list[Rule]] = {pk: [] for pk in ids}
        for row in Competence.objects.filter(procedure__in=ids).order_by("pk"):
            rules[row.procedure_id].append(as_rule(row))
        cases: frozenset[tuple[int, str]] = frozenset()
        if any(line.case for line in lines):
            of = Case.objects.filter(version__procedure__in=ids)
            cases = frozenset(of.values_list("version__procedure_id", "key"))
        named: dict[date, set[str]] = defaultdict(set)
        places: dict[date, set[str]] = defaultdict(set)
        for line in lines:
            named[line.since] |= {line.source, line.target}
            places[line.since].add(line.territory)
        bodies = {day: agencies.named(found, day) for day, found in named.items()}
        units = {
            day: {unit.code: unit for unit in territory.units(found, day).select_related("parent")}
            for day, found in places.items()
        }
        return cls(procedures, rules, cases, bodies, units, {}, today)

    def understood(self, line: Line, source: str, handover: str, found: Rehearsal) -> Handed | None:
        """The line with everything it names found, the rules changed accordingly; None, and a
        problem with its place, when that is not possible."""
        wrong = self._wrong(line)
        if wrong is not None:
            found.problems.append(wrong)
            return None
        procedure_id, name = self.procedures[line.procedure]
        body = self.bodies[line.since].get(line.target)
        rule = Rule(
            line.case,
            line.territory,
            body.kind if body else line.target,
            body.id if body else None,
            line.since,
            line.until,
            source,
            handover,
        )
        rules = self.rules[procedure_id]
        before = standing(rules, line.case, self._scope(line), line.since)
        said = self._words(before) if isinstance(before, Rule) else NOBODY_YET
        if isinstance(before, Rule) and line.source and not self._matches(line, before):
            reason = f"Hiện do {said} giải quyết, không phải {self._named(line)}."
            found.problems.append(Problem(line.number, "from", reason))
            return None
        try:
            change = overlay(rules, rule)
        except StandsInTheWay as error:
            found.problems.append(Problem(line.number, "date", str(error)))
            return None
        if line.since < self.today and isinstance(before, Rule):
            reason = "Ngày đã qua: không sửa lại người đã quyết định trước đây."
            found.problems.append(Problem(line.number, "date", reason))
            return None
        if change.cut is not None:
            rules.remove(change.cut)
            rules.append(replace(change.cut, until=line.since))
        rules.extend(change.made)
        where = self.units[line.since].get(line.territory)
        return Handed(
            line.number,
            line.procedure,
            name,
            line.case,
            where.name if where else "",
            said,
            self._words(rule),
            line.since,
            line.until,
            procedure_id,
            change,
            line.moves,
        )

    def _wrong(self, line: Line) -> Problem | None:
        """The first thing a line names that is not known."""
        known = self.procedures.get(line.procedure)
        if known is None:
            return Problem(line.number, "procedure", f"Không có thủ tục {line.procedure}.")
        if line.case and (known[0], line.case) not in self.cases:
            reason = f"Thủ tục {line.procedure} không có trường hợp {line.case}."
            return Problem(line.number, "case", reason)
        if line.territory and line.territory not in self.units[line.since]:
            reason = f"Không có đơn vị hành chính {line.territory} ngày {line.since:%d/%m/%Y}."
            return Problem(line.number, "territory", reason)
        for column, said in (("from", line.source), ("to", line.target)):
            if said and said not in WORDS and said not in self.bodies[line.since]:
                reason = f"Không có cơ quan {said} ngày {line.since:%d/%m/%Y}."
                return Problem(line.number, column, reason)
        return None

    def _scope(self, line: Line) -> Place:
        unit = self.units[line.since].get(line.territory)
        if unit is None:
            return Place("", "")
        return Place("", unit.code) if unit.parent is None else Place(unit.code, unit.parent.code)

    def _matches(self, line: Line, before: Rule) -> bool:
        """Whether the decree is right about who decides until then."""
        if line.source not in WORDS:
            return self.bodies[line.since][line.source].id == before.agency_id
        kind = Kind(before.agency_kind)
        return LEVEL_OF.get(kind) == line.source

    def _named(self, line: Line) -> str:
        body = self.bodies[line.since].get(line.source)
        return body.name if body else WORDS[line.source]

    def _words(self, rule: Rule) -> str:
        if rule.agency_id is None:
            return WORDS.get(rule.agency_kind) or str(Kind(rule.agency_kind).label)
        if rule.agency_id not in self.names:
            self.names[rule.agency_id] = agencies.facts(rule.agency_id).name
        return self.names[rule.agency_id]


def _missing_bodies(handed: Iterable[Handed]) -> list[Nobody]:
    """The communes and provinces that the lines give something to and that are not on this system.
    Each set of places is looked at once, however many lines are about it."""
    lines: dict[tuple[str, str, date], int] = defaultdict(int)
    for one in handed:
        rule = one.change.made[0]
        if rule.agency_id is None:
            lines[rule.agency_kind, rule.territory, one.since] += 1
    found = []
    for (kind, code, day), count in lines.items():
        if kind == Kind.PROVINCE:
            found += _missing_provinces(code, day, count)
        else:
            found += _missing_communes(code, day, count)
    return found


def _missing_provinces(code: str, day: date, count: int) -> list[Nobody]:
    units = [u for u in territory.provinces(day) if code in ("", u.code)]
    gone = [u.name for u in units if agencies.provincial_committee(u.code, day) is None]
    if not gone:
        return []
    what = f"{len(gone)} tỉnh chưa có Ủy ban nhân dân tỉnh trên hệ thống"
    return [Nobody(what, count, tuple(gone[:EXAMPLES]))]


def _missing_communes(code: str, day: date, count: int) -> list[Nobody]:
    """By province; those of which no commune is here at all in one line: they are served by other
    installations."""
    here = agencies.communes_on_system(day)
    by_province: dict[str, list[Unit]] = defaultdict(list)
    for unit in territory.communes(day):
        assert unit.parent is not None, "a commune has its province"
        if code in ("", unit.code, unit.parent.code):
            by_province[unit.parent.name].append(unit)
    found, elsewhere = [], 0
    for province, units in by_province.items():
        gone = [unit.name for unit in units if unit.code not in here]
        if len(gone) == len(units) and code != units[0].code:
            elsewhere += len(gone)
        elif gone:
            what = f"{province}: {len(gone)} xã, phường chưa có cơ quan trên hệ thống"
            found.append(Nobody(what, count, tuple(gone[:EXAMPLES])))
    if elsewhere:
        what = f"{elsewhere} xã, phường của các tỉnh không dùng hệ thống này"
        found.append(Nobody(what, count))
    return found


def _clashes(found: Rehearsal, known: _Known) -> list[Nobody]:
    """Cases and places for which two of the rules, after the decree, name two bodies."""
    days: dict[int, set[date]] = defaultdict(set)
    codes = {pk: code for code, (pk, _) in known.procedures.items()}
    for one in found.handed:
        days[one.procedure_id].add(one.since)
    clashing = []
    for procedure_id, rules in found.after.items():
        cases = {rule.case for rule in rules if rule.case}
        places = {rule.territory for rule in rules if rule.territory}
        if not cases or not places:
            continue  # rules of one kind of scope are all within one another
        for day in sorted(days[procedure_id]):
            units = {u.code: u for u in territory.units(places, day).select_related("parent")}
            for unit in units.values():
                place = Place(unit.code, unit.parent.code) if unit.parent else Place("", unit.code)
                for case in sorted(cases):
                    if resolve(rules, case, place, day) is Silence.CLASH:
                        where = f"{codes[procedure_id]}, {case}, {unit.name}"
                        clashing.append(where)
    if not clashing:
        return []
    return [Nobody(Silence.CLASH.value, len(clashing), tuple(clashing[:EXAMPLES]))]
