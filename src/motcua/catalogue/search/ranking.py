"""How well a procedure fits a query: pure arithmetic over words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .readings import Reading
from .shelf import Entry
from .vocabulary import Vocabulary
from .words import folded, words
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
class Asked:
    """One reading with the weight of each of its words (`alone` together) and neighbouring pairs
    (`beside` together): both words, the text they would be found as, the weight."""

    reading: Reading
    singles: Mapping[str, float]
    pairs: Sequence[tuple[str, str, str, float]]
    total: float
    padded: str
    alone: float
    beside: float


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
        f" {a} {b} ": (a, b, f" {a} {b} ", PAIR * (singles[a] + singles[b]))
        for a, b in zip(reading.words, reading.words[1:], strict=False)
    }
    alone = sum(singles.values())
    beside = sum(weight for *_, weight in pairs.values())
    padded = f" {' '.join(reading.words)} "
    total = alone + beside or 1.0
    return Asked(reading, singles, tuple(pairs.values()), total, padded, alone, beside)


def best_fit(
    candidate: Entry,
    ways: Sequence[Asked],
    vocabulary: Vocabulary,
    variants: Sequence[tuple[str, ...]],
    sectors: dict[str, Fit],
) -> Fit:
    """How well `candidate` fits: the best of the readings against its names and of what was typed
    against its everyday words. `sectors` remembers for one query how well each sector fits."""
    sector = candidate.sector_plain
    typed = ways[0]
    best = sectors.get(sector)
    if best is None:
        best = sectors[sector] = _by_sector(sector, ways, vocabulary)
    best = Fit(best.value * (_OF_SECTOR + 0.04 * _short(candidate)), best.reading)
    for padded in candidate.names:
        known, whole = _weighed(padded, vocabulary)
        special = None
        for way in ways:
            if way.reading.weight <= best.value:
                continue  # cannot fit better
            least = best.value / way.reading.weight
            fit = way.reading.weight * _fit(way, padded, known, whole, sector, least)
            if fit > best.value:
                if special is None:
                    special = _special(padded, variants)
                unasked = sum(variant not in way.padded for variant in special)
                fit *= _UNASKED ** min(unasked, _MOST_UNASKED)
                if fit > best.value:
                    best = Fit(fit, way.reading)
    for phrase, plain in candidate.keywords:
        known, whole = _weighed(plain, vocabulary)
        fit = _fit(typed, plain, known, whole, "", best.value)
        if _KEYWORD * fit > best.value:
            best = Fit(_KEYWORD * fit, typed.reading, phrase)
    return best


@lru_cache(maxsize=2048)
def _cut(padded: str) -> frozenset[str]:
    return frozenset(padded.split())


def _weighed(padded: str, vocabulary: Vocabulary) -> tuple[frozenset[str], float]:
    """The words of a name, and what they say together."""
    known = _cut(padded)
    whole = vocabulary.wholes.get(padded)
    if whole is None:
        whole = vocabulary.wholes[padded] = sum(map(vocabulary.weight, known))
    return known, whole


@lru_cache(maxsize=8192)
def _special(padded: str, variants: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The marks of special cases that a name holds."""
    spaced = (f" {' '.join(variant)} " for variant in variants)
    return tuple(variant for variant in spaced if variant in padded)


def _by_sector(sector: str, ways: Sequence[Asked], vocabulary: Vocabulary) -> Fit:
    """How well the sector alone is what was asked ("thủ tục về hộ tịch")."""
    known, whole = _weighed(sector, vocabulary)
    best = Fit(0.0, ways[0].reading)
    for way in ways:
        met = sum(way.singles[word] for word in known if word in way.singles)
        if met and way.alone and whole:
            fit = way.reading.weight * met / way.alone * min(1.0, met / whole * 1.2)
            if fit > best.value:
                best = Fit(fit, way.reading)
    return best


def _short(candidate: Entry) -> float:
    """Near 1 for a short name, as the plain cases of a sector have."""
    return 1 / (1 + candidate.names[0].count(" ") / 8) if candidate.names else 0.0


def with_bonus(best: float, marks: float, levels: Sequence[str], fileable: bool) -> float:
    """`best` with what tips the scales between equals: the same tone marks as typed, that it can
    be filed here, and that it is decided near people."""
    near = 1.0 if "commune" in levels else 0.6 if "province" in levels else 0.0
    bonus = 0.02 * marks + 0.02 * fileable + 0.02 * near
    return min(1.0, best * 0.94 + bonus * min(1.0, best * 2))


def same_marks(typed: Sequence[str], entry: Entry) -> float:
    """The share of the marked words typed that stand in the names with the very same marks."""
    marked = [word for word in typed if marks_of(word)]
    if not marked:
        return 0.0
    known = _marked(entry.name)
    for phrase, _ in entry.keywords:
        known |= _marked(phrase)
    return sum((folded(word), marks_of(word)) in known for word in marked) / len(marked)


@lru_cache(maxsize=2048)
def _marked(phrase: str) -> frozenset[tuple[str, str]]:
    """The words of a name, each as it is compared with the marks it is written with."""
    return frozenset((folded(word), marks_of(word)) for word in words(phrase))


def _fit(
    way: Asked, padded: str, known: frozenset[str], whole: float, sector: str, least: float
) -> float:
    """How much of what is asked the name says (most of it), and how much of the name was asked; 0
    when it cannot be more than `least`."""
    met = said = 0.0
    for word, weight in way.singles.items():
        if word in known:
            met += weight
            said += weight
        elif sector and f" {word} " in sector:
            met += _SECTOR * weight
    if not met or not whole:
        return 0.0
    of_name = _SAID * said / whole
    if _ASKED * (met + way.beside) / way.total + of_name <= least:
        return 0.0
    for first, second, pair, weight in way.pairs:
        if first in known and second in known and pair in padded:
            met += weight
        elif sector and pair in sector:
            met += _SECTOR * weight
    return _ASKED * met / way.total + of_name
