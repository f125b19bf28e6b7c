"""One answer made uniform, or found unfit.

`uniform` turns what a browser or a program sent into the one way an answer is kept (NFC, trimmed,
whole numbers whole, options in the order of the form) and returns None for no answer. What it
cannot read becomes a `Fault` that keeps the original, so that a page can show it again. Lengths,
ranges and patterns are not judged here but by the JSON Schema (`schema.py`).
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from motcua.forms.definition import LARGEST, Field

# Spaces of every width become one; marks without width come in by copy and paste and are dropped.
_SPACES = re.compile("[ \t\r\n\u00a0\u2000-\u200a\u202f\u3000]+")
_SIDE_SPACES = re.compile("[ \t\u00a0\u2000-\u200a\u202f\u3000]+")
_NO_WIDTH = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")
# Control characters, halves of surrogate pairs, and marks that reorder what others see.
_UNFIT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffd-\uffff]"
)
_PLAIN = re.compile(r"[!-~]+(?: [!-~]+)*")
_BREAKS = re.compile(r"\r\n?")
_SEPARATORS = re.compile(r"[ .\-()]+")

LONGEST_KEPT = 20_000
MOST_KEPT = 200
ADDRESS_PARTS = ("province", "commune", "detail")


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer that cannot be read. `reason` is a key of `wording.FAULTS`; `raw` is what came."""

    reason: str
    raw: Any


def uniform(field: Field, raw: Any) -> Any:
    """`raw` as it is kept, None when there is no answer, or a `Fault`. Not for groups."""
    if raw is None or (raw == "" and type(raw) is str):
        return None
    return _READERS[field.type](field, raw)


def _line(field: Field, raw: Any) -> Any:
    """Text on one line."""
    if type(raw) is not str:
        return Fault("type", raw)
    if _PLAIN.fullmatch(raw):
        return raw
    line = _SPACES.sub(" ", unicodedata.normalize("NFC", _NO_WIDTH.sub("", raw))).strip(" ")
    return Fault("control", raw) if _UNFIT.search(line) else line or None


def _lines(field: Field, raw: Any) -> Any:
    """Text that may have several lines; each is trimmed at its end, and the whole on both."""
    if type(raw) is not str:
        return Fault("type", raw)
    words = unicodedata.normalize("NFC", _NO_WIDTH.sub("", _BREAKS.sub("\n", raw)))
    if _UNFIT.search(words):
        return Fault("control", raw)
    rows = [_SIDE_SPACES.sub(" ", row).strip(" ") for row in words.split("\n")]
    return "\n".join(rows).strip("\n ") or None


def _code(field: Field, raw: Any) -> Any:
    """A number of a card, a tax code: without the spaces and dots people write in it."""
    line = _line(field, raw)
    if isinstance(line, str):
        return "".join(c for c in line if c not in " .") or None
    return line


def _phone(field: Field, raw: Any) -> Any:
    line = _line(field, raw)
    if isinstance(line, str):
        digits = _SEPARATORS.sub("", line)
        return ("0" + digits[3:] if digits.startswith("+84") else digits) or None
    return line


def _number(field: Field, raw: Any) -> Any:
    if type(raw) is int:
        if abs(raw) > 1000 * LARGEST:
            return Fault("number", raw)
        return float(raw) if field.decimals else raw
    if type(raw) is not float or not math.isfinite(raw):
        return Fault("number", raw)
    if round(raw, field.decimals) != raw:
        return Fault("decimals", raw)
    return raw if field.decimals else int(raw)


def _date(field: Field, raw: Any) -> Any:
    if type(raw) is str and len(raw) == 10:
        try:
            # Back to text because fromisoformat also reads forms such as 2026-W47-1.
            return raw if date.fromisoformat(raw).isoformat() == raw else Fault("date", raw)
        except ValueError:
            pass
    if isinstance(raw, Mapping) and not any(raw.values()):
        return None
    return Fault("date", raw)


def _choice(field: Field, raw: Any) -> Any:
    return raw if type(raw) is str and not _UNFIT.search(raw) else Fault("choice", raw)


def _several(field: Field, raw: Any) -> Any:
    if type(raw) is not list or len(raw) > MOST_KEPT:
        return Fault("choice", raw)
    if not all(type(one) is str and not _UNFIT.search(one) for one in raw):
        return Fault("choice", raw)
    chosen = set(raw)
    ordered = [value for value, _ in field.options if value in chosen]
    return ordered + sorted(chosen.difference(ordered)) or None


def _yes_no(field: Field, raw: Any) -> Any:
    return raw if type(raw) is bool else Fault("choice", raw)


def _consent(field: Field, raw: Any) -> Any:
    """Only a tick is an answer; no tick is none."""
    return (raw or None) if type(raw) is bool else Fault("choice", raw)


def _address(field: Field, raw: Any) -> Any:
    """Codes of province and commune and the words below. `commune_text` is what a person typed
    where the commune could not be chosen and was not found."""
    if not isinstance(raw, Mapping) or set(raw) - {*ADDRESS_PARTS, "commune_text"}:
        return Fault("type", raw)
    parts = {name: _line(field, raw[name]) for name in raw if raw[name] not in (None, "")}
    if any(isinstance(part, Fault) for part in parts.values()):
        return Fault("control", raw)
    if field.detail == "none":
        parts.pop("detail", None)
    typed = parts.pop("commune_text", None)
    if typed and not parts.get("commune"):
        return Fault("commune", dict(raw))
    return {name: parts[name] for name in ADDRESS_PARTS if parts.get(name)} or None


_READERS = {
    "text": _line,
    "long_text": _lines,
    "email": _line,
    "person_id": _code,
    "tax_code": _code,
    "phone": _phone,
    "number": _number,
    "money": _number,
    "date": _date,
    "choice": _choice,
    "several": _several,
    "yes_no": _yes_no,
    "consent": _consent,
    "address": _address,
}


def computed(field: Field, raw: Any) -> Any:
    """What a formula gave, in the kind the field promises; None when it gave something else."""
    if field.computed_as in ("number", "money"):
        if type(raw) is float and math.isfinite(raw) and raw.is_integer():
            return int(raw)
        good = type(raw) is int or (
            type(raw) is float and math.isfinite(raw) and field.computed_as == "number"
        )
        return raw if good and abs(raw) <= 1000 * LARGEST else None
    if field.computed_as == "yes_no":
        return raw if type(raw) is bool else None
    if type(raw) is not str or len(raw) > LONGEST_KEPT:
        return None
    value = _date(field, raw) if field.computed_as == "date" else _line(field, raw)
    return None if isinstance(value, Fault) else value


def storable(raw: Any) -> Any:
    """An unfit answer in a shape that JSON and PostgreSQL can keep, so that what a person typed is
    there when the page comes back; None where there is nothing worth keeping.

    Characters that cannot be stored become U+FFFD, which is unfit too: it stays a fault.
    """
    if type(raw) is str:
        return _UNFIT.sub("\ufffd", raw[:LONGEST_KEPT])
    if type(raw) is bool:
        return raw
    if type(raw) is int:
        return raw if abs(raw) <= 10**30 else None
    if type(raw) is float:
        return raw if math.isfinite(raw) else None
    if isinstance(raw, Mapping):
        parts = ("day", "month", "year", *ADDRESS_PARTS, "commune_text")
        return {k: storable(raw[k]) for k in parts if type(raw.get(k)) is str} or None
    return None


def bound(field: Field, value: Any) -> Any:
    """`value` as conditions see it: an address with all its parts."""
    if field.type == "address" and value is not None:
        return {name: value.get(name, "") for name in ADDRESS_PARTS}
    return value
