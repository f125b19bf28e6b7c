"""Until when a paper holds, and which papers answer what is asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.documents.models import Document
from motcua.documents.vault.fitting import fits, name_words
from motcua.documents.vault.validity import Standing, last_day, standing

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))
MONTHS = st.integers(0, 600)
State = Document.State


@pytest.mark.parametrize(
    ("signed", "months", "until"),
    [
        (date(2026, 11, 23), 6, date(2027, 5, 23)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 1), 1, date(2027, 1, 1)),
        (date(2026, 1, 31), 0, date(2026, 1, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_end_of_the_month(signed, months, until):
    assert last_day(signed, months) == until


@given(DAYS, MONTHS)
def test_the_last_day_is_in_the_month_so_many_later_and_never_past_the_day(signed, months):
    until = last_day(signed, months)
    assert until is not None
    assert (until.year * 12 + until.month) - (signed.year * 12 + signed.month) == months
    assert until.day <= signed.day
    assert until.day == signed.day or (until + timedelta(days=1)).day == 1


@given(DAYS, MONTHS, MONTHS)
def test_more_months_never_end_earlier(signed, one, other):
    fewer, more = sorted((one, other))
    assert last_day(signed, fewer) <= last_day(signed, more)  # type: ignore[operator] # both given


@given(DAYS, DAYS)
def test_what_ends_with_a_day_holds_on_it_and_not_after(until, today):
    found = standing(State.CURRENT, until, today)
    assert found == (Standing.EXPIRED if today > until else Standing.CURRENT)


@given(DAYS)
def test_what_has_no_end_holds_until_it_is_replaced_or_revoked(today):
    assert last_day(today, None) is None
    assert standing(State.CURRENT, None, today) == Standing.CURRENT
    assert standing(State.REPLACED, today - timedelta(days=1), today) == Standing.REPLACED
    assert standing(State.REVOKED, today - timedelta(days=1), today) == Standing.REVOKED


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("Giấy khai sinh", "Giấy khai sinh"),
        ("Bản sao Giấy khai sinh của người con (nếu có)", "Giấy khai sinh"),
        ("Giấy xác nhận tình trạng hôn nhân", "GIẤY XÁC NHẬN TÌNH TRẠNG HÔN NHÂN"),
        ("Giấy chứng nhận quyền sử dụng đất (bản sao có chứng thực)",
         "Bản sao Giấy chứng nhận quyền sử dụng đất"),
        ("Hợp đồng thuê nhà".encode().decode(), "Bản chụp Hợp đồng thuê nhà"),
    ],
)  # fmt: skip
def test_the_same_paper_is_known_by_other_manners_of_giving_it(asked, kept):
    assert fits(asked, kept)
    assert fits(kept, asked)


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("Giấy khai sinh", "Giấy khai tử"),
        ("Giấy chứng sinh", "Giấy khai sinh"),
        ("Bản sao", "Bản sao Giấy khai sinh"),
        ("Đơn", "Đơn đề nghị cấp giấy phép xây dựng"),
        ("", "Giấy khai sinh"),
        ("Giấy khai sinh", "Giấy khai sinhx"),
    ],
)
def test_another_paper_is_not_taken_for_it(asked, kept):
    assert not fits(asked, kept)


@given(st.text(max_size=60))
def test_every_name_can_be_read_and_a_name_of_two_words_fits_itself(name):
    words = name_words(name).split()
    assert all(word.isalnum() for word in words)
    assert fits(name, name) == (len(words) > 1)
