"""The law as data, with a real browser: a decree is rehearsed, approved and taken back; a version
is written by one keeper of the catalogue and published by another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from journey.house import House
from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Officer

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Someone = Callable[..., Any]

DECREES, CATALOGUE = "/mot-cua/phan-cap/", "/mot-cua/danh-muc/"
DECREE_ABOUT = "1.004873"
WRITTEN = {NARROW: "1.002755", WIDE: "1.004194"}
"""Procedures that nobody files here: the other stories go on undisturbed."""


def writer(someone: Someone, width: int, place: str) -> Officer:
    """The administrator of the province, signed in."""
    one: Officer = someone(Officer, width)
    number = accounts.officer(f"{accounts.PROVINCE}/administrator").id_number
    one.seed = accounts.seed(number)
    one.sign_in(place, number, "Đăng nhập VNeID cán bộ")
    return one


def publisher(someone: Someone, width: int, own_house: House) -> Officer:
    """The installation's administrator, the second of the two it takes."""
    one: Officer = someone(Officer, width)
    one.seed = accounts.seed("quan-tri")
    line = next(line for line in own_house.said if "quan-tri / " in line)
    one.open(f"/dang-nhap/du-phong/?next={CATALOGUE}")
    one.page.get_by_label("Tên tài khoản").fill("quan-tri")
    one.page.get_by_label("Mật khẩu").fill(line.rsplit(" / ", 1)[1].strip())
    one.press("Đăng nhập")
    one.confirm_if_asked()
    return one


def csv(*lines: str) -> dict[str, Any]:
    content = "\n".join(("procedure,from,to,date", *lines)).encode()
    return {"name": "van-ban.csv", "mimeType": "text/csv", "buffer": content}


@both_widths
def test_a_decree_is_rehearsed_approved_and_taken_back(someone: Someone, width: int) -> None:
    one = writer(someone, width, DECREES)
    one.page.get_by_label("Số, ký hiệu văn bản").fill(f"QĐ {width}/2026/QĐ-UBND")
    one.page.get_by_label("Tệp CSV").set_input_files(
        csv(f"{DECREE_ABOUT},commune,province,2030-02-30", "1.999999,commune,H37,2030-01-01")
    )
    one.press("Diễn tập")
    assert one.has("Không phải ngày: 2030-02-30.")
    assert one.has("Không có thủ tục 1.999999.")
    assert not one.page.get_by_role("button", name="Duyệt, áp dụng đúng ngày").count()
    one.picture("phan-cap-sai")
    one.press("Bỏ văn bản này")
    one.open(DECREES)
    one.page.get_by_label("Số, ký hiệu văn bản").fill(f"QĐ {width}/2026/QĐ-UBND")
    one.page.get_by_label("Hình thức").select_option(label="Ủy quyền")
    one.page.get_by_label("Tệp CSV").set_input_files(csv(f"{DECREE_ABOUT},commune,H37,2030-01-01"))
    one.press("Diễn tập")
    assert one.has("Ủy ban nhân dân cấp xã")
    one.picture("phan-cap")
    one.press("Duyệt, áp dụng đúng ngày")
    one.confirm_if_asked()
    assert one.has("Thẩm quyền đổi từ ngày 01/01/2030")
    one.press("Rút lại")
    one.confirm_if_asked()
    assert one.has("Đã rút lại. Thẩm quyền như trước khi có văn bản này.")


@both_widths
def test_a_version_is_written_by_one_and_published_by_another(
    someone: Someone, own_house: House | None, width: int
) -> None:
    if own_house is None:
        pytest.skip("the password of the second keeper is only printed by a house of our own")
    one, code = writer(someone, width, CATALOGUE), WRITTEN[width]
    one.page.get_by_label("Mã hoặc tên thủ tục").fill(code)
    one.press("Tìm")
    one.click(name_of(one, code))
    assert one.has("Chuỗi công bố")
    one.picture("danh-muc-thu-tuc")
    one.press("Soạn phiên bản mới")
    fields = one.page.get_by_role("group")
    online = fields.filter(has_text="nộp trực tuyến").first
    online.get_by_label("Thời hạn", exact=True).fill("2")
    online.get_by_label("Đơn vị thời hạn").select_option(label="không nêu")
    one.press("Lưu bản thảo")
    assert "Thời hạn" in one.complaint(), "a limit without a unit is refused with its place"
    online = one.page.get_by_role("group").filter(has_text="nộp trực tuyến").first
    online.get_by_label("Thời hạn", exact=True).fill("2")
    online.get_by_label("Đơn vị thời hạn").select_option(label="ngày làm việc")
    one.press("Lưu bản thảo")
    assert one.has("2 ngày làm việc")
    one.press("Gửi duyệt")
    assert "Trình tự thực hiện" in one.text, "what is missing is named"
    assert one.page.get_by_role("button", name="Gửi duyệt").count(), "and nothing was sent"
    one.page.get_by_label("Trình tự thực hiện").fill("Bước 1: nộp hồ sơ. Bước 2: nhận kết quả.")
    one.press("Lưu bản thảo")
    one.picture("ban-thao")
    one.press("Gửi duyệt")
    assert one.has("Một người quản trị danh mục khác sẽ công bố.")
    other = publisher(someone, width, own_house)
    other.open(one.page.url)
    other.page.get_by_label("Số quyết định").fill(f"Quyết định {width}/QĐ-UBND")
    other.page.get_by_label("Bước công bố").select_option(label="Tỉnh công bố danh mục")
    other.page.get_by_label("Ngày quyết định").fill("2026-11-20")
    other.page.get_by_label("Ngày văn bản quy định có hiệu lực").fill("2027-01-01")
    other.press("Công bố")
    other.confirm_if_asked()
    assert other.has("Đã công bố")
    other.click("Xem thủ tục")
    assert other.has(f"Quyết định {width}/QĐ-UBND"), other.text
    other.page.get_by_role("link", name="So với bản mới nhất").first.click()
    other.page.wait_for_url("**tu=**")
    other.judge.look(other.page)
    assert other.has("Trình tự thực hiện")
    other.picture("so-sanh-phien-ban")


def name_of(one: Officer, code: str) -> str:
    """The name under which the procedure stands in the list."""
    row = one.page.get_by_role("listitem").filter(has_text=code).first
    return row.get_by_role("link").inner_text()
