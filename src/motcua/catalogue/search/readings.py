"""The ways to understand a query: itself, and with the law's words for what was said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from .phrasebook import Phrasebook, Span

_MOST_READINGS = 24
_SYNONYM = 0.97
_REST = 0.5
"""What the words beside a phrase count for: they tell the circumstances."""
_ALONE = 0.6
"""What a phrase by itself counts for when nearly all else that was typed is left aside."""
_LOOSE = 0.92
_TOPIC = 0.6
_SILENT = 0.4
"""From this share on of what is said in no phrase, the query is matched by its topic as well."""
_SECOND = 0.96
"""What the second and later meanings of a phrase count for: the first is meant most often."""
_LIGHT = 0.15
_UNHEARD = 0.92
"""What a phrase counts for that says almost nothing of what was typed: the one that says most is
meant."""
_PURPOSE = "de"
_FOR = 0.93
"""What a phrase counts for that tells what something is wanted for: "giấy độc thân để mua nhà"."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a query: its words with how much each counts (1 for a full word), how
    far it is from what was typed (1 for the words themselves), and the phrases it rests on."""

    words: tuple[str, ...]
    shares: Mapping[str, float]
    weight: float
    said: tuple[str, ...] = ()


def readings(
    typed: Sequence[str], plain: Sequence[str], book: Phrasebook, weight: Mapping[str, float]
) -> list[Reading]:
    """The ways to understand `typed` (marked words) with `plain` (the same, compared, slips put
    right). `weight` says how much each of the plain words says."""
    light = {word: _LIGHT if word in book.light else 1.0 for word in plain}
    if all(share == _LIGHT for share in light.values()):
        light = dict.fromkeys(light, 1.0)
    found = [Reading(tuple(plain), light, 1.0)]
    spans, others = book.heard(typed, plain)
    if spans:
        found += _replaced(plain, spans, light, weight)
    for span in [*(spans if len(spans) > 1 else ()), *others]:
        found += _replaced(plain, [span], light, weight)
    said = {place for span in spans for place in span.places}
    silent = sum(weight[w] * light[w] for place, w in enumerate(plain) if place not in said)
    heard = sum(weight[w] * light[w] for w in plain)
    near = book.topics.near(typed, plain, book.light) if silent > _SILENT * heard else []
    for meanings, share in near:
        for law in meanings:
            found.append(Reading(law, dict.fromkeys(law, 1.0), _TOPIC * share))
    unique = {(reading.words, tuple(reading.shares.items())): reading for reading in found}
    return list(unique.values())[:_MOST_READINGS]


def _replaced(
    plain: Sequence[str], spans: Sequence[Span], light: Mapping[str, float],
    weight: Mapping[str, float],
) -> list[Reading]:  # fmt: skip
    """Readings with all these phrases replaced: with the rest of the words, and without."""
    covered = frozenset[int]().union(*(span.places for span in spans))
    rest = [word for place, word in enumerate(plain) if place not in covered]
    said = tuple(span.phrase.said for span in spans)
    total = sum(weight[word] * light[word] for word in plain)
    left = sum(weight[word] * light[word] for word in rest)
    heard = 1 - left / total if total else 1.0
    alone = _ALONE + (_SYNONYM - _ALONE) * heard
    found = []
    near = _LOOSE if any(span.loose for span in spans) else 1.0
    near *= _UNHEARD + (1 - _UNHEARD) * heard
    if any(_PURPOSE in plain[: min(span.places)] for span in spans):
        near *= _FOR
    for choice in product(*(enumerate(span.phrase.means) for span in spans)):
        law = [word for _, phrase in choice for word in phrase]
        first = near * _SECOND ** sum(number > 0 for number, _ in choice)
        shares = {word: _REST * light[word] for word in rest} | dict.fromkeys(law, 1.0)
        if rest:
            found.append(Reading((*law, *rest), shares, first * _SYNONYM, said))
        found.append(Reading(tuple(law), dict.fromkeys(law, 1.0), first * alone, said))
    return found
