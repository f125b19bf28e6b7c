"""Which papers of a vault answer what a procedure asks for. Pure: only names are compared, so what
is offered is an offer; the person chooses, and whoever handles the dossier looks at it."""

from __future__ import annotations

import re

from motcua.foundation import text

_AROUND = (
    "ban sao co chung thuc",
    "ban sao dien tu",
    "ban dien tu",
    "ban chup",
    "ban sao",
    "ban chinh",
    "ban goc",
    "trich luc",
)
"""What is said around the name of a paper: the manner in which it is to be given."""


def name_words(name: str) -> str:
    """The name of a paper without tone marks, brackets and the manner of giving it, as words with
    one space around each: `Bản sao Giấy khai sinh (nếu có)` becomes ` giay khai sinh `."""
    folded = text.fold(re.sub(r"\([^)]*\)", " ", name))
    words = f" {' '.join(re.findall(r'[a-z0-9]+', folded))} "
    for around in _AROUND:
        words = words.replace(f" {around} ", " ")
    return words


def fits(asked: str, kept: str) -> bool:
    """Whether a kept paper of this name may answer what is asked for: one name contains the other
    as whole words, and the shorter says more than one word."""
    one, other = name_words(asked), name_words(kept)
    shorter, longer = sorted((one, other), key=len)
    return len(shorter.split()) > 1 and shorter in longer
