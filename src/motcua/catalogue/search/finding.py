"""From a query to the procedures that fit it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from motcua.foundation import text

from .lexicon import Lexicon, fetch, lexicon
from .ranking import Asked, Candidate, Fit, asked, best_fit, same_marks, with_bonus
from .readings import readings
from .words import LONGEST_QUERY, folded, plain_words, words

CANDIDATES = 80
FINALISTS = 40
SURE = 0.45
"""From this score on a hit is taken for what was meant; below it is only the nearest."""
_CODE = re.compile(r"\b[1-9]\.\d{6}\b")
_ASK_WORDS = 8
_MOST_ASKED = 28
_IN_COMPANY = 0.93
_MOST_WAYS = 14
_LENGTH = -0.5
"""Words of a short reading bring more than those of a long one, whose many words would otherwise
leave no room for its candidates: by the root of its weight."""

_COLUMNS = """
    p.code, p.name, p.short_name, p.keywords, p.sector, p.levels, p.folded,
    v.id, v.online, v.bookable,
    v.form_id IS NOT NULL AND v.process_id IS NOT NULL
"""
_FROM = """
    FROM catalogue_procedure p
    LEFT JOIN catalogue_procedureversion v ON v.procedure_id = p.id AND v.valid @> %(on)s
"""
_WHERE = """
    (%(level)s::text IS NULL OR p.levels @> ARRAY[%(level)s]::varchar[])
    AND (%(sector)s::text IS NULL OR p.sector = %(sector)s)
    AND (%(subject)s::text IS NULL OR strpos(v.subjects, %(subject)s) > 0)
    AND (%(online)s::text IS NULL OR v.online = %(online)s)
"""
_BY_CODE = f"SELECT {_COLUMNS} {_FROM} WHERE {_WHERE} AND p.code = ANY(%(codes)s)"
# Each word weighs what it says: the common ones bring many, but none of them far up.
_ASKED = """
    WITH asked AS MATERIALIZED (
        SELECT plainto_tsquery('simple', word) AS word, weight
        FROM unnest(%(words)s::text[], %(weights)s::float8[]) AS t (word, weight)
    ), found AS MATERIALIZED (
        SELECT p.id, sum(asked.weight) AS weight
        FROM asked JOIN catalogue_procedure p ON p.search @@ asked.word GROUP BY p.id
    )
"""
_BY_WORDS = f"""
    {_ASKED} SELECT {_COLUMNS} {_FROM} JOIN found ON found.id = p.id WHERE {_WHERE}
    ORDER BY found.weight DESC, length(p.folded), p.code
    LIMIT {CANDIDATES}
"""
_BY_LIKENESS = f"""
    SELECT {_COLUMNS} {_FROM} WHERE {_WHERE}
    ORDER BY word_similarity(%(folded)s, p.folded) DESC, p.code LIMIT 30
"""


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a search is narrowed to; None for no matter."""

    level: str | None = None
    sector: str | None = None
    subject: str | None = None
    online: str | None = None


@dataclass(frozen=True, slots=True)
class Why:
    """Why a procedure was found: the phrases of the synonym table that were understood (`said`),
    and what of its name, its everyday words or its sector was met (`met`)."""

    said: tuple[str, ...] = ()
    met: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A procedure that fits, `score` from 0 to 1. `version_id` is None when no version is in force;
    `fileable` says whether it can be filed here."""

    code: str
    name: str
    short_name: str
    sector: str
    levels: tuple[str, ...]
    score: float
    version_id: int | None
    online: str
    bookable: bool
    fileable: bool
    why: Why = Why()

    @property
    def sure(self) -> bool:
        """Whether this may be what was meant, rather than only the nearest there is."""
        return self.score >= SURE


def find(
    typed: str,
    *,
    limit: int,
    on: date,
    narrowed: Narrowed = Narrowed(),
    known: Lexicon | None = None,
) -> list[Hit]:
    """The procedures that best fit `typed`, best first; `known` is what to understand it with."""
    typed = text.nfc(typed)[:LONGEST_QUERY].replace("\x00", " ")
    codes = _CODE.findall(typed)
    if codes:
        rows = _rows(_BY_CODE, narrowed, on=on, codes=codes)
        exact = [_hit(row, 1.0, Why(met=row[0])) for row in rows]
        if exact:
            return exact[:limit]
    cut = words(typed)
    if not cut:
        return []
    known = known or lexicon()
    marked, ways = understood(cut, known)
    looked_up = _looked_up(ways)
    rows = []
    if looked_up:
        rows = _rows(
            _BY_WORDS, narrowed, on=on, words=list(looked_up), weights=list(looked_up.values())
        )
    if not rows:
        rows = _rows(_BY_LIKENESS, narrowed, on=on, folded=" ".join(plain_words(typed)))
    scored = []
    for row in rows:
        candidate = _candidate(row)
        fit = best_fit(candidate, ways, known.words, known.book.variants)
        if fit.value > 0:
            scored.append((fit, candidate, row))
    scored.sort(key=lambda found: -found[0].value)
    hits = []
    for fit, candidate, row in scored[: max(FINALISTS, limit)]:
        alike = same_marks(marked, row[1], candidate.keywords)
        hits.append(_hit(row, with_bonus(fit.value, alike, candidate), _why(fit, row)))
    hits.sort(key=lambda hit: (-hit.score, len(hit.name), hit.code))
    return hits[:limit]


def understood(cut: Sequence[str], known: Lexicon) -> tuple[list[str], list[Asked]]:
    """The words of a query with its joined words taken apart, and the ways to read it."""
    marked: list[str] = []
    corrected: list[str] = []
    for word in cut:
        pieces = known.words.corrected(folded(word))
        corrected += pieces
        marked += [word] if len(pieces) == 1 else pieces
    empty = known.book.fillers_in(marked, corrected)
    marked = [word for place, word in enumerate(marked) if place not in empty]
    corrected = [word for place, word in enumerate(corrected) if place not in empty]
    weight = {word: known.words.weight(word) for word in corrected}
    found = readings(marked, corrected, known.book, weight)
    meant = known.words.in_company(corrected)
    if meant != corrected:
        weight |= {word: known.words.weight(word) for word in meant}
        found += [
            type(way)(way.words, way.shares, way.weight * _IN_COMPANY, way.said)
            for way in readings(marked, meant, known.book, weight)
        ]
    ways = [asked(way, known.words) for way in found]
    return marked, [ways[0], *sorted(ways[1:], key=lambda way: -way.reading.weight)][:_MOST_WAYS]


def _looked_up(ways: Sequence[Asked]) -> dict[str, float]:
    """The words that candidates are looked up by, with what each says: of each reading the rarest,
    since "thủ tục" or "cấp" would bring everything."""
    chosen: dict[str, float] = {}
    for way in ways:
        for word in sorted(way.singles, key=way.singles.__getitem__, reverse=True)[:_ASK_WORDS]:
            said = way.singles[word] * way.total**_LENGTH * way.reading.weight
            chosen[word] = max(chosen.get(word, 0.0), said)
    rarest = sorted(chosen, key=chosen.__getitem__, reverse=True)[:_MOST_ASKED]
    return {word: chosen[word] for word in rarest}


def _rows(sql: str, narrowed: Narrowed, **parameters: Any) -> list[tuple[Any, ...]]:
    return fetch(
        sql, level=narrowed.level, sector=narrowed.sector, subject=narrowed.subject,
        online=narrowed.online, **parameters,
    )  # fmt: skip


def _candidate(row: tuple[Any, ...]) -> Candidate:
    _, _, _, keywords, sector, levels, names, *_, fileable = row
    return Candidate(names.splitlines(), keywords.splitlines(), sector, fileable, levels)


def _why(fit: Fit, row: tuple[Any, ...]) -> Why:
    """What made it fit, in the words of the procedure."""
    if fit.keyword:
        return Why(met=fit.keyword)
    wanted = set(fit.reading.words)
    met = [word for word in words(row[2]) if folded(word) in wanted]
    return Why(fit.reading.said, " ".join(dict.fromkeys(met)) or row[4])


def _hit(row: tuple[Any, ...], value: float, why: Why) -> Hit:
    code, name, short_name, _, sector, levels, _, version_id, online, bookable, fileable = row
    return Hit(
        code=code,
        name=name,
        short_name=short_name,
        sector=sector,
        levels=tuple(levels),
        score=round(value, 4),
        version_id=version_id,
        online=online or "",
        bookable=bool(bookable),
        fileable=fileable,
        why=why,
    )
