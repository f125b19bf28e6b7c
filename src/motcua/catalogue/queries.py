"""Reading the catalogue. The law is public: no query here needs a viewer."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.db.models import F, QuerySet
from django.db.models.lookups import IsNull

from motcua.foundation import clock
from motcua.foundation import text as text_rules

from . import reading
from .deciding import Competent, competent, decides
from .facts import VersionFacts
from .models import Competence, Decree, Procedure, ProcedureVersion
from .search.finding import Hit, find
from .search.lexicon import fetch, own_phrases, with_phrases
from .search.phrasebook import said_key, shipped_meanings
from .search.shelf import Narrowed
from .search.suggesting import Suggestion, suggest

__all__ = [
    "Competent",
    "Hit",
    "Narrowed",
    "Phrase",
    "Related",
    "Suggestion",
    "browse",
    "competent_agency",
    "decides",
    "decree",
    "decrees",
    "facts_in_force",
    "made_by",
    "named",
    "phrases",
    "procedure",
    "related",
    "search",
    "sectors",
    "suggest",
    "tried",
    "version",
    "version_in_force",
    "versions_of",
]


IN_FORCE_KEPT = 5.0
_in_force: dict[tuple[str, date], tuple[float, int]] = {}


@lru_cache(maxsize=256)
def version(version_id: int) -> VersionFacts:
    """Everything a published version says. Read once per process: a version is frozen. Raises
    `UnknownVersion`."""
    return reading.read(version_id)


def version_in_force(procedure_code: str, on: date) -> ProcedureVersion | None:
    """The version of a procedure in force on `on`, its procedure with it. One statement."""
    return (
        ProcedureVersion.objects.select_related("procedure")
        .filter(procedure__code=procedure_code, valid__contains=on)
        .first()
    )


def facts_in_force(procedure_code: str, on: date) -> VersionFacts | None:
    """What the version in force on `on` says. No SQL when it was asked for within the last
    seconds: a newly published version reaches the other processes that much later."""
    kept = _in_force.get((procedure_code, on))
    if kept is not None and time.monotonic() - kept[0] < IN_FORCE_KEPT:
        return version(kept[1])
    pk = (
        ProcedureVersion.objects.filter(procedure__code=procedure_code, valid__contains=on)
        .values_list("pk", flat=True)
        .first()
    )
    if pk is None:
        return None
    if len(_in_force) > 10_000:
        _in_force.clear()
    _in_force[procedure_code, on] = (time.monotonic(), pk)
    return version(pk)


def forget_in_force() -> None:
    """Drop what is remembered of versions in force: called when one is published."""
    _in_force.clear()


def versions_of(procedure_code: str) -> QuerySet[ProcedureVersion]:
    """All versions of a procedure, the newest first."""
    return ProcedureVersion.objects.filter(procedure__code=procedure_code).order_by("-valid")


def procedure(code: str) -> Procedure | None:
    """The procedure with this national code."""
    return Procedure.objects.filter(code=code).first()


def browse(
    on: date,
    *,
    sector: str = "",
    life_event: str = "",
    level: str = "",
    fileable: bool = False,
) -> QuerySet[ProcedureVersion]:
    """The versions in force on `on`, narrowed down, those that can be filed here first, then by
    name. Slice it for a page; `procedure` comes along."""
    rows = ProcedureVersion.objects.select_related("procedure").filter(valid__contains=on)
    if sector:
        rows = rows.filter(procedure__sector=sector)
    if life_event:
        rows = rows.filter(procedure__life_events__contains=[life_event])
    if level:
        rows = rows.filter(levels__contains=[level])
    if fileable:
        rows = rows.filter(form__isnull=False, process__isnull=False)
        rows = rows.exclude(parameters__has_key="only_linked")
    return rows.order_by(IsNull(F("form"), True), "procedure__sector", "procedure__folded")


def competent_agency(
    procedure_code: str, territory_code: str, on: date, case: str = ""
) -> Competent:
    """Which agency decides `procedure_code` for the commune or province `territory_code` on `on`,
    or why none can be named. Without `case` the answer is one that holds in every case."""
    return competent(procedure_code, case, territory_code, on)


def decrees(province: str) -> QuerySet[Decree]:
    """The decrees of a province (empty: of the whole country and all provinces), newest first."""
    rows = Decree.objects.defer("text", "made", "cut").order_by("-pk")
    return rows.filter(territory=province) if province else rows


def decree(decree_id: int, province: str) -> Decree | None:
    """A decree within reach of whoever keeps the catalogue of `province` (empty: everywhere)."""
    row = Decree.objects.filter(pk=decree_id).first()
    return row if row is not None and province in ("", row.territory) else None


def made_by(decree: Decree) -> QuerySet[Competence]:
    """The rules that a decree made, the procedures and agencies with them."""
    rows = Competence.objects.select_related("procedure", "agency").filter(decree=decree)
    return rows.order_by("procedure__code", "valid")


def search(
    text: str,
    level: str | None = None,
    limit: int = 10,
    on: date | None = None,
    *,
    sector: str | None = None,
    subject: str | None = None,
    online: str | None = None,
) -> list[Hit]:
    """The procedures that best fit what somebody typed, best first, each with a score of 0 to 1.

    Understands missing tone marks, slips of typing, joined words, abbreviations and everyday words
    for life events. `level` is `ministry`, `province` or `commune`; `sector` the name of one;
    `subject` words of who may ask ("Công dân Việt Nam"); `online` a value of
    `ProcedureVersion.Online`. One statement when nothing has changed since the last search.
    """
    narrowed = Narrowed(level or None, sector or None, subject or None, online or None)
    return find(text, limit=limit, on=on or clock.today(), narrowed=narrowed)


def tried(text: str, said: str, means: list[str], limit: int = 5) -> list[Hit]:
    """What a search would find if `said` meant `means` (nothing: were taken away), kept nowhere."""
    known = with_phrases({**own_phrases(), said_key(said): means})
    return find(text, limit=limit, on=clock.today(), known=known)


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the synonym table with its meanings; `own` when this place put it there or took
    it away (then it has none), `shipped` when the platform comes with it."""

    said: str
    means: tuple[str, ...]
    own: bool
    shipped: bool


def phrases(part: str = "") -> list[Phrase]:
    """The phrases that hold the words `part` in what is said or meant, those of this place first,
    then in the order of the alphabet; without words only those of this place."""
    own, shipped = own_phrases(), shipped_meanings()
    wanted = text_rules.fold(part)
    found = [
        Phrase(said, tuple(own.get(said, shipped.get(said, ()))), said in own, said in shipped)
        for said in (own if not wanted else {**shipped, **own})
    ]
    held = [p for p in found if wanted in text_rules.fold(" ".join([p.said, *p.means]))]
    return sorted(held, key=lambda p: (not p.own, text_rules.sort_key(p.said)))


@dataclass(frozen=True, slots=True)
class Related:
    """Another procedure to go to."""

    code: str
    short_name: str


def related(version: VersionFacts, limit: int = 5) -> list[Related]:
    """Procedures of the same sector whose names are most like this one's. One statement."""
    rows = fetch(
        "SELECT p.code, p.short_name FROM catalogue_procedure p, catalogue_procedure this "
        "WHERE this.id = %(this)s AND p.sector = this.sector AND p.id <> this.id "
        "ORDER BY similarity(p.folded, this.folded) DESC, p.code LIMIT %(limit)s",
        this=version.procedure_id,
        limit=limit,
    )
    return [Related(code, name) for code, name in rows]


def named(codes: Sequence[str]) -> list[Related]:
    """These procedures, those that are in the catalogue, in the order asked. One statement."""
    names = dict(Procedure.objects.filter(code__in=codes).values_list("code", "short_name"))
    return [Related(code, names[code]) for code in codes if code in names]


def sectors() -> list[str]:
    """The sectors of the procedures there are, in the order of the alphabet. One statement."""
    found = Procedure.objects.values_list("sector", flat=True).distinct()
    return sorted(found, key=text_rules.sort_key)
