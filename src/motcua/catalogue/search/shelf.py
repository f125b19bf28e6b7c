"""The catalogue as one process keeps it in memory to search: names and words of every procedure,
its versions, and which procedures each word occurs in.

The words are those that PostgreSQL stores in `search`; this is a copy that is thrown away when the
revision of search changes (`lexicon`), never a place of its own to write to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from heapq import nlargest
from sys import intern
from typing import Any

from .words import plain_words

_ROWS = """
    SELECT p.code, p.name, p.short_name, p.keywords, p.sector, p.levels, p.folded,
        tsvector_to_array(p.search)
    FROM catalogue_procedure p ORDER BY p.code
"""
_VERSIONS = """
    SELECT p.code, v.id, lower(v.valid), upper(v.valid), v.online, v.bookable,
        v.form_id IS NOT NULL AND v.process_id IS NOT NULL, v.subjects
    FROM catalogue_procedureversion v JOIN catalogue_procedure p ON p.id = v.procedure_id
    WHERE NOT isempty(v.valid)
"""


@dataclass(frozen=True, slots=True)
class Edition:
    """A version as search needs it, in force from `since` until the day before `until`."""

    version_id: int | None = None
    since: date | None = None
    until: date | None = None
    online: str = ""
    bookable: bool = False
    fileable: bool = False
    subjects: str = ""

    def in_force(self, on: date) -> bool:
        """Whether it is in force on this day."""
        return (self.since is None or self.since <= on) and (self.until is None or on < self.until)


NONE_IN_FORCE = Edition()


@dataclass(frozen=True, slots=True)
class Entry:
    """A procedure: what is shown of it, and what is compared. `names` are the short and the full
    name in plain words with a space at both ends, each once; `sector_plain` likewise; `keywords`
    are everyday phrases as they are written, with their plain words."""

    code: str
    name: str
    short_name: str
    sector: str
    levels: tuple[str, ...]
    editions: tuple[Edition, ...]
    names: tuple[str, ...]
    sector_plain: str
    keywords: tuple[tuple[str, str], ...]
    length: int

    def on(self, day: date) -> Edition:
        """The version in force on a day, or the one that says there is none."""
        return next((e for e in self.editions if e.in_force(day)), NONE_IN_FORCE)


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a search is narrowed to; None for no matter."""

    level: str | None = None
    sector: str | None = None
    subject: str | None = None
    online: str | None = None

    def lets(self, entry: Entry, edition: Edition) -> bool:
        """Whether a procedure is among those asked for."""
        return (
            (self.level is None or self.level in entry.levels)
            and (self.sector is None or self.sector == entry.sector)
            and (self.subject is None or self.subject in edition.subjects)
            and (self.online is None or self.online == edition.online)
        )


ANY = Narrowed()


@dataclass(frozen=True)
class Shelf:
    """All procedures in the order of their codes, and the places of those that hold a word."""

    entries: Sequence[Entry] = ()
    places: Mapping[str, Sequence[int]] = field(default_factory=dict)
    by_code: Mapping[str, int] = field(default_factory=dict)

    def holding(
        self, words: Mapping[str, float], narrowed: Narrowed, on: date, count: int
    ) -> list[Entry]:
        """The `count` procedures that hold the most of these words by weight; of equals those with
        the shorter names."""
        weights: dict[int, float] = {}
        for word, weight in words.items():
            for place in self.places.get(word, ()):
                weights[place] = weights.get(place, 0.0) + weight
        entries = self.entries
        if narrowed != ANY:
            let = (p for p in weights if narrowed.lets(entries[p], entries[p].on(on)))
            weights = {place: weights[place] for place in let}
        least = min(nlargest(count, weights.values()), default=0.0)
        found = [place for place, weight in weights.items() if weight >= least]
        found.sort(key=lambda p: (-weights[p], entries[p].length, p))
        return [entries[place] for place in found[:count]]

    def coded(self, codes: Iterable[str], narrowed: Narrowed, on: date) -> list[Entry]:
        """The procedures with these codes, those there are, in the order of the codes."""
        found = [self.entries[self.by_code[code]] for code in codes if code in self.by_code]
        return [entry for entry in found if narrowed.lets(entry, entry.on(on))]


def shelf(rows: Iterable[Sequence[Any]], versions: Iterable[Sequence[Any]]) -> Shelf:
    """What the rows of `_ROWS` and `_VERSIONS` say."""
    editions: dict[str, list[Edition]] = {}
    for code, version_id, since, until, online, bookable, fileable, subjects in versions:
        editions.setdefault(code, []).append(
            Edition(version_id, since, until, online, bookable, fileable, intern(subjects))
        )
    entries, by_code = [], {}
    places: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        code, name, short_name, keywords, sector, levels, folded, words = row
        entries.append(
            Entry(
                code, name, short_name, intern(sector), tuple(map(intern, levels)),
                tuple(editions.get(code, ())),
                tuple(f" {line} " for line in dict.fromkeys(folded.splitlines())),
                intern(_padded(sector)),
                tuple((phrase, _padded(phrase)) for phrase in keywords.splitlines()),
                len(folded),
            )
        )  # fmt: skip
        by_code[code] = number
        for word in words or ():
            places.setdefault(word, []).append(number)
    return Shelf(entries, places, by_code)


def statements() -> tuple[str, str]:
    """What to ask PostgreSQL for the rows of `shelf`."""
    return _ROWS, _VERSIONS


def _padded(phrase: str) -> str:
    return f" {' '.join(plain_words(phrase))} "
