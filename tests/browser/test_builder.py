"""A new procedure without a line of code: an administrator writes its parts, a form with a
conditional question, a fee and one of the ready processes; a second one publishes it; a citizen
files it and the fee is what the formula says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from journey.house import House
from journey.stories import Story
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer
from tests.browser.test_law import CATALOGUE, publisher, writer

pytestmark = pytest.mark.browser
Someone = Callable[..., Any]

NEW = {
    NARROW: Story(
        procedure="9.000320",
        person="020085900005",
        name="Triệu Văn Sơn",
        answers={
            "Có nuôi ong ngoại không?": "Có",
            "Số đàn ong": "12",
            "Số điện thoại": "0912345678",
        },
        papers={"Ảnh chụp nơi nuôi ong": "anh.pdf"},
    ),
    WIDE: Story(
        procedure="9.001280",
        person="020188900004",
        name="Vy Thị Mai",
        answers={
            "Có nuôi ong ngoại không?": "Có",
            "Số đàn ong": "12",
            "Số điện thoại": "0912345678",
        },
        papers={"Ảnh chụp nơi nuôi ong": "anh.pdf"},
    ),
}
"""Procedures that are not there before, one for each width."""

TEXTS = {
    "Trình tự thực hiện": "Nộp hồ sơ, cán bộ xem xét, nhận giấy xác nhận.",
    "Đối tượng thực hiện": "Cá nhân",
    "Cơ quan thực hiện": "Ủy ban nhân dân cấp xã",
    "Tên giấy tờ mới": "Ảnh chụp nơi nuôi ong",
    "Tên kết quả mới": "Giấy xác nhận nuôi ong",
    "Số, ký hiệu văn bản mới": "01/2026/NQ-HĐND",
    "Văn bản giao thẩm quyền": "01/2026/NQ-HĐND",
}


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_new_procedure_is_written_published_and_filed(
    someone: Someone, own_house: House | None, width: int
) -> None:
    if own_house is None:
        pytest.skip("the password of the second keeper is only printed by a house of our own")
    story = NEW[width]
    one = writer(someone, width, CATALOGUE)
    begin(one, story.procedure)
    draft = one.page.url
    write_parts(one)
    write_form(one)
    one.open(draft)
    choose_process(one)
    one.press("Gửi duyệt")
    assert one.has("Một người quản trị danh mục khác sẽ công bố."), one.text
    other = publisher(someone, width, own_house)
    other.open(draft)
    other.page.get_by_label("Số quyết định").fill(f"Quyết định {width}/QĐ-UBND")
    other.page.get_by_label("Bước công bố").select_option(label="Tỉnh công bố danh mục")
    other.page.get_by_label("Ngày quyết định").fill("2026-11-20")
    other.page.get_by_label("Ngày văn bản quy định có hiệu lực").fill("2027-01-01")
    other.press("Công bố")
    other.confirm_if_asked()
    assert other.has("Đã công bố"), other.text
    citizen: Citizen = someone(Citizen, width)
    citizen.come(story)
    citizen.file(story)
    assert citizen.has("60.000 đ"), citizen.text
    citizen.picture("da-nop-thu-tuc-moi")


def begin(one: Officer, code: str) -> None:
    """A draft of a procedure that is not there yet."""
    one.page.locator("summary", has_text="Soạn thủ tục mới").first.click()
    one.page.get_by_label("Mã thủ tục", exact=True).fill(code)
    one.page.get_by_label("Tên đầy đủ").fill("Xác nhận nơi nuôi ong lấy mật")
    one.page.get_by_label("Tên ngắn").fill(f"Xác nhận nuôi ong {code}")
    one.page.get_by_label("Lĩnh vực").fill("Chăn nuôi")
    one.page.get_by_label("Cấp giải quyết").select_option(label="Cấp xã")
    one.page.locator("form[action$='soan-moi/'] button").click()
    one.page.wait_for_url("**/ban-thao/**")
    one.judge.look(one.page)


def write_parts(one: Officer) -> None:
    """Limits, the fee, what people bring and get, and who decides."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    one.page.get_by_label("Có hiệu lực từ").fill(yesterday.isoformat())
    for label, text in TEXTS.items():
        one.page.get_by_label(label, exact=True).fill(text)
    one.page.get_by_label("Cấp cơ quan", exact=True).select_option(label="Ủy ban nhân dân cấp xã")
    for way in ("nộp trực tuyến", "nộp trực tiếp"):
        channel = one.page.get_by_role("group").filter(has=one.page.locator("legend", has_text=way))
        channel.get_by_label("Thời hạn", exact=True).fill("3")
        channel.get_by_label("Đơn vị thời hạn").select_option(label="ngày làm việc")
        channel.get_by_label("Cách tính phí (CEL)").fill("hives == null ? 20000 : hives * 5000")
        channel.get_by_label("Văn bản quy định mức thu").fill("Nghị quyết 01/2026/NQ-HĐND")
    one.press("Lưu bản thảo")
    assert "Khoản thu phải có tên" in one.complaint(), "a fee needs a name"
    for name in one.page.get_by_label("Tên khoản thu").all():
        name.fill("Lệ phí xác nhận")
    one.picture("soan-thu-tuc-moi")
    one.press("Lưu bản thảo")
    assert one.has("Đã lưu bản thảo."), one.text


def write_form(one: Officer) -> None:
    """The applicant from the shared library, and a question that waits for another."""
    one.click("Soạn biểu mẫu")
    one.press("Thêm: Số điện thoại")
    add(one, label="Có nuôi ong ngoại không?", kind="Có hay không", name="keeps")
    one.click("Thêm câu hỏi")
    one.page.get_by_label("Câu hỏi", exact=True).fill("Số đàn ong")
    one.page.get_by_label("Kiểu trả lời", exact=True).select_option(label="Số")
    one.page.get_by_label("Tên trong biểu thức").fill("hives")
    one.page.get_by_label("Luôn bắt buộc").check()
    one.page.get_by_label("Chỉ hiện khi câu hỏi").select_option(label="Có nuôi ong ngoại không?")
    one.page.get_by_label("Giá trị", exact=True).fill("có lẽ")
    one.press("Lưu câu hỏi")
    assert "“có” hoặc “không”" in one.complaint()
    one.picture("soan-cau-hoi")
    one.page.get_by_label("Giá trị", exact=True).fill("có")
    one.press("Lưu câu hỏi")
    assert one.has("keeps == true"), one.text
    one.picture("soan-bieu-mau")
    one.press("Lên: Số đàn ong")
    one.press("Xuống: Số đàn ong")
    one.click("Xem trước")
    assert not one.page.get_by_label("Số đàn ong").count()
    one.page.get_by_label("Có", exact=True).check()
    one.press("Cập nhật các câu hỏi")
    assert one.page.get_by_label("Số đàn ong").count(), "the answer opens the question"
    assert one.has("Cán bộ sẽ thấy")


def add(one: Officer, label: str, kind: str, name: str) -> None:
    one.click("Thêm câu hỏi")
    one.page.get_by_label("Câu hỏi", exact=True).fill(label)
    one.page.get_by_label("Kiểu trả lời", exact=True).select_option(label=kind)
    one.page.get_by_label("Tên trong biểu thức").fill(name)
    one.page.get_by_label("Luôn bắt buộc").check()
    one.press("Lưu câu hỏi")
    assert one.has("Đã lưu câu hỏi."), one.text


def choose_process(one: Officer) -> None:
    """The first template, with the hours of its first step changed."""
    one.click("Chọn quy trình")
    one.page.get_by_role("radio").first.check()
    one.press("Xem các bước")
    one.page.get_by_label("Số giờ làm việc").first.fill("rất lâu")
    one.press("Dùng quy trình này")
    assert "Số giờ" in one.complaint()
    one.page.get_by_label("Số giờ làm việc").first.fill("3,5")
    one.press("Dùng quy trình này")
    assert one.has("Đã chọn quy trình."), one.text
