"""Vietnamese text: one normal form, folding for search, and alphabetical order.

Order is that of Vietnamese dictionaries: syllable by syllable, in each first the letters
(a ă â b c d đ e ê …), then the tone (ngang, huyền, hỏi, ngã, sắc, nặng); case does not count and
numbers compare by value. The key is plain ASCII letters and digits, so that every collation of
every database sorts it alike.
"""

from __future__ import annotations

import re
import unicodedata

_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_VARIANTS = {"\u0306": "1", "\u0302": "2", "\u031b": "3"}  # ă; â ê ô; ơ ư
_RUN = re.compile(r"[^\W\d_]+|\d+")
_SPACES = re.compile(r"\s+")


def nfc(text: str) -> str:
    """`text` in Unicode normal form C, the only form that is stored."""
    return unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """What a search compares: lower case, no tone or vowel marks, đ as d, spaces squeezed."""
    lowered = unicodedata.normalize("NFD", text.lower())
    bare = "".join(c for c in lowered if not unicodedata.combining(c)).replace("đ", "d")
    return _SPACES.sub(" ", unicodedata.normalize("NFC", bare)).strip()


def sort_key(text: str) -> str:
    """A string of [0-9a-z] whose plain order is the Vietnamese alphabetical order of `text`.

    At most four characters a letter; equal for texts that differ in case or punctuation only.
    """
    return "".join(_run_key(run) for run in _RUN.findall(nfc(text.lower())))


def _run_key(run: str) -> str:
    """One syllable as `letters 0 tones 0`, or one number as `1 length digits`.

    A letter is two characters, its base and its variant, so that the 0 that ends the letters is
    below every letter and a shorter syllable comes before the longer one it begins.
    """
    if run[0].isdigit():
        digits = "".join(str(unicodedata.digit(c, 0)) for c in run).lstrip("0") or "0"
        return f"1{min(len(digits), 99):02d}{digits}"
    letters: list[str] = []
    tones = ""
    for char in unicodedata.normalize("NFD", run):
        if char in _TONES:
            tones += _TONES[char]
        elif char in _VARIANTS:
            if letters:
                letters[-1] = letters[-1][0] + _VARIANTS[char]
        elif char == "đ":
            letters.append("d1")
        elif "a" <= char <= "z":
            letters.append(char + "0")
        elif not unicodedata.combining(char):
            letters.append(f"z9{ord(char):06x}")
    return "".join(letters) + "0" + (tones or "1") + "0"
