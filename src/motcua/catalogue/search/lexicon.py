"""What a process remembers to understand queries with: the words of the catalogue and the phrases
of the synonym table, read again when either has changed.

One thread reads; the others are served by the old one until the new one is ready: a change never
leaves search empty.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from django.db import connection

from .phrasebook import Phrasebook, build
from .vocabulary import Vocabulary, neighbours


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The phrases and the words of one revision of search."""

    revision: int
    book: Phrasebook
    words: Vocabulary


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
    return _read(0, own)


def own_phrases() -> dict[str, list[str]]:
    """The phrases that this place added, changed or (with no meaning) took away."""
    return {said: list(means) for said, means in fetch(_PHRASES)}


_PHRASES = "SELECT said, means FROM catalogue_searchphrase ORDER BY said"


def _read(revision: int, own: dict[str, list[str]]) -> Lexicon:
    counts = dict(fetch("SELECT word, ndoc FROM ts_stat('SELECT search FROM catalogue_procedure')"))
    names = [name for (lines,) in fetch(_NAMES) for name in lines.splitlines()]
    book = build(own.items())
    total = fetch("SELECT count(*) FROM catalogue_procedure")[0][0]
    words = Vocabulary(
        revision, total, counts, neighbours(names), book.known | book.light, book.joined
    )
    return Lexicon(revision, book, words)


_NAMES = "SELECT folded FROM catalogue_procedure"


def fetch(sql: str, **parameters: Any) -> list[tuple[Any, ...]]:
    """The rows of one statement."""
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return list(cursor.fetchall())
