"""What people say and how the law calls it: the phrases of the synonym table, and finding them in
what somebody typed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import product
from typing import Any

from .grams import Grams, grams
from .topics import Topics, gathered
from .words import folded, marks, plain_words, words

TOGETHER = "+"
"""In a phrase: both parts are said, in any order, with other words between."""
_MOST_SPANS = 4
_MOST_OTHERS = 3
_MOST_BETWEEN = 3


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
    loose: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """A phrase found in a query, and the places of its words there; `loose` when other words stand
    between them."""

    phrase: Phrase
    places: frozenset[int]
    loose: bool = False


@dataclass(frozen=True)
class Phrasebook:
    """All phrases by the first word of their first part; the filler phrases, longest first; the
    words that say little beside a phrase; the marks of special cases ("đăng ký lại"); what each
    phrase means, and finding those near to a query."""

    phrases: Mapping[str, Sequence[Phrase]]
    fillers: Sequence[Part]
    light: frozenset[str]
    variants: Sequence[tuple[str, ...]]
    known: frozenset[str]
    joined: Mapping[str, tuple[str, ...]]
    topics: Topics
    meanings: Mapping[str, Sequence[str]]
    grams: Grams

    def spans(self, typed: Sequence[str], plain: Sequence[str]) -> list[Span]:
        """The phrases said, longest first, at most four, none sharing a word with a longer one.

        `typed` are the words with their marks, `plain` as they are compared after slips were put
        right, in the same number. A phrase with marks fits a word typed without any; of words typed
        with marks at most half may have others, so that "sổ đõ" is a slip and "số đo" is not.
        """
        return self.heard(typed, plain)[0]

    def heard(self, typed: Sequence[str], plain: Sequence[str]) -> tuple[list[Span], list[Span]]:
        """`spans`, and a few more that share a word with one of them but say something else as
        well: "mất + thẻ bảo hiểm" in "mất thẻ bảo hiểm y tế"."""
        places: dict[str, list[int]] = {}
        for place, word in enumerate(plain):
            places.setdefault(word, []).append(place)
        found = []
        for word in places:
            for phrase in self.phrases.get(word, ()):
                if phrase.parts[-1].plain[-1] not in places:
                    continue
                here = _places(phrase, typed, plain, places)
                if here is not None:
                    found.append(Span(phrase, here))
                elif phrase.loose:
                    here = _scattered(phrase.parts[0], typed, plain, places)
                    if here is not None:
                        found.append(Span(phrase, here, loose=True))
        found.sort(key=lambda s: (-len(s.places), s.loose, len(s.phrase.parts), min(s.places)))
        kept: list[Span] = []
        others: list[Span] = []
        for span in found:
            if not any(span.places & other.places for other in kept):
                kept.append(span)
            elif not any(span.places <= other.places for other in [*kept, *others]):
                others.append(span)
        return kept[:_MOST_SPANS], others[:_MOST_OTHERS]

    def beginning(self, plain: str) -> list[str]:
        """The phrases said in one go that begin with these plain words, shortest first."""
        found = {
            phrase.said
            for phrase in self.phrases.get(plain.split()[0], ())
            if len(phrase.parts) == 1 and " ".join(phrase.parts[0].plain).startswith(plain)
        }
        return sorted(found, key=lambda said: (len(said), said))

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
    table = shipped()
    light = frozenset(word for said in table["light"] for word in plain_words(said))
    alike = {said_key(word): group for group in table["alike"] for word in group}
    phrases: dict[str, list[Phrase]] = {}
    known: set[str] = set()
    joined: dict[str, tuple[str, ...]] = {}
    for said, means in meanings.items():
        if not said or not means:
            continue
        for phrase in _phrases(said, means, alike, light):
            phrases.setdefault(phrase.parts[0].plain[0], []).append(phrase)
            known.update(word for part in phrase.parts for word in part.plain)
            if len(phrase.parts) == 1 and len(phrase.parts[0].plain) > 1:
                joined.setdefault("".join(phrase.parts[0].plain), phrase.parts[0].plain)
    fillers = [_part(filler) for filler in table["fillers"]]
    return Phrasebook(
        phrases=phrases,
        fillers=tuple(sorted(fillers, key=lambda part: -len(part.plain))),
        light=light,
        topics=gathered((words(said), means, light) for said, means in meanings.items() if means),
        variants=tuple(tuple(plain_words(variant)) for variant in table["variants"]),
        known=frozenset(known),
        joined=joined,
        meanings={said: means for said, means in meanings.items() if said and means},
        grams=grams((said for said, means in meanings.items() if said and means), light),
    )


def _phrases(
    said: str,
    means: Sequence[str],
    alike: Mapping[str, Sequence[str]],
    light: frozenset[str],
) -> Iterable[Phrase]:
    """One phrase of the table, in every way its parts may be said: where a part is one of the words
    that are alike ("mất", "rớt"), each of them may stand for it."""
    parts = [part.strip() for part in said.split(TOGETHER) if words(part)]
    law = tuple(tuple(plain_words(meaning)) for meaning in means)
    ways = [alike.get(part, (part,)) if len(parts) > 1 else (part,) for part in parts]
    for way in product(*ways):
        cut = tuple(_part(part) for part in way)
        loose = len(cut) == 1 and len(cut[0].plain) > 1 and light.isdisjoint(cut[0].plain)
        yield Phrase(said, cut, law, loose)


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


def _scattered(
    part: Part, typed: Sequence[str], plain: Sequence[str], by_word: Mapping[str, list[int]]
) -> frozenset[int] | None:
    """Where the words of `part` stand in their order with a few others between, marks kept."""
    for first in by_word.get(part.plain[0], ()):
        here = [first]
        for word in part.plain[1:]:
            after = (place for place in by_word.get(word, ()) if place > here[-1])
            place = next(after, None)
            if place is None or place - first > len(part.plain) + _MOST_BETWEEN - 1:
                break
            here.append(place)
        else:
            if all(
                not marks(typed[place]) or marks(typed[place]) == marks(said)
                for place, said in zip(here, part.said, strict=True)
            ):
                return frozenset(here)
    return None


def _alike(said: Sequence[str], typed: Sequence[str]) -> bool:
    """Whether the marks typed let the phrase stand."""
    same = other = 0
    for a, b in zip(said, typed, strict=True):
        if a == b or (marks(a) == marks(b) and folded(a) == folded(b)):
            same += 1
        elif marks(b) and folded(a) == folded(b):
            other += 1
    return other == 0 or (same > 0 and other <= len(said) // 2)
