"""Vietnamese text is found, ordered and spelt as people expect."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import money, text


def test_a_name_is_found_without_its_accents():
    assert text.fold("  Đồng   ĐĂNG, Lạng\tSơn ") == "dong dang, lang son"
    assert text.fold(unicodedata.normalize("NFD", "Nguyễn Thị Ước")) == "nguyen thi uoc"


def test_the_same_name_typed_in_two_ways_is_stored_in_one():
    composed, decomposed = "Lộc Bình", unicodedata.normalize("NFD", "Lộc Bình")
    assert text.nfc(decomposed) == composed


@pytest.mark.parametrize(
    "in_order",
    [
        ["an", "ăn", "ân", "ban", "can", "dan", "đan", "em", "êm", "in", "on", "ôn", "ơn"],
        ["ứng", "ưu", "vang", "ý"],
        ["ba", "bà", "bả", "bã", "bá", "bạ"],
        ["u", "ư"],
        ["Bắc Sơn", "Bằng Mạc", "Cai Kinh", "Cao Lộc", "Chi Lăng", "Đồng Đăng", "Hữu Lũng"],
        ["ba", "ba ba", "ba bể", "bà", "bà cô"],
        ["Tổ 2", "Tổ 10", "Tổ dân phố"],
        ["hoa", "hoà", "hoan"],
    ],
)
def test_a_list_is_in_the_order_of_a_vietnamese_dictionary(in_order):
    keys = [text.sort_key(name) for name in in_order]
    assert keys == sorted(set(keys))


def test_case_and_the_place_of_the_tone_mark_do_not_change_the_order():
    assert text.sort_key("HÒA BÌNH") == text.sort_key("Hoà Bình")


@given(st.text(max_size=60))
def test_a_sort_key_fits_every_collation_and_its_column(value):
    key = text.sort_key(value)
    assert key == "" or (key.isascii() and key.isalnum() and key == key.lower())


@given(st.text(alphabet="aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạ ", max_size=30))
def test_folding_twice_changes_nothing_more(value):
    assert text.fold(text.fold(value)) == text.fold(value)


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        (0, "Không đồng"),
        (5, "Năm đồng"),
        (10, "Mười đồng"),
        (11, "Mười một đồng"),
        (15, "Mười lăm đồng"),
        (21, "Hai mươi mốt đồng"),
        (24, "Hai mươi tư đồng"),
        (55, "Năm mươi lăm đồng"),
        (101, "Một trăm linh một đồng"),
        (110, "Một trăm mười đồng"),
        (1_000, "Một nghìn đồng"),
        (1_005, "Một nghìn không trăm linh năm đồng"),
        (2_000, "Hai nghìn đồng"),
        (150_000, "Một trăm năm mươi nghìn đồng"),
        (200_021, "Hai trăm nghìn không trăm hai mươi mốt đồng"),
        (1_000_000, "Một triệu đồng"),
        (1_234_567, "Một triệu hai trăm ba mươi tư nghìn năm trăm sáu mươi bảy đồng"),
        (1_005_000_000, "Một tỷ không trăm linh năm triệu đồng"),
        (1_000_000_000_005, "Một nghìn tỷ không trăm linh năm đồng"),
        (-2_000, "Âm hai nghìn đồng"),
    ],
)
def test_a_receipt_spells_the_amount(amount, words):
    assert money.in_words(amount) == words


def test_an_amount_is_written_with_points():
    assert money.vnd(150_000) == "150.000 đ"
    assert money.vnd(0) == "0 đ"
    assert money.vnd(-1_234_567) == "-1.234.567 đ"


_UNITS = {"không": 0, "một": 1, "mốt": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5}
_UNITS |= {"lăm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9}


def _read(words: list[str]) -> int:
    """What a listener writes down: the other direction, by its own rules."""
    if "tỷ" in words:
        at = len(words) - 1 - words[::-1].index("tỷ")
        return _read(words[:at]) * 10**9 + _read(words[at + 1 :])
    for scale, value in (("triệu", 10**6), ("nghìn", 10**3), ("trăm", 100)):
        if scale in words:
            at = words.index(scale)
            return _read(words[:at]) * value + _read(words[at + 1 :])
    if "mươi" in words:
        return _UNITS[words[0]] * 10 + sum(_UNITS[w] for w in words[2:])
    if words and words[0] == "mười":
        return 10 + sum(_UNITS[w] for w in words[1:])
    return sum(_UNITS[w] for w in words if w != "linh")


@given(st.integers(0, 10**18 - 1))
def test_an_amount_read_aloud_can_be_written_down_again(amount):
    words = money.in_words(amount).lower().removesuffix(" đồng").split()
    assert _read(words) == amount
