"""Words that the chain of the ledger and its days share."""

from __future__ import annotations

from dataclasses import dataclass

GENESIS = bytes(32)
"""What the first link and the first day's statement follow."""
LOCK = 0x4C45_4447_4552  # "LEDGER": whoever seals entries or closes a day holds it


@dataclass(frozen=True, slots=True)
class Break:
    """The first thing that does not fit: the seal's position, the entry's id, the day (ISO 8601)
    of a root or signature, where known."""

    position: int | None
    entry: int | None
    problem: str
    day: str | None = None
