"""The places of an address on a page: what it offers to choose, and what a typed name means.

Lists are kept for the life of the process, by day: a decree that moves a border shows in the first
minute of its day.
"""

from __future__ import annotations

from motcua.foundation import clock, text
from motcua.territory import queries as territory

HOME_PROVINCE = "20"
"""Lạng Sơn: whose communes every address offers, beside those of the province chosen."""

Choice = tuple[str, str]
"""Code and name."""

_KINDS = ("xa ", "phuong ", "dac khu ")
_lists: dict[tuple[str, str], tuple[Choice, ...]] = {}


def provinces() -> tuple[Choice, ...]:
    """Today's provinces, in Vietnamese order."""
    return _kept("")


def communes(province: str) -> tuple[Choice, ...]:
    """Today's communes of a province, in Vietnamese order; none for an unknown code."""
    return _kept(province) if province.isascii() and len(province) == 2 else ()


def communes_to_choose(province: str) -> list[tuple[str, tuple[Choice, ...]]]:
    """What the list of an address offers, by province: those of the province chosen (when it is
    another one), then those of the home province."""
    names = dict(provinces())
    codes = [code for code in (province, HOME_PROVINCE) if code in names]
    return [(names[code], communes(code)) for code in dict.fromkeys(codes)]


def find_commune(province: str, typed: str) -> str | None:
    """The code of the commune that a person typed by name (`Thất Khê`, `xã that khe`), when the
    province has exactly one such; with its accents where those decide."""
    choices = communes(province or HOME_PROVINCE)
    wanted = text.nfc(typed).strip().lower()
    folded = _bare(typed)
    exact = [code for code, name in choices if wanted in (name.lower(), _without_kind(name))]
    loose = [code for code, name in choices if _bare(name) == folded]
    for found in (exact, loose):
        if len(found) == 1:
            return found[0]
    return None


def province_of_communes() -> dict[str, str]:
    """Every commune of today with its province: what the addresses of a form are checked with."""
    return {code: province for province, _ in provinces() for code, _ in communes(province)}


def _without_kind(name: str) -> str:
    lowered = name.lower()
    for kind in ("xã ", "phường ", "đặc khu "):
        if lowered.startswith(kind):
            return lowered[len(kind) :]
    return lowered


def _bare(name: str) -> str:
    folded = text.fold(name)
    for kind in _KINDS:
        if folded.startswith(kind):
            return folded[len(kind) :]
    return folded


def _kept(province: str) -> tuple[Choice, ...]:
    """The list of a province's communes, or of the provinces for "". An empty answer is not kept:
    it is that of a database that is still being filled."""
    today = clock.today()
    key = (today.isoformat(), province)
    if key not in _lists:
        rows = territory.communes_of(province, today) if province else territory.provinces(today)
        found = tuple((unit.code, unit.name) for unit in rows)
        if not found:
            return ()
        _lists[key] = found
    return _lists[key]
