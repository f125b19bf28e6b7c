"""One input of the page of a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the page: `name` is its place (`version.cases.0.channels.1.fee`), `kind` one of
    line, text, date, number, choice, yes_no; `hint` says what to write."""

    name: str
    group: str
    label: str
    value: Any
    kind: str = "line"
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
