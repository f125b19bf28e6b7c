"""How well a procedure fits a query: pure arithmetic over words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .readings import Reading
from .vocabulary import Vocabulary
from .words import folded, plain_words, words
from .words import marks as marks_of

PAIR = 0.7
"""What two words in a row count for beside the two words themselves: Vietnamese words are often
two syllables, and the syllables alone say little."""

_ASKED, _SAID = 0.78, 0.22
_SECTOR = 0.5
_KEYWORD = 0.98
_OF_SECTOR = 0.82
_UNASKED = 0.94
"""What is left of a fit for each special case that a name speaks of and nobody asked for."""
_MOST_UNASKED = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared of a procedure: its short and its full name in plain words (folded, spelled
    alike), the everyday phrases and the sector as they are written; where it is decided."""

    names: Sequence[str]
    keywords: Sequence[str]
    sector: str
    fileable: bool
    levels: Sequence[str]


@dataclass(frozen=True, slots=True)
class Asked:
    """One reading with the weight of each of its words and neighbouring pairs."""

    reading: Reading
    singles: Mapping[str, float]
    pairs: Mapping[str, float]
    total: float
    padded: str


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a procedure fits, from 0 to 1, by which reading, and by its name or everyday words
    (`keyword` is the phrase)."""

    value: float
    reading: Reading
    keyword: str = ""


def asked(reading: Reading, vocabulary: Vocabulary) -> Asked:
    """A reading made ready for comparing. Pairs are kept as the text they would be found as."""
    shares = reading.shares
    singles = {word: vocabulary.weight(word) * shares[word] for word in reading.words}
    pairs = {
        f" {a} {b} ": PAIR * (singles[a] + singles[b])
        for a, b in zip(reading.words, reading.words[1:], strict=False)
    }
    total = sum(singles.values()) + sum(pairs.values()) or 1.0
    return Asked(reading, singles, pairs, total, f" {' '.join(reading.words)} ")


def best_fit(
    candidate: Candidate,
    ways: Sequence[Asked],
    vocabulary: Vocabulary,
    variants: Sequence[tuple[str, ...]],
) -> Fit:
    """How well `candidate` fits: the best of the readings against its names and of what was typed
    against its everyday words."""
    sector = _plain(candidate.sector)
    typed = ways[0]
    best = _by_sector(candidate, ways, vocabulary, sector)
    for name in dict.fromkeys(candidate.names):
        padded = f" {name} "
        known = set(name.split())
        whole = sum(map(vocabulary.weight, known))
        special = [f" {' '.join(variant)} " for variant in variants]
        special = [variant for variant in special if variant in padded]
        for way in ways:
            if way.reading.weight <= best.value:
                continue  # cannot fit better
            fit = way.reading.weight * _fit(way, padded, known, whole, sector)
            if fit > best.value:
                unasked = sum(variant not in way.padded for variant in special)
                fit *= _UNASKED ** min(unasked, _MOST_UNASKED)
                if fit > best.value:
                    best = Fit(fit, way.reading)
    for phrase in candidate.keywords:
        plain = _plain(phrase)
        known = set(plain.split())
        fit = _fit(typed, plain, known, sum(map(vocabulary.weight, known)), "")
        if _KEYWORD * fit > best.value:
            best = Fit(_KEYWORD * fit, typed.reading, phrase)
    return best


def _by_sector(
    candidate: Candidate, ways: Sequence[Asked], vocabulary: Vocabulary, sector: str
) -> Fit:
    """How well the sector alone is what was asked ("thủ tục về hộ tịch"): a little better for a
    short name, as the plain cases have."""
    known = set(sector.split())
    whole = sum(map(vocabulary.weight, known))
    best = Fit(0.0, ways[0].reading)
    short = 1 / (1 + len(candidate.names[0].split()) / 8) if candidate.names else 0.0
    for way in ways:
        met = sum(weight for word, weight in way.singles.items() if word in known)
        asked_for = sum(way.singles.values())
        if met and asked_for and whole:
            share = met / asked_for * min(1.0, met / whole * 1.2)
            fit = way.reading.weight * share * (_OF_SECTOR + 0.04 * short)
            if fit > best.value:
                best = Fit(fit, way.reading)
    return best


def with_bonus(best: float, marks: float, candidate: Candidate) -> float:
    """`best` with what tips the scales between equals: the same tone marks as typed, that it can
    be filed here, and that it is decided near people."""
    near = 1.0 if "commune" in candidate.levels else 0.6 if "province" in candidate.levels else 0.0
    bonus = 0.02 * marks + 0.02 * candidate.fileable + 0.02 * near
    return min(1.0, best * 0.94 + bonus * min(1.0, best * 2))


def same_marks(typed: Sequence[str], name: str, keywords: Sequence[str]) -> float:
    """The share of the marked words typed that stand in the names with the very same marks."""
    marked = [word for word in typed if marks_of(word)]
    if not marked:
        return 0.0
    known = {(folded(w), marks_of(w)) for phrase in (name, *keywords) for w in words(phrase)}
    return sum((folded(word), marks_of(word)) in known for word in marked) / len(marked)


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
