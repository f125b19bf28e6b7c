"""Words of a query: cutting it up, leaving out filler, and saying it the way the law would."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import product

from motcua.foundation import text

LONGEST_QUERY = 300
_WORD = re.compile(r"[^\W_]+")
_MOST_READINGS = 24


def words(phrase: str) -> list[str]:
    """The words of `phrase`, NFC and lower case, marks kept."""
    return _WORD.findall(text.nfc(phrase).lower())


def plain_words(phrase: str) -> list[str]:
    """The words of `phrase` as they are compared: folded, and i and y spelled alike at the end of
    a syllable, since both "đăng ký" and "đăng kí" are written."""
    return [plain(word) for word in _WORD.findall(text.fold(phrase))]


def plain(folded: str) -> str:
    """One folded word as it is compared: `ky` as `ki`, `quy` as `qui`; `may` and `thuy` stay."""
    if folded.endswith("y") and (folded[-2:-1] not in "aeou" or folded.endswith("quy")):
        return folded[:-1] + "i"
    return folded


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query: its folded words, and how far it is from what was typed (1
    for the words themselves, less for a synonym)."""

    words: tuple[str, ...]
    weight: float


@dataclass(frozen=True, slots=True)
class Synonym:
    """What people say (`says`, marked and folded) and how procedures call it (`means`, folded)."""

    says: tuple[str, ...]
    folded: tuple[str, ...]
    means: tuple[tuple[str, ...], ...]


@lru_cache(maxsize=1)
def synonyms() -> dict[str, list[Synonym]]:
    """The synonym list by the first folded word of what people say."""
    source = files("motcua.catalogue").joinpath("data/synonyms.json").read_text(encoding="utf-8")
    index: dict[str, list[Synonym]] = {}
    for entry in json.loads(source)["synonyms"]:
        means = tuple(tuple(plain_words(phrase)) for phrase in entry["means"])
        for phrase in entry["says"]:
            synonym = Synonym(tuple(words(phrase)), tuple(plain_words(phrase)), means)
            index.setdefault(synonym.folded[0], []).append(synonym)
    for entries in index.values():
        entries.sort(key=lambda synonym: -len(synonym.folded))
    return index


@lru_cache(maxsize=1)
def said_words() -> frozenset[str]:
    """Every word that a synonym begins with or holds: known, although no procedure uses it."""
    return frozenset(
        word for entries in synonyms().values() for entry in entries for word in entry.folded
    )


@lru_cache(maxsize=1)
def fillers() -> tuple[tuple[str, ...], ...]:
    """Phrases that say nothing about the procedure ("tôi muốn", "làm thế nào"), longest first."""
    source = files("motcua.catalogue").joinpath("data/synonyms.json").read_text(encoding="utf-8")
    phrases = {tuple(plain_words(phrase)) for phrase in json.loads(source)["fillers"]}
    return tuple(sorted(phrases, key=len, reverse=True))


def without_filler(typed: list[str]) -> list[str]:
    """`typed` (marked words) less the filler phrases; all of it when nothing else is left."""
    folded = [plain(text.fold(word)) for word in typed]
    keep = [True] * len(typed)
    for phrase in fillers():
        for start in range(len(folded) - len(phrase) + 1):
            span = slice(start, start + len(phrase))
            if all(keep[span]) and tuple(folded[span]) == phrase:
                keep[span] = [False] * len(phrase)
    return [word for word, kept in zip(typed, keep, strict=True) if kept] or typed


def readings(typed: list[str], corrected: list[str]) -> list[Reading]:
    """The ways to understand a query: itself, and with synonyms put in the place of what was said.

    `typed` are marked words, `corrected` their folded forms after slips were put right, in the same
    number. A synonym with marks matches marked typing only with the same marks, so that "sổ đỏ" and
    "số đo" stay apart; typing without any marks matches all.
    """
    unmarked = all(word == text.fold(word) for word in typed)
    found: dict[tuple[str, ...], float] = {tuple(corrected): 1.0}
    spans: list[tuple[int, int, Synonym]] = []
    for start, word in enumerate(corrected):
        for synonym in synonyms().get(word, ()):
            end = start + len(synonym.folded)
            if tuple(corrected[start:end]) != synonym.folded:
                continue
            exact = tuple(typed[start:end]) == synonym.says
            spelled = [plain(text.fold(word)) for word in typed[start:end]]
            slipped = spelled != list(synonym.folded)
            if unmarked or exact or slipped:
                spans.append((start, end, synonym))
    for start, end, synonym in _longest_first(spans)[:4]:
        share = (end - start) / len(corrected)
        for meaning, alone in product(synonym.means, (False, True)):
            rest = () if alone else (*corrected[:start], *corrected[end:])
            reading = (*meaning, *rest)
            # The meaning alone forgets part of what was typed: the less of it, the better.
            weight = 0.97 if not alone else 0.72 + 0.25 * share
            found[reading] = max(found.get(reading, 0.0), weight)
    return [Reading(key, weight) for key, weight in found.items()][:_MOST_READINGS]


def _longest_first(spans: list[tuple[int, int, Synonym]]) -> list[tuple[int, int, Synonym]]:
    """The spans, longest first, less those inside a longer one."""
    kept: list[tuple[int, int, Synonym]] = []
    for start, end, synonym in sorted(spans, key=lambda s: s[0] - s[1]):
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _ in kept):
            kept.append((start, end, synonym))
    return kept
