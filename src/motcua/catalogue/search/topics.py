"""What a query is about when no phrase of the synonym table is said in full: the meaning whose
phrases share the most telling words with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from .words import folded, marks, plain_words

_FEWEST = 2
_ENOUGH = 0.5
_MOST = 2


@dataclass(frozen=True, slots=True)
class Topics:
    """The words of all phrases, and for each the meanings it speaks for; words are known with their
    marks and without."""

    meanings: Sequence[tuple[tuple[str, ...], ...]]
    by_word: Mapping[tuple[str, str], frozenset[int]]
    by_plain: Mapping[str, frozenset[int]]

    def near(
        self, typed: Sequence[str], plain: Sequence[str], light: frozenset[str]
    ) -> list[tuple[tuple[tuple[str, ...], ...], float]]:
        """The meanings that share the most with a query, best first, each with the share of what
        the query says, from 0 to 1: at least two telling words and half of all."""
        total = 0.0
        shared: dict[int, float] = {}
        met: dict[int, int] = {}
        telling = dict(zip(plain, typed, strict=True))
        for word, written in telling.items():
            if word in light or len(word) < 2:
                continue
            marked = marks(written)
            same = folded(written) == word and marked
            found = self.by_word.get((word, marked)) if same else self.by_plain.get(word)
            weight = math.log(1 + len(self.meanings) / (1 + len(found or ())))
            total += weight
            for meaning in found or ():
                shared[meaning] = shared.get(meaning, 0.0) + weight
                met[meaning] = met.get(meaning, 0) + 1
        best = sorted(shared, key=lambda meaning: -shared[meaning])[:_MOST]
        return [
            (self.meanings[meaning], shared[meaning] / total)
            for meaning in best
            if met[meaning] >= _FEWEST and shared[meaning] / total >= _ENOUGH
        ]


def gathered(phrases: Iterable[tuple[Sequence[str], Sequence[str], frozenset[str]]]) -> Topics:
    """The topics of phrases: the words of each, its meanings, and the words that say little."""
    numbers: dict[tuple[str, ...], int] = {}
    by_word: dict[tuple[str, str], set[int]] = {}
    by_plain: dict[str, set[int]] = {}
    for said, means, light in phrases:
        number = numbers.setdefault(tuple(means), len(numbers))
        for word in said:
            plain = folded(word)
            if plain not in light:
                by_word.setdefault((plain, marks(word)), set()).add(number)
                by_plain.setdefault(plain, set()).add(number)
    return Topics(
        tuple(tuple(tuple(plain_words(phrase)) for phrase in means) for means in numbers),
        {word: frozenset(found) for word, found in by_word.items()},
        {word: frozenset(found) for word, found in by_plain.items()},
    )
