"""Opaque cursors for keyset paging: a few plain values, readable by nobody but us."""

from __future__ import annotations

import base64
import json
from typing import Any


def pack(*values: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


def unpack(cursor: str, length: int) -> list[Any] | None:
    """The values of a cursor, or None when it is none of ours."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, UnicodeDecodeError):
        return None
    if not isinstance(values, list) or len(values) != length:
        return None
    return values if all(_storable(value) for value in values) else None


def _storable(value: Any) -> bool:
    """Whether a text is one that the database takes: JSON can spell half a character and U+0000."""
    if not isinstance(value, str):
        return True
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
