"""How well a procedure fits a query: pure arithmetic over words."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from motcua.foundation import text

from .vocabulary import Vocabulary
from .words import Reading, folded_words, words

PAIR = 0.7
"""What two words in a row count for beside the two words themselves: Vietnamese words are often
two syllables, and the syllables alone say little."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is compared of a procedure."""

    code: str
    name: str
    short_name: str
    keywords: Sequence[str]
    sector: str
    fileable: bool
    local: bool


def score(
    candidate: Candidate, readings: Sequence[Reading], typed: Sequence[str], vocabulary: Vocabulary
) -> float:
    """How well `candidate` fits, from 0 to 1: the best of the readings against its names and of
    what was typed against its everyday words."""
    names = [_terms(folded_words(name)) for name in {candidate.short_name, candidate.name}]
    sector = _terms(folded_words(candidate.sector))
    best = 0.0
    for reading in readings:
        asked = _terms(reading.words)
        for name in names:
            best = max(best, reading.weight * _fit(asked, name, sector, vocabulary))
    said = _terms(readings[0].words)
    for phrase in candidate.keywords:
        keyword = _terms(folded_words(phrase))
        best = max(best, 0.98 * _fit(said, keyword, {}, vocabulary))
    bonus = 0.03 * _marks(typed, candidate) + 0.02 * candidate.fileable + 0.01 * candidate.local
    return min(1.0, best * 0.94 + bonus * min(1.0, best * 2))


def _terms(sequence: Sequence[str]) -> dict[tuple[str, ...], int]:
    """The words and neighbouring pairs of a phrase."""
    terms: dict[tuple[str, ...], int] = dict.fromkeys(((w,) for w in sequence), 1)
    terms.update(dict.fromkeys(itertools.pairwise(sequence), 1))
    return terms


def _fit(
    asked: dict[tuple[str, ...], int],
    name: dict[tuple[str, ...], int],
    sector: dict[tuple[str, ...], int],
    vocabulary: Vocabulary,
) -> float:
    """How much of what is asked the name says (most of it), and how much of the name was asked."""

    def weight(term: tuple[str, ...]) -> float:
        total = sum(vocabulary.weight(word) for word in term)
        return total if len(term) == 1 else PAIR * total

    wanted = met = 0.0
    for term in asked:
        value = weight(term)
        wanted += value
        if term in name:
            met += value
        elif term in sector:
            met += 0.5 * value
    whole = sum(map(weight, name))
    if not wanted or not whole or not met:
        return 0.0
    said = sum(weight(term) for term in name if term in asked)
    return 0.78 * met / wanted + 0.22 * said / whole


def _marks(typed: Sequence[str], candidate: Candidate) -> float:
    """The share of the marked words typed that stand in the name with the very same marks."""
    marked = [word for word in typed if word != text.fold(word)]
    if not marked:
        return 0.0
    name = set(words(candidate.name)) | {w for k in candidate.keywords for w in words(k)}
    return sum(word in name for word in marked) / len(marked)
