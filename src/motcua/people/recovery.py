"""Recovery codes: ten on a paper, each for one use, for the day the telephone is lost."""

from __future__ import annotations

import re
import secrets

COUNT = 10
_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""Without those that are mistaken for each other on paper."""
_GROUP, _GROUPS = 4, 3
_NOT_A_LETTER = re.compile(r"[^0-9a-z]")


def new_codes() -> list[str]:
    """Ten fresh codes of 59 bits each, as they are written: `k7mp-2xqa-9rtd`."""
    return [
        "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(_GROUPS))
        for _ in range(COUNT)
    ]


def plain(typed: str) -> str:
    """What somebody typed, without the dashes, spaces and capitals that do not matter."""
    return _NOT_A_LETTER.sub("", typed.lower())
