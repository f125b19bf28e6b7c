"""The words that procedures use and how rare each is; and putting right what was mistyped."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST_SYLLABLE = 7
_RARE = 2
_MOST_CORRECTIONS = 2000


@dataclass(frozen=True)
class Vocabulary:
    """Folded words with the number of procedures each occurs in, of `total` procedures."""

    revision: int
    total: int
    counts: dict[str, int]
    _weights: dict[str, float] = field(default_factory=dict, compare=False)
    _corrections: dict[str, str] = field(default_factory=dict, compare=False)

    def weight(self, word: str) -> float:
        """How much a word says: near 0 when every procedure has it, about 8 when one does."""
        known = self._weights.get(word)
        if known is None:
            known = math.log(1 + self.total / (1 + self.counts.get(word, 0)))
            if word in self.counts:
                self._weights[word] = known
        return known

    def corrected(self, word: str) -> list[str]:
        """`word` itself when procedures know it; else the words it was joined from or the one it
        was most likely meant to be; itself when nothing is near."""
        if word in self.counts or word.isdigit() or len(word) < 2:
            return [word]
        pieces = self._split(word)
        if pieces:
            return pieces
        if word not in self._corrections:
            if len(self._corrections) >= _MOST_CORRECTIONS:
                self._corrections.clear()
            near = [w for w in _one_slip_away(word) if w in self.counts]
            best = max(near, key=lambda w: (w[0] == word[0], self.counts[w]), default=word)
            self._corrections[word] = best
        return [self._corrections[word]]

    def _split(self, word: str) -> list[str]:
        """`khaisinh` as `khai sinh`: the fewest known words of two letters or more."""
        if len(word) < 5:
            return []
        best: list[list[str] | None] = [[]] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(max(0, end - _LONGEST_SYLLABLE), end - 1):
                before, piece = best[start], word[start:end]
                if before is None or self.counts.get(piece, 0) < _RARE:
                    continue
                here = best[end]
                if here is None or len(before) + 1 < len(here):
                    best[end] = [*before, piece]
        found = best[len(word)]
        return found if found and len(found) > 1 else []


def _one_slip_away(word: str) -> Iterator[str]:
    """Every word one dropped, doubled, swapped or wrong letter away."""
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            if tail:
                yield head + letter + tail[1:]
            yield head + letter + tail
