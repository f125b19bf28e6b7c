"""The words that procedures use and how rare each is; and putting right what was mistyped."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from .words import plain, without_telex

_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONGEST_SYLLABLE = 7
_RARE = 2
_MOST_CORRECTIONS = 2000
_UNKNOWN = 1.5
"""What a word counts for that no procedure has: it cannot tell one from another."""
_SOUNDS = (
    ("ch", "tr"), ("tr", "ch"), ("s", "x"), ("x", "s"), ("d", "gi"), ("gi", "d"), ("d", "r"),
    ("gi", "r"), ("r", "d"), ("r", "gi"), ("l", "n"), ("n", "l"), ("v", "d"),
)  # fmt: skip
"""Beginnings that are mistaken for each other, as they sound alike somewhere in the country."""


@dataclass(frozen=True)
class Vocabulary:
    """Folded words with the number of procedures each occurs in, of `total` procedures; the pairs
    of words that stand beside each other in names; words known from the synonym table."""

    revision: int
    total: int
    counts: Mapping[str, int]
    pairs: frozenset[tuple[str, str]] = frozenset()
    said: frozenset[str] = frozenset()
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    wholes: dict[str, float] = field(default_factory=dict, compare=False)
    """What a whole name says, for those names that were compared: at most every name there is."""
    _weights: dict[str, float] = field(default_factory=dict, compare=False)
    _corrections: dict[str, list[str]] = field(default_factory=dict, compare=False)

    def weight(self, word: str) -> float:
        """How much a word says: near 0 when every procedure has it, about 8 when one does."""
        known = self._weights.get(word)
        if known is None:
            if word not in self.counts:
                return _UNKNOWN
            known = math.log(1 + self.total / (1 + self.counts[word]))
            self._weights[word] = known
        return known

    def knows(self, word: str) -> bool:
        """Whether procedures or the synonym table use this word."""
        return word in self.counts or word in self.said

    def corrected(self, word: str) -> list[str]:
        """`word` itself when it is known; else the words it was joined from or the one it was most
        likely meant to be; itself when nothing is near."""
        if self.knows(word) or word.isdigit() or len(word) < 2:
            return [word]
        known = self._corrections.get(word)
        if known is None:
            if len(self._corrections) >= _MOST_CORRECTIONS:
                self._corrections.clear()
            known = self._corrections[word] = self._meant(word)
        return known

    def in_company(self, words: list[str]) -> list[str]:
        """`words` with those put right that are words, but stand beside none of their neighbours in
        any name, when one that sounds alike or is a slip away does: "tạm chú" as "tạm trú"."""
        meant = list(words)
        for place, word in enumerate(words):
            before = words[place - 1] if place else ""
            after = words[place + 1] if place + 1 < len(words) else ""
            if word.isdigit() or word in self.said or self._fits(before, word, after):
                continue
            near = [
                other
                for other in (*_alike(word), *_one_slip_away(word))
                if other in self.counts and self._fits(before, other, after)
            ]
            if near:
                meant[place] = max(near, key=lambda w: (w[-1] == word[-1], self.counts[w]))
        return meant

    def _fits(self, before: str, word: str, after: str) -> bool:
        return (before, word) in self.pairs or (word, after) in self.pairs

    def _meant(self, word: str) -> list[str]:
        if word in self.joined:
            return list(self.joined[word])
        if self.knows(telex := without_telex(word)):
            return [telex]
        if pieces := self._split(word):
            return pieces
        near = [w for w in _one_slip_away(word) if self.knows(w)]
        if near:
            return [max(near, key=lambda w: (w[0] == word[0], self.counts.get(w, 1)))]
        for other in _one_slip_away(word) if len(word) > _LONGEST_SYLLABLE else ():
            if other in self.joined:
                return list(self.joined[other])
        return [word]

    def _split(self, word: str) -> list[str]:
        """`khaisinh` as `khai sinh`: the fewest known words of two letters or more, of those the
        ones that stand beside each other in names."""
        if len(word) < 5:
            return []
        best: list[tuple[int, list[str]] | None] = [(0, [])] + [None] * len(word)
        for end in range(2, len(word) + 1):
            for start in range(max(0, end - _LONGEST_SYLLABLE), end - 1):
                before, piece = best[start], plain(word[start:end])
                if before is None or self.counts.get(piece, 0) < _RARE:
                    continue
                cost, pieces = before
                cost += 2
                if pieces and (pieces[-1], piece) in self.pairs:
                    cost -= 1
                here = best[end]
                if here is None or cost < here[0]:
                    best[end] = (cost, [*pieces, piece])
        found = best[len(word)]
        return found[1] if found and len(found[1]) > 1 else []


def neighbours(names: Iterable[str]) -> frozenset[tuple[str, str]]:
    """The pairs of words that stand beside each other in plain names."""
    found: set[tuple[str, str]] = set()
    for name in names:
        found.update(pairwise(name.split()))
    return frozenset(found)


def _alike(word: str) -> Iterator[str]:
    """Words that begin with a sound mistaken for the one of `word`."""
    for typed, meant in _SOUNDS:
        if word.startswith(typed):
            yield meant + word[len(typed) :]


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
