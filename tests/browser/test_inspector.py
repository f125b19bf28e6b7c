"""What an inspector does about odd looks, with a real browser: find, withhold, examine."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer

pytestmark = pytest.mark.browser
Someone = Callable[..., Any]

ODD = "/mot-cua/luot-xem/"
HOME = accounts.HOME_AGENCY
# Of the demonstration's two odd looks one for each width: who looked, why it is odd, at whom.
LOOKS = {
    NARROW: ("receptionist-2", "Xem ngoài giờ", accounts.citizen("giam-doc").id_number),
    WIDE: ("handler-2", "Xem dữ liệu của người cùng cơ quan",
           accounts.officer(f"{HOME}/clerk").id_number),
}  # fmt: skip


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_an_inspector_finds_an_odd_look_withholds_it_and_says_what_came_of_it(
    someone: Someone, width: int
) -> None:
    desk, why, seen = LOOKS[width]
    viewer = accounts.officer(f"{HOME}/{desk}").full_name
    subject = someone(Citizen, width)
    subject.sign_in("/ai-da-xem/", seen, subject.door)
    assert subject.has(viewer)

    number = accounts.officer(f"{accounts.PROVINCE}/inspector").id_number
    one = someone(Officer, width)
    one.sign_in("/mot-cua/", number, "Đăng nhập VNeID cán bộ")
    one.click("Lượt xem bất thường")
    looks = one.page.locator("main article.card")
    one.page.locator("summary", has_text="Lọc").click()
    one.page.get_by_label("Tên người xem").fill("không ai tên thế này")
    one.press("Lọc")
    assert one.has("Không có lượt xem nào ở nhóm này.")
    one.page.get_by_label("Tên người xem").fill(viewer)
    reasons = one.page.get_by_label("Vì sao bất thường")
    reasons.select_option(
        label=next(text for text in reasons.inner_text().splitlines() if why in text)
    )
    one.press("Lọc")
    assert looks.count() == 1
    assert why in looks.inner_text()
    assert "không có hồ sơ nào" in looks.inner_text()
    one.picture("luot-xem-bat-thuong")

    one.press("Ghi đã xem xét", looks)
    assert one.complaint() or one.page.locator(".note.bad").count(), "it takes words"
    looks = looks.filter(has_text=viewer)
    looks.locator("summary").click()
    looks.get_by_label("Quyết định số, ngày, của cơ quan nào").fill("12/QĐ-TTr, Thanh tra tỉnh")
    looks.get_by_label("Đến hết ngày").fill((date.today() - timedelta(days=2)).isoformat())
    one.press("Ghi quyết định", looks)
    assert not one.has("chưa hiện với người dân"), "a day that is past withholds nothing"
    looks.locator("summary").click()
    looks.get_by_label("Quyết định số, ngày, của cơ quan nào").fill("12/QĐ-TTr, Thanh tra tỉnh")
    looks.get_by_label("Đến hết ngày").fill((date.today() + timedelta(days=30)).isoformat())
    one.press("Ghi quyết định", looks)
    assert one.has("chưa hiện với người dân cho đến ngày đã ghi")
    assert "theo 12/QĐ-TTr, Thanh tra tỉnh" in looks.inner_text()
    subject.open("/ai-da-xem/")
    assert not subject.has(viewer), "the look waits for its day"

    looks.get_by_label("Kết quả xem xét").fill("Đã hỏi: trực thay, có giấy giao việc.")
    one.press("Ghi đã xem xét", looks)
    assert not looks.count()
    one.click("Đã xem xét")
    assert "trực thay, có giấy giao việc" in looks.inner_text()

    other = someone(Officer, width)
    other.sign_in("/mot-cua/", accounts.officer(f"{HOME}/{desk}").id_number,
                  "Đăng nhập VNeID cán bộ")  # fmt: skip
    other.open(ODD)
    assert other.has("Không tìm thấy"), "to whoever inspects nothing the page does not exist"
