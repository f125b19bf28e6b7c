"""From a query to the procedures that fit it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from motcua.foundation import text

from .lexicon import Lexicon, fetch, lexicon
from .nearest import NEIGHBOURS, fused, votes
from .numbered import Said, procedure_codes
from .ranking import Asked, Fit, asked, best_fit, same_marks, with_bonus
from .readings import Reading, readings
from .shelf import ANY, Entry, Narrowed
from .words import LONGEST_QUERY, folded, plain_words, words

CANDIDATES = 80
FINALISTS = 40
SURE = 0.45
"""From this score on a hit is taken for what was meant; below it is only the nearest."""
_DIGIT = re.compile(r"\d")
_CERTAIN = 0.88
"""From this score on the words alone decide: a name was typed, or a phrase said in full."""
_NEARLY = 0.75
"""A second procedure is taken for what a meaning names when it fits this much as well."""
_NEAR = 0.2
"""The least score of what only a near phrase speaks for."""
_NUMBERED = 0.75
"""What a procedure has for the number typed alone, whatever was typed beside it."""
_ASK_WORDS = 8
_MOST_ASKED = 28
_IN_COMPANY = 0.93
_MOST_WAYS = 14
_LENGTH = -0.5
"""Words of a short reading bring more than those of a long one, whose many words would otherwise
leave no room for its candidates: by the root of its weight."""

_BY_LIKENESS = """
    SELECT p.code FROM catalogue_procedure p
    ORDER BY word_similarity(%(folded)s, p.folded) DESC, p.code LIMIT 30
"""


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
    narrowed: Narrowed = ANY,
    known: Lexicon | None = None,
) -> list[Hit]:
    """The procedures that best fit `typed`, best first; `known` is what to understand it with."""
    typed = text.nfc(typed)[:LONGEST_QUERY].replace("\x00", " ")
    known = known or lexicon()
    exact = known.shelf.coded(procedure_codes(typed), narrowed, on)
    if exact:
        return [_hit(entry, on, 1.0, Why(met=entry.code)) for entry in exact[:limit]]
    numbered = known.numbers().said_in(typed) if _DIGIT.search(typed) else None
    if numbered is None:
        return _by_words(typed, limit, on, narrowed, known)
    named = known.shelf.coded(sorted(numbered.codes), narrowed, on)
    first = _with_number(numbered, named, on, known)[:limit]
    there = {hit.code for hit in first}
    others = _by_words(typed, limit, on, narrowed, known) if len(first) < limit else []
    return [*first, *(hit for hit in others if hit.code not in there)][:limit]


def _with_number(numbered: Said, named: Sequence[Entry], on: date, known: Lexicon) -> list[Hit]:
    """The procedures that a number stands for, those first that fit the words beside it."""
    cut = words(numbered.rest)
    marked, ways = understood(cut, known) if cut else ([], [])
    why = Why(met=", ".join(numbered.written))
    sectors: dict[str, Fit] = {}
    hits = []
    for entry in named:
        fit = 1.0
        if ways:
            fit = best_fit(entry, ways, known.words, known.book.variants, sectors).value
        value = with_bonus(
            _NUMBERED + (1 - _NUMBERED) * fit,
            same_marks(marked, entry), entry.levels, entry.on(on).fileable,
        )  # fmt: skip
        hits.append(_hit(entry, on, value, why))
    hits.sort(key=_order)
    return hits


def _order(hit: Hit) -> tuple[float, int, str]:
    return -hit.score, len(hit.name), hit.code


def _by_words(typed: str, limit: int, on: date, narrowed: Narrowed, known: Lexicon) -> list[Hit]:
    """The procedures that fit the words of `typed`."""
    cut = words(typed)
    if not cut:
        return []
    marked, ways = understood(cut, known)
    candidates = known.shelf.holding(_looked_up(ways), narrowed, on, CANDIDATES)
    if not candidates:
        nearest = fetch(_BY_LIKENESS, folded=" ".join(plain_words(typed)))
        candidates = known.shelf.coded([code for (code,) in nearest], narrowed, on)
    sectors: dict[str, Fit] = {}

    def fit_of(entry: Entry) -> Fit:
        return best_fit(entry, ways, known.words, known.book.variants, sectors)

    def hit_of(entry: Entry, fit: Fit) -> Hit:
        alike = same_marks(marked, entry)
        value = with_bonus(fit.value, alike, entry.levels, entry.on(on).fileable)
        return _hit(entry, on, value, _why(fit, entry))

    scored = [(fit, entry) for entry in candidates if (fit := fit_of(entry)).value > 0]
    scored.sort(key=lambda found: -found[0].value)
    best = [(hit_of(entry, fit), fit) for fit, entry in scored[: max(FINALISTS, limit)]]
    best.sort(key=lambda found: _order(found[0]))
    hits = [hit for hit, _ in best]
    if hits and (hits[0].score >= _CERTAIN or _is_named(*best[0], ways[0])):
        return hits[:limit]
    spoken = [
        said if folded(said) == meant else meant
        for said, meant in zip(marked, ways[0].reading.words, strict=False)
    ]
    return _beside_near_phrases(typed, " ".join(spoken), hits, limit, on, narrowed, known)


def _is_named(hit: Hit, fit: Fit, typed: Asked) -> bool:
    """Whether a procedure's name holds every word typed, as typed."""
    return fit.reading is typed.reading and typed.singles.keys() <= set(plain_words(hit.name))


def _beside_near_phrases(
    typed: str, spoken: str, hits: Sequence[Hit], limit: int, on: date, narrowed: Narrowed,
    known: Lexicon,
) -> list[Hit]:  # fmt: skip
    """`hits` in one order with what near phrases speak for, by words (`spoken`, slips put right)
    and by meaning. Scores are those there are, the highest first."""

    def resolve(meaning: str) -> Sequence[str]:
        if meaning not in known.resolved:
            known.resolved[meaning] = _best_of_meaning(meaning, on, known)
        return known.resolved[meaning]

    by_words, *by_meaning = known.nearest()
    asked_for = [(by_words, spoken, 1.0), *((nearest, typed, 0.0) for nearest in by_meaning)]
    by_code = {hit.code: hit for hit in hits}
    orders = [[hit.code for hit in hits]]
    for nearest, query, telling in asked_for:
        found = votes(nearest.near(query, NEIGHBOURS), known.book.meanings, resolve)
        entries = known.shelf.coded([vote.code for vote in found], narrowed, on)
        orders.append([entry.code for entry in entries])
        phrases = {vote.code: vote for vote in found}
        for entry in entries:
            if entry.code not in by_code:
                vote = phrases[entry.code]
                score = max(_NEAR, telling * vote.weight)
                by_code[entry.code] = _hit(entry, on, score, Why(said=(vote.phrase,)))
    if not hits or not hits[0].sure:
        orders.reverse()  # of equals what is near in meaning, then in words
    ordered = [by_code[code] for code in fused(*orders)][:limit]
    scores = sorted((hit.score for hit in ordered), reverse=True)
    return [replace(hit, score=score) for hit, score in zip(ordered, scores, strict=True)]


def _best_of_meaning(meaning: str, on: date, known: Lexicon) -> tuple[str, ...]:
    """The one or two procedures that the law's words for something fit best."""
    law = tuple(plain_words(meaning))
    way = asked(Reading(law, dict.fromkeys(law, 1.0), 1.0), known.words)
    sectors: dict[str, Fit] = {}
    fits = []
    for entry in known.shelf.holding(_looked_up([way]), ANY, on, CANDIDATES):
        fit = best_fit(entry, [way], known.words, known.book.variants, sectors).value
        fits.append((with_bonus(fit, 0.0, entry.levels, False), entry.code))
    fits.sort(key=lambda found: (-found[0], found[1]))
    return tuple(code for fit, code in fits[:2] if fit >= _NEARLY * fits[0][0])


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


def _why(fit: Fit, entry: Entry) -> Why:
    """What made it fit, in the words of the procedure."""
    if fit.keyword:
        return Why(met=fit.keyword)
    wanted = set(fit.reading.words)
    met = [word for word in words(entry.short_name) if folded(word) in wanted]
    return Why(fit.reading.said, " ".join(dict.fromkeys(met)) or entry.sector)


def _hit(entry: Entry, on: date, value: float, why: Why) -> Hit:
    edition = entry.on(on)
    return Hit(
        code=entry.code,
        name=entry.name,
        short_name=entry.short_name,
        sector=entry.sector,
        levels=entry.levels,
        score=round(value, 4),
        version_id=edition.version_id,
        online=edition.online,
        bookable=edition.bookable,
        fileable=edition.fileable,
        why=why,
    )
