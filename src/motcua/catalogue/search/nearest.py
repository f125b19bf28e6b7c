"""Phrases that are near to a query, and the procedures that they speak for, beside what was found
by words. Who says what is near is behind a port: `grams` by the words that both have in common,
and `vectors` by meaning where the package of a language model is there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

NEIGHBOURS = 12
_LATER = 0.9
"""What each later meaning of a phrase counts for, and twice what the next best procedure does."""
_EARLY = 8
"""How much the first places of the two orders count over later ones (reciprocal rank fusion)."""


class Nearest(Protocol):
    """Knows which phrases of the phrasebook are near to a query."""

    def near(self, query: str, count: int) -> Sequence[tuple[str, float]]:
        """The `count` phrases nearest to `query`, nearest first, each with its likeness up to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Vote:
    """A procedure that near phrases speak for: how strongly, from 0 to 1, and the nearest one."""

    code: str
    weight: float
    phrase: str


def votes(
    near: Iterable[tuple[str, float]],
    meanings: Mapping[str, Sequence[str]],
    resolve: Callable[[str], Sequence[str]],
) -> list[Vote]:
    """The procedures that near phrases speak for, strongest first. `resolve` names the procedures
    that a meaning fits best; a phrase that is no longer in the book says nothing."""
    best: dict[str, Vote] = {}
    for phrase, likeness in near:
        for number, meaning in enumerate(meanings.get(phrase, ())):
            for place, code in enumerate(resolve(meaning)):
                weight = likeness * _LATER ** (number + 2 * place)
                if code not in best or best[code].weight < weight:
                    best[code] = Vote(code, weight, phrase)
    return sorted(best.values(), key=lambda vote: (-vote.weight, vote.code))


def fused(*orders: Sequence[str]) -> list[str]:
    """Several orders of codes as one, by reciprocal ranks: what stands early in most comes first,
    of equals what stands first in the first order."""
    scores: dict[str, float] = {}
    for order in orders:
        for place, code in enumerate(order):
            scores[code] = scores.get(code, 0.0) + 1 / (_EARLY + place)
    return sorted(scores, key=lambda code: -scores[code])
