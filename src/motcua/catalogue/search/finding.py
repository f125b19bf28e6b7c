"""From a query to the procedures that fit it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from motcua.foundation import text

from .ranking import Candidate, asked, marks, score, with_bonus
from .vocabulary import Vocabulary
from .words import (
    LONGEST_QUERY,
    Reading,
    plain,
    plain_words,
    readings,
    said_words,
    without_filler,
    words,
)

CANDIDATES = 150
FINALISTS = 40
_CODE = re.compile(r"\b[1-9]\.\d{6}\b")
_ASK_WORDS = 8

_COLUMNS = """
    p.code, p.name, p.short_name, p.keywords, p.sector, p.levels, p.folded,
    v.id, v.online, v.bookable,
    v.form_id IS NOT NULL AND v.process_id IS NOT NULL
"""
_FROM = """
    FROM catalogue_procedure p
    LEFT JOIN catalogue_procedureversion v ON v.procedure_id = p.id AND v.valid @> %(on)s
    WHERE (%(level)s::text IS NULL OR p.levels @> ARRAY[%(level)s]::varchar[])
"""
_BY_CODE = f"SELECT {_COLUMNS} {_FROM} AND p.code = ANY(%(codes)s)"
_BY_WORDS = f"""
    SELECT {_COLUMNS} {_FROM} AND p.search @@ to_tsquery('simple', %(any)s)
    ORDER BY ts_rank('{{0.05, 0.2, 0.8, 1.0}}', p.search, to_tsquery('simple', %(any)s)) DESC,
             p.code
    LIMIT {CANDIDATES}
"""
_BY_LIKENESS = f"""
    SELECT {_COLUMNS} {_FROM}
    ORDER BY word_similarity(%(folded)s, p.folded) DESC, p.code LIMIT 30
"""


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


def find(typed: str, *, level: str | None, limit: int, on: date) -> list[Hit]:
    """The procedures that best fit `typed`, best first."""
    typed = text.nfc(typed)[:LONGEST_QUERY].replace("\x00", " ")
    codes = _CODE.findall(typed)
    if codes:
        rows = _fetch(_BY_CODE, level=level, on=on, codes=codes)
        exact = [_hit(row, 1.0) for row in rows]
        if exact:
            return exact[:limit]
    cut = words(typed)
    if not cut:
        return []
    cut = without_filler(cut)
    known = _vocabulary()
    marked: list[str] = []
    corrected: list[str] = []
    for word in cut:
        folded = plain(text.fold(word))
        pieces = [folded] if folded in said_words() else known.corrected(folded)
        corrected += pieces
        marked += [word] if len(pieces) == 1 else pieces
    ways = readings(marked, corrected)
    looked_up = _looked_up(ways, known)
    rows = _fetch(_BY_WORDS, level=level, on=on, any=" | ".join(looked_up)) if looked_up else []
    if not rows:
        likeness = " ".join(plain_words(typed))
        rows = _fetch(_BY_LIKENESS, level=level, on=on, folded=likeness)
    ready = [asked(way, known) for way in ways]
    scored = [(score(_candidate(row), ready, known), row) for row in rows]
    scored = sorted((pair for pair in scored if pair[0] > 0), key=lambda pair: -pair[0])
    hits = []
    for best, row in scored[: max(FINALISTS, limit)]:
        candidate = _candidate(row)
        same_marks = marks(marked, row[1], candidate.keywords)
        hits.append(_hit(row, with_bonus(best, same_marks, candidate)))
    hits.sort(key=lambda hit: (-hit.score, len(hit.name), hit.code))
    return hits[:limit]


def _looked_up(ways: list[Reading], known: Vocabulary) -> list[str]:
    """The words that candidates are looked up by: of each reading the rarest that are known, since
    "thủ tục" or "cấp" would bring everything."""
    chosen: dict[str, None] = {}
    for way in ways:
        rare = sorted(
            {word for word in way.words if word in known.counts}, key=known.weight, reverse=True
        )
        chosen.update(dict.fromkeys(rare[:_ASK_WORDS]))
    return list(chosen)


def _fetch(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())


def _candidate(row: tuple[Any, ...]) -> Candidate:
    _, _, _, keywords, sector, levels, folded, *_, fileable = row
    return Candidate(
        folded.splitlines(), keywords.splitlines(), sector, fileable, "commune" in levels
    )


def _hit(row: tuple[Any, ...], value: float) -> Hit:
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
    )


_known: Vocabulary | None = None


def _vocabulary() -> Vocabulary:
    """The words of the catalogue as it is now; read again when the catalogue has changed."""
    global _known
    rows = _fetch("SELECT revision FROM catalogue_searchrevision")
    revision = rows[0][0] if rows else 0
    if _known is None or _known.revision != revision:
        counts = dict(
            _fetch("SELECT word, ndoc FROM ts_stat('SELECT search FROM catalogue_procedure')")
        )
        total = _fetch("SELECT count(*) FROM catalogue_procedure")[0][0]
        _known = Vocabulary(revision, total, counts)
    return _known
