"""What people say and how the law calls it: the phrases of the synonym table, and finding them in
what somebody typed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from .words import folded, marks, plain_words, words

TOGETHER = "+"
"""In a phrase: both parts are said, in any order, with other words between."""
_MOST_SPANS = 4


@dataclass(frozen=True, slots=True)
class Part:
    """Words that are said one after the other: with their marks, and as they are compared."""

    said: tuple[str, ...]
    plain: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Phrase:
    """What people say (`said`, in `parts`) and how procedures call it (`means`, plain words)."""

    said: str
    parts: tuple[Part, ...]
    means: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Span:
    """A phrase found in a query, and the places of its words there."""

    phrase: Phrase
    places: frozenset[int]


@dataclass(frozen=True)
class Phrasebook:
    """All phrases by the first word of their first part; the filler phrases, longest first; the
    words that say little beside a phrase; the marks of special cases ("đăng ký lại")."""

    phrases: Mapping[str, Sequence[Phrase]]
    fillers: Sequence[Part]
    light: frozenset[str]
    variants: Sequence[tuple[str, ...]]
    known: frozenset[str]
    joined: Mapping[str, tuple[str, ...]]

    def spans(self, typed: Sequence[str], plain: Sequence[str]) -> list[Span]:
        """The phrases said, longest first, at most four, none sharing a word with a longer one.

        `typed` are the words with their marks, `plain` as they are compared after slips were put
        right, in the same number. A phrase with marks fits a word typed without any; of words typed
        with marks at most half may have others, so that "sổ đõ" is a slip and "số đo" is not.
        """
        places: dict[str, list[int]] = {}
        for place, word in enumerate(plain):
            places.setdefault(word, []).append(place)
        found = [
            Span(phrase, here)
            for word in places
            for phrase in self.phrases.get(word, ())
            if (here := _places(phrase, typed, plain, places)) is not None
        ]
        found.sort(key=lambda s: (-len(s.places), -len(s.phrase.parts), min(s.places)))
        kept: list[Span] = []
        for span in found:
            if not any(span.places & other.places for other in kept):
                kept.append(span)
        return kept[:_MOST_SPANS]

    def fillers_in(self, typed: Sequence[str], plain: Sequence[str]) -> frozenset[int]:
        """The places of words that say nothing ("tôi muốn"): none that is part of a phrase ("nhà ở
        xã hội" holds "ở xã"), and not all there are."""
        kept = frozenset[int]().union(*(span.places for span in self.spans(typed, plain)))
        empty: set[int] = set()
        for filler in self.fillers:
            for start in range(len(plain) - len(filler.plain) + 1):
                here = range(start, start + len(filler.plain))
                if (
                    tuple(plain[start : here.stop]) == filler.plain
                    and kept.isdisjoint(here)
                    and _alike(filler.said, typed[start : here.stop])
                ):
                    empty.update(here)
        return frozenset(empty) if len(empty) < len(plain) else frozenset()


@lru_cache(maxsize=1)
def shipped() -> Mapping[str, Any]:
    """The table as it comes with the platform, `data/synonyms.json`."""
    source = files("motcua.catalogue").joinpath("data/synonyms.json").read_text(encoding="utf-8")
    table: Mapping[str, Any] = json.loads(source)
    return table


def said_key(phrase: str) -> str:
    """What tells a phrase from another: its words in lower case with marks, parts kept."""
    return f" {TOGETHER} ".join(" ".join(words(part)) for part in phrase.split(TOGETHER))


def shipped_meanings() -> dict[str, list[str]]:
    """Every phrase that comes with the platform with its meanings."""
    return {
        said_key(phrase): list(entry["means"])
        for entry in shipped()["synonyms"]
        for phrase in entry["says"]
    }


def build(own: Iterable[tuple[str, Sequence[str]]] = ()) -> Phrasebook:
    """The phrasebook with the phrases of the platform and those of this place: `own` are phrases
    with their meanings; one without meaning takes the platform's phrase away."""
    meanings = shipped_meanings()
    meanings.update((said_key(phrase), list(means)) for phrase, means in own)
    phrases: dict[str, list[Phrase]] = {}
    known: set[str] = set()
    joined: dict[str, tuple[str, ...]] = {}
    for said, means in meanings.items():
        if not said or not means:
            continue
        phrase = _phrase(said, means)
        phrases.setdefault(phrase.parts[0].plain[0], []).append(phrase)
        known.update(word for part in phrase.parts for word in part.plain)
        if len(phrase.parts) == 1 and len(phrase.parts[0].plain) > 1:
            joined.setdefault("".join(phrase.parts[0].plain), phrase.parts[0].plain)
    table = shipped()
    fillers = [_part(filler) for filler in table["fillers"]]
    return Phrasebook(
        phrases=phrases,
        fillers=tuple(sorted(fillers, key=lambda part: -len(part.plain))),
        light=frozenset(word for said in table["light"] for word in plain_words(said)),
        variants=tuple(tuple(plain_words(variant)) for variant in table["variants"]),
        known=frozenset(known),
        joined=joined,
    )


def _phrase(said: str, means: Sequence[str]) -> Phrase:
    parts = tuple(_part(part) for part in said.split(TOGETHER) if words(part))
    return Phrase(said, parts, tuple(tuple(plain_words(meaning)) for meaning in means))


def _part(said: str) -> Part:
    return Part(tuple(words(said)), tuple(folded(word) for word in words(said)))


def _places(
    phrase: Phrase, typed: Sequence[str], plain: Sequence[str], by_word: Mapping[str, list[int]]
) -> frozenset[int] | None:
    """Where the words of `phrase` stand, None when they are not all said."""
    taken: set[int] = set()
    for part in phrase.parts:
        length = len(part.plain)
        for start in by_word.get(part.plain[0], ()):
            here = range(start, start + length)
            if (
                tuple(plain[start : start + length]) == part.plain
                and taken.isdisjoint(here)
                and _alike(part.said, typed[start : start + length])
            ):
                taken.update(here)
                break
        else:
            return None
    return frozenset(taken)


def _alike(said: Sequence[str], typed: Sequence[str]) -> bool:
    """Whether the marks typed let the phrase stand."""
    same = other = 0
    for a, b in zip(said, typed, strict=True):
        if a == b or (marks(a) == marks(b) and folded(a) == folded(b)):
            same += 1
        elif marks(b) and folded(a) == folded(b):
            other += 1
    return other == 0 or (same > 0 and other <= len(said) // 2)
