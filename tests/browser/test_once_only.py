"""Asked once only, in a browser: what the State holds is not asked for until one says what is wrong
in it; officers see what was spared, and what was handed over by decree."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Someone = Callable[..., Any]

CODE = "1.004873"
WHO = {NARROW: "cao-tuoi", WIDE: "giam-doc"}
"""Who wants to be prefilled in all stories; the draft is thrown away at the end."""
WRONG = "Thông tin của Nhà nước sai ở chỗ nào?"


@both_widths
def test_who_says_the_register_is_wrong_says_how(someone: Someone, width: int) -> None:
    one = someone(Citizen, width)
    one.sign_in(f"/thu-tuc/{CODE}/nop/", accounts.citizen(WHO[width]).id_number, one.door)
    one.press("Bắt đầu")
    draft = one.page.url
    one.page.locator("main ol.tasks a").first.click()
    one.page.get_by_text("Thông tin này chưa đúng?").first.click()
    one.page.locator("input[name=_disputed]").first.check()
    one.picture("bao-du-lieu-sai")
    one.press("Lưu và tiếp tục")
    assert "sai ở chỗ nào" in one.complaint()
    assert one.page.locator("input[name=_disputed]").first.is_checked()
    one.page.get_by_label(WRONG).first.fill("Tên đệm viết thiếu dấu")
    one.press("Lưu và tiếp tục")
    assert "sai ở chỗ nào" not in one.text
    one.open(draft)
    one.press("Xóa bản nháp này")


@both_widths
def test_an_officer_reads_what_was_spared_and_what_was_handed_over(
    someone: Someone, width: int
) -> None:
    one = someone(Officer, width)
    number = accounts.officer(f"{accounts.HOME_AGENCY}/clerk").id_number
    one.seed = accounts.seed(number)
    one.sign_in("/mot-cua/so-theo-doi/", number, "Đăng nhập VNeID cán bộ")
    one.click("Không phải hỏi lại")
    assert one.has("Người dân tiết kiệm")
    one.picture("khong-hoi-lai")
    one.open("/mot-cua/so-theo-doi/")
    one.click("Hồ sơ bàn giao theo thẩm quyền")
    assert one.has("Hồ sơ bàn giao theo thẩm quyền")
    one.picture("ban-giao")
