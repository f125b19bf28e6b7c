"""Plausible names, villages and personal id numbers, drawn from a given source of chance."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

DATA = Path(__file__).parent / "data"
_YOUNG_FROM = 1990
_HAS_MARRIED_IN = 0.04
_OTHER_PROVINCES = ("004", "019", "022", "024", "001", "027")  # registered elsewhere at birth


@cache
def lists() -> Any:
    """The name lists, read once."""
    return json.loads((DATA / "names.json").read_text(encoding="utf-8"))


def pick(rng: Random, weights: Mapping[str, float]) -> str:
    """One key, by weight."""
    return rng.choices(list(weights), list(weights.values()))[0]


def ethnicity(rng: Random) -> str:
    return pick(rng, {name: people["share"] for name, people in lists()["peoples"].items()})


def surname(rng: Random, people: str) -> str:
    return pick(rng, lists()["peoples"][people]["surnames"])


def full_name(rng: Random, family: str, sex: str, born: int) -> str:
    """A name as families of that time give it: "Văn" and "Thị" fade after 1990. No part twice."""
    words = lists()[sex]
    middle = pick(rng, words["young_middle" if born >= _YOUNG_FROM else "old_middle"])
    given = rng.choice(words["given"])
    while given in (middle, family) or middle == family:
        middle = pick(rng, words["young_middle"])
        given = rng.choice(words["given"])
    return f"{family} {middle} {given}"


def address(rng: Random, kind: str) -> str:
    """The part below the commune: a street and number in a ward, a village elsewhere."""
    words = lists()
    if kind == "Phường":
        return f"Số {rng.randint(1, 240)}, đường {rng.choice(words['streets'])}"
    village = f"{pick(rng, words['village_heads'])} {rng.choice(words['village_tails'])}"
    return f"Thôn {village}"


def id_prefix(province: str, born: date, sex: str) -> str:
    """The six digits before the random block: the province that registered the birth, century and
    sex (0 and 1 for men and women of the 20th century, 2 and 3 for the 21st), and the year."""
    digit = (2 if born.year >= 2000 else 0) + (sex == "female")
    return f"{province}{digit}{born.year % 100:02d}"


class Registrar:
    """Gives personal id numbers of the synthetic block: the six random digits begin with 9.

    900000-900999 belong to the accounts named in `accounts.py`, 99xxxx to children whose births
    are registered in the demonstration; everybody else is between.
    """

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._taken: set[str] = set()

    def number(self, born: date, sex: str) -> str:
        province = "020"
        if self._rng.random() < _HAS_MARRIED_IN:
            province = self._rng.choice(_OTHER_PROVINCES)
        while True:
            number = f"{id_prefix(province, born, sex)}{self._rng.randrange(901_000, 990_000)}"
            if number not in self._taken:
                self._taken.add(number)
                return number


def phone(serial: int) -> str:
    """A number that reaches nobody: 0500 was the area code of Đắk Lắk until 2017 and has not been
    given to anyone since."""
    return f"0500{serial:06d}"


def email(name: str, serial: int) -> str:
    """An address under a domain reserved for examples (RFC 2606)."""
    bare = unicodedata.normalize("NFD", name.lower()).replace("đ", "d")
    words = "".join(c for c in bare if not unicodedata.combining(c)).split()
    return f"{words[-1]}.{words[0]}.{serial}@example.com"


def tax_code(serial: int) -> str:
    """A ten-digit tax code of Lạng Sơn (49) from 4999000, with the right check digit; the serial
    is below 1,000. The weights are those of the tax authority's numbering rule."""
    body = f"4999{serial:05d}"
    weights = (31, 29, 23, 19, 17, 13, 7, 5, 3)
    check = 10 - sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11
    return tax_code(serial + 500) if check == 10 else f"{body}{check}"
