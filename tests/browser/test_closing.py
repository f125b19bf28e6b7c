"""Closing one's own account with a real browser, and coming back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from motcua.demo import accounts
from motcua.demo.nation import nation
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen

pytestmark = pytest.mark.browser
Someone = Callable[..., Any]


def somebody(place: int) -> str:
    """A grown-up of the nation whom no other test and no story knows, by their place from the end:
    what closing takes away is nobody else's."""
    known = {one.id_number for one in (*accounts.CITIZENS, *accounts.officers())}
    grown = (one for one in nation().people.values() if one.birth_date.year < 2000)
    return sorted(one.id_number for one in grown if one.id_number not in known)[-place]


WHO = {NARROW: 1, WIDE: 2}


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_an_account_is_closed_by_its_owner_and_opened_by_signing_in(
    someone: Someone, width: int
) -> None:
    number = somebody(WHO[width])
    one = someone(Citizen, width)
    one.sign_in("/tai-khoan/du-lieu/", number, one.door)
    one.click("Đóng tài khoản của tôi")
    one.picture("dong-tai-khoan")
    one.press("Đóng tài khoản")
    assert "đánh dấu" in one.complaint()
    one.page.get_by_label("Tôi đã đọc").check()
    one.press("Đóng tài khoản")
    assert one.has("Bạn đã được đăng xuất ở mọi nơi")
    one.picture("da-dong-tai-khoan")
    one.open("/tai-khoan/du-lieu/")
    assert one.has("Đăng nhập")
    assert not one.has("Dữ liệu là của bạn")

    one.sign_in("/tai-khoan/du-lieu/", number, one.door)
    assert one.has("Dữ liệu là của bạn"), "who comes back finds everything that was kept"
