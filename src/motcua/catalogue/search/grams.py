"""Phrases near to a query by the words and word pairs that both have, rare ones counting most: no
model, no package, plain arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .words import folded, marks, words

_LIGHT = 0.3
"""What a word counts for that tells the circumstances ("vợ", "hôm qua")."""
_MARKED = 0.6
"""What it adds that a word has the very same marks, beside the word itself."""
_PAIR = 0.8
"""What two words in a row count for."""
_LEAST = 0.25
"""Less alike than this is chance."""
_UNKNOWN = 0.5
"""What a word that no phrase has takes away, beside one that is known."""


@dataclass(frozen=True)
class Grams:
    """For each word, marked word and pair of the phrases: which phrases have it, and how much of
    each phrase it is. `rarity` is what each says."""

    phrases: Sequence[str]
    holders: Mapping[str, Sequence[tuple[int, float]]]
    rarity: Mapping[str, float]

    def near(self, query: str, count: int) -> list[tuple[str, float]]:
        """The phrases with the greatest cosine, those that are more alike than by chance."""
        said = features(query)
        known = {feature: self.rarity[feature] for feature in said if feature in self.rarity}
        unknown = sum(feature[0] == "w" for feature in said if feature not in self.rarity)
        rarest = math.log(1 + len(self.phrases))
        length = math.sqrt(
            sum(weight * weight for weight in known.values()) + _UNKNOWN * unknown * rarest * rarest
        )
        likeness: dict[int, float] = {}
        for feature, weight in known.items():
            share = weight / length
            for number, part in self.holders[feature]:
                likeness[number] = likeness.get(number, 0.0) + share * part
        alike = [number for number in likeness if likeness[number] >= _LEAST]
        best = sorted(alike, key=lambda number: (-likeness[number], number))[:count]
        return [(self.phrases[number], min(1.0, likeness[number])) for number in best]


def grams(phrases: Iterable[str], light: frozenset[str]) -> Grams:
    """Ready to find near ones among these phrases of the synonym table."""
    listed = tuple(phrases)
    cut = [features(phrase) for phrase in listed]
    held: dict[str, int] = {}
    for found in cut:
        for feature in found:
            held[feature] = held.get(feature, 0) + 1
    rarity = {
        feature: math.log(1 + len(listed) / (1 + count)) * _share(feature, light)
        for feature, count in held.items()
    }
    holders: dict[str, list[tuple[int, float]]] = {}
    for number, found in enumerate(cut):
        length = math.sqrt(sum(rarity[feature] ** 2 for feature in found)) or 1.0
        for feature in found:
            holders.setdefault(feature, []).append((number, rarity[feature] / length))
    return Grams(listed, holders, rarity)


def features(phrase: str) -> list[str]:
    """What two phrases may share, each once: words (`w`), words with their marks (`m`), pairs
    (`p`)."""
    written = words(phrase)
    plain = [folded(word) for word in written]
    found = [f"w{word}" for word in plain]
    found += [f"m{folded(word)} {marks(word)}" for word in written if marks(word)]
    found += [f"p{a} {b}" for a, b in pairwise(plain)]
    return list(dict.fromkeys(found))


def _share(feature: str, light: frozenset[str]) -> float:
    if feature[0] == "w":
        return _LIGHT if feature[1:] in light else 1.0
    return _MARKED if feature[0] == "m" else _PAIR
