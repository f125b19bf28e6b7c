"""Words of a query: cutting them up, and comparing them with or without their marks."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from motcua.foundation import text

LONGEST_QUERY = 300
_WORD = re.compile(r"[^\W_]+")
_TELEX_TONES = "sfrxj"
_TELEX_LETTERS = (
    ("dd", "d"), ("aa", "a"), ("ee", "e"), ("oo", "o"), ("uow", "uo"), ("aw", "a"), ("ow", "o"),
    ("uw", "u"),
)  # fmt: skip


def words(phrase: str) -> list[str]:
    """The words of `phrase`, NFC and lower case, marks kept."""
    return _WORD.findall(text.nfc(phrase).lower())


def plain_words(phrase: str) -> list[str]:
    """The words of `phrase` as they are compared: folded, and i and y spelled alike at the end of
    a syllable, since both "đăng ký" and "đăng kí" are written."""
    return [plain(word) for word in _WORD.findall(text.fold(phrase))]


def plain(folded: str) -> str:
    """One folded word as it is compared: `ky` as `ki`, `quy` as `qui`; `may` and `thuy` stay."""
    if folded.endswith("y") and (folded[-2:-1] not in "aeou" or folded.endswith("quy")):
        return folded[:-1] + "i"
    return folded


@lru_cache(maxsize=8192)
def folded(word: str) -> str:
    """One word with its marks as it is compared."""
    return plain(text.fold(word))


@lru_cache(maxsize=8192)
def marks(word: str) -> str:
    """The marks of a word, wherever they stand: "hoà" and "hòa" have the same; "" for none."""
    found = [c for c in unicodedata.normalize("NFD", word) if unicodedata.combining(c)]
    return "".join(sorted(found)) + "đ" * word.count("đ")


def without_telex(word: str) -> str:
    """What `word` was meant to be when it was typed for a Vietnamese keyboard that was switched off
    ("ddawng", "kys"), folded; `word` itself when it does not look like that."""
    meant = word
    if len(meant) > 2 and meant[-1] in _TELEX_TONES:
        meant = meant[:-1]
    for typed, letter in _TELEX_LETTERS:
        meant = meant.replace(typed, letter)
    return plain(meant)
