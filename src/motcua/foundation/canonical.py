"""JSON in one form only: what is digested must be written alike everywhere."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any


def dumps(value: Any) -> str:
    """`value` with sorted keys, no spaces, letters unescaped. Moments become ISO 8601 in UTC and
    dates ISO 8601; anything else JSON does not know raises TypeError, as do NaN and infinities."""
    try:
        return json.dumps(
            value,
            sort_keys=True,
            ensure_ascii=False,
            separators=(",", ":"),
            allow_nan=False,
            default=_plain,
        )
    except ValueError as error:
        raise TypeError(str(error)) from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise TypeError("a moment without an offset cannot be recorded")
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be recorded")
