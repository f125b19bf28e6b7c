"""Money is whole đồng. How an amount is written in figures and in words."""

from __future__ import annotations

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_SCALES = ("", " nghìn", " triệu")
_BILLION = 1_000_000_000


def vnd(amount: int) -> str:
    """`150000` as `150.000 đ`."""
    return f"{amount:,}".replace(",", ".") + " đ"


def in_words(amount: int) -> str:
    """`150000` as `Một trăm năm mươi nghìn đồng`, as slips and receipts spell it."""
    words = _number(abs(amount), full=False) if amount else "không"
    if amount < 0:
        words = "âm " + words
    return words[0].upper() + words[1:] + " đồng"


def _number(n: int, full: bool) -> str:
    """`n` > 0 in words. `full` reads the hundreds of the first group even when they are none, as
    is done after a higher group: 1.005 is "một nghìn không trăm linh năm"."""
    parts: list[str] = []
    if n >= _BILLION:
        parts.append(_number(n // _BILLION, full) + " tỷ")
        n %= _BILLION
        full = True
    for exponent in (2, 1, 0):
        group = n // 1000**exponent % 1000
        if group:
            parts.append(_group(group, full=full or bool(parts)) + _SCALES[exponent])
    return " ".join(parts)


def _group(n: int, full: bool) -> str:
    """Three digits in words: mốt, tư and lăm after the tens, linh where the tens are missing."""
    hundreds, tens, units = n // 100, n // 10 % 10, n % 10
    words: list[str] = []
    if hundreds or full:
        words.append(_DIGITS[hundreds] + " trăm")
    if tens == 0:
        if units:
            words.append(f"linh {_DIGITS[units]}" if words else _DIGITS[units])
        return " ".join(words)
    words.append("mười" if tens == 1 else f"{_DIGITS[tens]} mươi")
    if units == 5:
        words.append("lăm")
    elif units == 1 and tens > 1:
        words.append("mốt")
    elif units == 4 and tens > 1:
        words.append("tư")
    elif units:
        words.append(_DIGITS[units])
    return " ".join(words)
