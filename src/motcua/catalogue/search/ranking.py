"""How well a procedure fits a query: pure arithmetic over words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from motcua.foundation import text

from .vocabulary import Vocabulary
from .words import Reading, plain_words, words

PAIR = 0.7
"""What two words in a row count for beside the two words themselves: Vietnamese words are often
two syllables, and the syllables alone say little."""

_ASKED, _SAID = 0.78, 0.22
_SECTOR = 0.5
_KEYWORD = 0.98


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared of a procedure: its short and its full name in plain words (folded, spelled
    alike), the everyday phrases and the sector as they are written."""

    names: Sequence[str]
    keywords: Sequence[str]
    sector: str
    fileable: bool
    local: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading with the weight of each of its words and neighbouring pairs."""

    weight: float
    singles: Mapping[str, float]
    pairs: Mapping[str, float]
    total: float


def asked(reading: Reading, vocabulary: Vocabulary) -> Asked:
    """A reading made ready for comparing. Pairs are kept as the text they would be found as."""
    singles = {word: vocabulary.weight(word) for word in reading.words}
    pairs = {
        f" {a} {b} ": PAIR * (singles[a] + singles[b])
        for a, b in zip(reading.words, reading.words[1:], strict=False)
    }
    return Asked(reading.weight, singles, pairs, sum(singles.values()) + sum(pairs.values()) or 1.0)


def score(candidate: Candidate, ways: Sequence[Asked], vocabulary: Vocabulary) -> float:
    """How well `candidate` fits, from 0 to 1: the best of the readings against its names and of
    what was typed against its everyday words."""
    sector = _plain(candidate.sector)
    best = 0.0
    for name in candidate.names:
        padded = f" {name} "
        known = set(name.split())
        whole = sum(map(vocabulary.weight, known))
        for way in ways:
            fit = way.weight * _fit(way, padded, known, whole, sector)
            best = max(best, fit)
    typed = ways[0]
    for phrase in candidate.keywords:
        plain = _plain(phrase)
        known = set(plain.split())
        fit = _fit(typed, f" {plain} ", known, sum(map(vocabulary.weight, known)), "")
        best = max(best, _KEYWORD * fit)
    return best


def with_bonus(best: float, marks: float, candidate: Candidate) -> float:
    """`best` with what tips the scales between equals: the same tone marks as typed, that it can
    be filed here, that the commune decides it."""
    bonus = 0.03 * marks + 0.02 * candidate.fileable + 0.01 * candidate.local
    return min(1.0, best * 0.94 + bonus * min(1.0, best * 2))


def marks(typed: Sequence[str], name: str, keywords: Sequence[str]) -> float:
    """The share of the marked words typed that stand in the names with the very same marks."""
    marked = [word for word in typed if word != text.fold(word)]
    if not marked:
        return 0.0
    known = set(words(name)).union(*(words(phrase) for phrase in keywords))
    return sum(word in known for word in marked) / len(marked)


def _fit(way: Asked, padded: str, known: set[str], whole: float, sector: str) -> float:
    """How much of what is asked the name says (most of it), and how much of the name was asked."""
    met = said = 0.0
    for word, weight in way.singles.items():
        if word in known:
            met += weight
            said += weight
        elif sector and f" {word} " in sector:
            met += _SECTOR * weight
    if not met or not whole:
        return 0.0
    for pair, weight in way.pairs.items():
        if pair in padded:
            met += weight
        elif sector and pair in sector:
            met += _SECTOR * weight
    return _ASKED * met / way.total + _SAID * said / whole


@lru_cache(maxsize=4096)
def _plain(phrase: str) -> str:
    """A sector or an everyday phrase in plain words, a space at both ends."""
    return f" {' '.join(plain_words(phrase))} "
