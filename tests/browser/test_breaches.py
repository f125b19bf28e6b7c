"""A breach with a real browser, on a telephone and at a desk: from learning of it to the report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Officer

pytestmark = pytest.mark.browser
Someone = Callable[..., Any]

OFFICER_DOOR = "Đăng nhập VNeID cán bộ"


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_who_answers_for_data_opens_a_case_tells_and_closes(someone: Someone, width: int) -> None:
    officer = someone(Officer, width)
    number = accounts.officer(f"{accounts.PROVINCE}/data-officer").id_number
    officer.sign_in("/mot-cua/", number, OFFICER_DOOR)
    officer.open("/mot-cua/su-co/")
    page = officer.page
    page.get_by_label("Chuyện gì đã xảy ra").fill("Một máy tính ở quầy bị mất.")
    page.get_by_label("Xảy ra thế nào, ai phát hiện").fill("Cán bộ trực báo lúc sáng.")
    page.get_by_label("Điện thoại, thư điện tử, địa chỉ").check()
    officer.picture("mo-vu-viec")
    officer.press("Mở vụ việc")
    assert officer.has("để báo cơ quan chuyên trách"), "the clock runs"
    assert officer.has("Còn 71 giờ") or officer.has("Còn 72 giờ")
    page.get_by_label("Đã làm gì để ngăn chặn, khắc phục").fill("Đã khóa tài khoản trên máy.")
    officer.press("Ghi biện pháp")
    assert officer.has("Đã ghi biện pháp.")
    page.get_by_label("Báo cáo: nguyên nhân, hậu quả, việc đã sửa").fill("Xong.")
    officer.press("Kết thúc vụ việc")
    assert officer.has("Chưa ghi việc báo cơ quan chuyên trách nên chưa kết thúc được.")
    page.get_by_label("Số tiếp nhận, nơi nhận").fill("12/A05")
    officer.press("Ghi đã báo cơ quan")
    assert officer.has("Đồng hồ 72 giờ dừng.")
    officer.picture("vu-viec")
    page.get_by_label("Báo cáo: nguyên nhân, hậu quả, việc đã sửa").fill("Máy nay được mã hóa.")
    officer.press("Kết thúc vụ việc")
    assert officer.has("Đã kết thúc vụ việc.")
    assert page.get_by_role("button", name="Ghi biện pháp").count() == 0
    told = page.get_by_role("region", name="Diễn biến").get_by_role("listitem")
    assert told.count() == 4
