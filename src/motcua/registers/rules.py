"""Which entry of a chain of corrections holds on a day. Plain values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Link:
    """One entry of a chain: its id and the first day from which it holds."""

    entry_id: int
    holds_from: date


def holding(chain: Sequence[Link], on: date) -> int | None:
    """The id of the entry that holds on the day `on`, or None before the first. `chain` is in the
    order of recording: of several that have begun by then, the one recorded last corrects the
    others."""
    begun = [link.entry_id for link in chain if link.holds_from <= on]
    return begun[-1] if begun else None


def label(number: int, year: int) -> str:
    """An entry's number as it is written in the register: `12/2026`."""
    return f"{number}/{year}"
