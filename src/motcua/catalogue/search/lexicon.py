"""What a process remembers to search with: the procedures and words of the catalogue and the
phrases of the synonym table, read again when any has changed.

One thread reads; the others are served by the old one until the new one is ready: a change never
leaves search empty.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from . import numbered, vectors
from .nearest import Nearest
from .numbered import Numbers
from .phrasebook import Phrasebook, build
from .shelf import Shelf, shelf, statements
from .vocabulary import Vocabulary, neighbours


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases, the words and the procedures of one revision of search; `own` are the phrases of
    this place that went into `book`."""

    revision: int
    own: Mapping[str, Sequence[str]]
    book: Phrasebook
    words: Vocabulary
    shelf: Shelf
    resolved: dict[str, tuple[str, ...]] = field(default_factory=dict, compare=False)
    """The procedures that a meaning fits best, for those meanings that were looked up."""
    _numbers: list[Numbers] = field(default_factory=list, compare=False)
    _vectors: list[Nearest | None] = field(default_factory=list, compare=False)

    def numbers(self) -> Numbers:
        """The numbers of forms and documents; read when the first query of this revision that
        holds a digit asks for them."""
        if not self._numbers:
            self._numbers.append(numbered.numbers(*map(fetch, numbered.statements())))
        return self._numbers[0]

    def nearest(self) -> list[Nearest]:
        """Who says which phrases are near to a query."""
        if not self._vectors:
            self._vectors.append(vectors.nearest())
        by_meaning = self._vectors[0]
        return [self.book.grams, *([by_meaning] if by_meaning else [])]


_latest: Lexicon | None = None
_reading = threading.Lock()


def lexicon() -> Lexicon:
    """The lexicon of the catalogue as it is now. One statement when nothing has changed."""
    global _latest
    rows = fetch("SELECT revision FROM catalogue_searchrevision")
    revision = rows[0][0] if rows else 0
    latest = _latest
    if latest is not None and latest.revision == revision:
        return latest
    if _reading.acquire(blocking=latest is None):
        try:
            latest = _latest = _read(revision, own_phrases())
        finally:
            _reading.release()
    assert latest is not None
    return latest


def with_phrases(own: dict[str, list[str]]) -> Lexicon:
    """The lexicon as it would be with these phrases of this place instead of those stored."""
    known = lexicon()
    book = build(own.items())
    words = _vocabulary(0, book, known.shelf)
    return Lexicon(
        0, own, book, words, known.shelf, _numbers=known._numbers, _vectors=known._vectors
    )


def own_phrases() -> dict[str, list[str]]:
    """The phrases that this place added, changed or (with no meaning) took away."""
    return {said: list(means) for said, means in fetch(_PHRASES)}


_PHRASES = "SELECT said, means FROM catalogue_searchphrase ORDER BY said"


def _read(revision: int, own: dict[str, list[str]]) -> Lexicon:
    book = _latest.book if _latest is not None and _latest.own == own else build(own.items())
    rows, versions = map(fetch, statements())
    there_are = shelf(rows, versions)
    return Lexicon(revision, own, book, _vocabulary(revision, book, there_are), there_are)


def _vocabulary(revision: int, book: Phrasebook, there_are: Shelf) -> Vocabulary:
    counts = {word: len(places) for word, places in there_are.places.items()}
    names = neighbours(name for entry in there_are.entries for name in entry.names)
    known = book.known | book.light
    return Vocabulary(revision, len(there_are.entries), counts, names, known, book.joined)


def fetch(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
