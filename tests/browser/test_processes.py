"""A process edited as a list of steps and tried, with a real browser."""

from __future__ import annotations

import pytest

from tests.browser.test_law import Someone, both_widths, writer

pytestmark = pytest.mark.browser


@both_widths
def test_a_process_is_made_from_a_template_changed_and_tried(someone: Someone, width: int) -> None:
    one = writer(someone, width, "/mot-cua/quy-trinh/")
    one.picture("quy-trinh")
    one.page.get_by_text("Soạn quy trình chung", exact=True).click()
    one.page.get_by_label("Mã quy trình", exact=True).fill(f"thu_{width}")
    one.page.get_by_label("Tên quy trình", exact=True).fill("Thử trên trang")
    one.press("Bắt đầu từ mẫu")
    assert one.has("Không có gì cần sửa.")
    one.page.locator("#b1-hours").fill("nhiều")
    one.press("Lưu bản thảo")
    assert "số giờ phải là số dương" in one.complaint()
    one.page.locator("#b1-hours").fill("6")
    one.press("Lưu bản thảo")
    assert one.has("Đã lưu bản thảo.")
    one.press("Chạy thử")
    assert one.has("Chín phần mười hồ sơ xong trong")
    one.picture("ban-thao-quy-trinh")
