"""The main job with a real browser, on a phone of 320 px and at a desk of 1280 px: citizens file,
pay, supplement, confirm, withdraw and collect; officers take in, handle, sign and give back.

Every page that anybody comes to is looked at by axe (WCAG 2.2 AA) and must fit its window. All of
it is one file, so that one house serves it however many processes run the tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from journey.stories import STORIES, Story
from tests.browser.conftest import DESKS
from tests.browser.judging import NARROW, WIDE, Judge
from tests.browser.people import Citizen, Officer, Visitor, finish

pytestmark = pytest.mark.browser

Someone = Callable[..., Any]
Staff = Callable[[int, Judge], list[Officer]]

BY_CODE = {story.procedure: story for story in STORIES}
ONLINE = [story for story in STORIES if not story.counter]
COUNTER = next(story for story in STORIES if story.counter)
PLAIN = BY_CODE["1.004873"]
GROUPED = BY_CODE["1.001612"]

both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])


def filed(citizen: Citizen, story: Story) -> str:
    citizen.come(story)
    return citizen.file(story)


def begun(citizen: Citizen, story: Story, topic: str) -> None:
    """At one page of questions of a new draft."""
    citizen.sign_in(f"/thu-tuc/{story.procedure}/nop/", story.person, citizen.door)
    citizen.press("Bắt đầu")
    citizen.open(f"{citizen.page.url}muc/{topic}/")


@both_widths
@pytest.mark.parametrize("story", ONLINE, ids=lambda story: story.procedure)
def test_a_citizen_files_online_and_officers_finish_it(
    someone: Someone, staff: Staff, judge: Judge, story: Story, width: int
) -> None:
    citizen = someone(Citizen, width)
    if story.procedure == "1.001193":  # a child is registered once
        notice = {"Số Giấy chứng sinh": f"CS-2026-{width}"}
        story = replace(story, answers={**story.answers, **notice})
    number = filed(citizen, story)
    citizen.picture("da-nop") if story.procedure == GROUPED.procedure else None
    if citizen.has("Nộp phí ngay"):
        citizen.pay()
    finish(number, staff(width, judge), citizen)
    citizen.open(f"/ho-so/{number}/")
    citizen.picture("ho-so") if story.procedure == GROUPED.procedure else None
    with citizen.page.expect_download() as downloading:
        citizen.page.get_by_role("link", name="Tải kết quả đã ký số (PDF)").click()
    result = downloading.value.path().read_bytes()
    assert _verdict(citizen, result) == "✓ Hợp lệ"
    citizen.picture("kiem-tra") if story.procedure == GROUPED.procedure else None
    assert _verdict(citizen, result.replace(b"/Type", b"/type", 1)) == "✗ Không hợp lệ"
    if story.procedure == PLAIN.procedure:
        _shown_by_a_link(citizen, someone(Visitor, width))
        _given_again(citizen, story)


def _shown_by_a_link(citizen: Citizen, bank: Visitor) -> None:
    """The result lies in the vault; somebody with a link opens it until it is taken back."""
    citizen.open("/kho/")
    citizen.picture("kho")
    citizen.click("Giấy xác nhận tình trạng hôn nhân")
    citizen.page.get_by_label("Gửi cho ai").fill("Ngân hàng")
    citizen.press("Tạo liên kết")
    citizen.picture("chia-se")
    link = citizen.page.get_by_label("Liên kết", exact=True).input_value()
    bank.open(link)
    bank.picture("giay-duoc-chia-se")
    with bank.page.expect_download() as downloading:
        bank.page.get_by_role("button", name="Mở giấy tờ").click()
    assert downloading.value.path().read_bytes().startswith(b"%PDF")
    citizen.open("/kho/")
    citizen.click("Giấy xác nhận tình trạng hôn nhân")
    assert citizen.has("đã mở 1 lần")
    citizen.page.get_by_role("button", name="Thu hồi").first.click()
    assert citizen.has("Đã thu hồi liên kết")
    bank.open(link)
    assert bank.has("đã hết hạn, đã bị thu hồi")


def _given_again(citizen: Citizen, story: Story) -> None:
    """The next procedure that asks for it takes it from the vault."""
    before = {
        "Đã từng được cấp Giấy xác nhận tình trạng hôn nhân chưa?": "Có",
        "Còn giữ giấy cũ để nộp lại không?": "Có",
    }
    citizen.open(f"/thu-tuc/{story.procedure}/nop/")
    citizen.press("Bắt đầu")
    tasks = citizen.page.url
    citizen.answer_all(replace(story, answers={**story.answers, **before}))
    citizen.open(f"{tasks}giay-to/")
    citizen.picture("giay-to-tu-kho")
    citizen.page.get_by_role("button", name="Dùng giấy này").first.click()
    assert citizen.has("từ kho của bạn")
    citizen.open(f"{tasks}kiem-tra/")
    citizen.page.get_by_label("Tôi cam đoan").check()
    citizen.press("Nộp hồ sơ")
    assert citizen.has("H37")


def _verdict(visitor: Visitor, pdf: bytes) -> str:
    visitor.open("/kiem-tra/")
    visitor.page.get_by_label("Tệp kết quả").set_input_files(
        {"name": "ket-qua.pdf", "mimeType": "application/pdf", "buffer": pdf}
    )
    visitor.press("Kiểm tra tệp")
    return visitor.page.locator("main .note h2").first.inner_text()


@both_widths
def test_the_counter_files_for_the_person_who_stands_there(
    someone: Someone, staff: Staff, judge: Judge, width: int
) -> None:
    receptionist, *_ = officers = staff(width, judge)
    receptionist.open("/mot-cua/quay/")
    receptionist.open(f"/mot-cua/quay/{COUNTER.procedure}/")
    person = receptionist.page.get_by_role("textbox", name="Số định danh cá nhân").first
    person.fill("123")
    receptionist.press("Lấy thông tin từ CSDL dân cư")
    assert "12 chữ số" in receptionist.complaint()
    person.fill(COUNTER.person)
    receptionist.press("Lấy thông tin từ CSDL dân cư")
    assert receptionist.page.get_by_label("Họ và tên").input_value() == COUNTER.name
    for _round in range(3):
        receptionist.fill(COUNTER)
        receptionist.press("Lập hồ sơ")
        if "/ho-so/" in receptionist.page.url:
            break
    number = receptionist.page.url.rstrip("/").rsplit("/", 1)[-1]
    citizen = someone(Citizen, width)
    citizen.sign_in("/ho-so/", COUNTER.person, citizen.door)
    finish(number, officers, citizen)


@both_widths
def test_what_is_missing_is_asked_for_once_and_sent_from_a_phone(
    someone: Someone, staff: Staff, judge: Judge, width: int
) -> None:
    citizen, receptionist = someone(Citizen, width), staff(width, judge)[0]
    number = filed(citizen, PLAIN)
    receptionist.open(f"/mot-cua/ho-so/{number}/")
    receptionist.page.locator("summary", has_text="Yêu cầu bổ sung").click()
    receptionist.page.get_by_label("Cần bổ sung những gì").fill("Ảnh căn cước còn rõ chữ")
    receptionist.page.get_by_label("Lý do, hướng dẫn").fill("Ảnh đã gửi bị mờ")
    receptionist.press("Gửi yêu cầu (Mẫu 02)")
    receptionist.open("/mot-cua/?muc=waiting")
    assert receptionist.has(number)
    citizen.open("/ho-so/")
    assert citizen.has("Cần bạn làm")
    citizen.open(f"/ho-so/{number}/")
    citizen.click("Bổ sung ngay")
    assert citizen.has("Ảnh căn cước còn rõ chữ")
    citizen.press("Gửi bổ sung")
    assert citizen.complaint() != ""
    citizen.page.get_by_label("Giải thích, thông tin bổ sung").fill("Đã chụp lại")
    citizen.press("Gửi bổ sung")
    receptionist.open(f"/mot-cua/ho-so/{number}/")
    assert receptionist.has("Đã chụp lại")
    receptionist.press("Tiếp nhận")
    citizen.open(f"/ho-so/{number}/")
    assert citizen.has("Được tiếp nhận") or citizen.has("Đang xử lý")


@both_widths
def test_a_later_date_is_proposed_granted_and_read(
    someone: Someone, staff: Staff, judge: Judge, width: int
) -> None:
    citizen = someone(Citizen, width)
    desks = dict(zip(DESKS, staff(width, judge), strict=True))
    receptionist, handler, approver = (
        desks[key] for key in ("receptionist", "handler", "approver")
    )
    number = filed(citizen, PLAIN)
    receptionist.open(f"/mot-cua/ho-so/{number}/")
    receptionist.press("Tiếp nhận")
    handler.open(f"/mot-cua/ho-so/{number}/")
    handler.page.locator("summary", has_text="Đề nghị gia hạn").click()
    handler.page.get_by_label("Thêm bao lâu").fill("một tuần")
    handler.page.get_by_label("Lý do (người nộp sẽ đọc)").fill("Phải xác minh nơi cư trú trước đây")
    handler.press("Gửi đề nghị gia hạn")
    assert handler.has("lớn hơn 0, theo đơn vị của thời hạn")
    handler.page.get_by_label("Thêm bao lâu").fill("2")
    handler.press("Gửi đề nghị gia hạn")
    assert handler.has("Đang chờ lãnh đạo quyết định.")
    approver.open("/mot-cua/")
    approver.click("Hồ sơ chờ bạn quyết định gia hạn")
    approver.click(number)
    approver.picture("gia-han")
    approver.press("Gia hạn và gửi lời xin lỗi")
    assert approver.has("Đã gia hạn")
    citizen.open(f"/ho-so/{number}/")
    assert citizen.has("Phải xác minh nơi cư trú trước đây")


@both_widths
def test_a_dossier_is_looked_up_and_withdrawn(someone: Someone, width: int) -> None:
    citizen = someone(Citizen, width)
    number = filed(citizen, PLAIN)
    code = citizen.page.locator("dt:has-text('Mã tra cứu') + dd").inner_text()
    stranger = someone(Visitor, width)
    stranger.open("/tra-cuu/")
    stranger.page.get_by_label("Số hồ sơ").fill(number)
    stranger.page.get_by_label("Mã tra cứu").fill("ABCDEFGH")
    stranger.press("Tra cứu")
    assert "không khớp" in stranger.complaint()
    stranger.page.get_by_label("Mã tra cứu").fill(code)
    stranger.press("Tra cứu")
    assert stranger.has("Mới đăng ký")
    assert not stranger.has(PLAIN.name)
    citizen.open(f"/ho-so/{number}/")
    citizen.click("Rút hồ sơ")
    citizen.press("Rút hồ sơ")
    assert citizen.has("Dừng xử lý") or citizen.has("Công dân yêu cầu rút hồ sơ")


@both_widths
def test_a_notice_of_a_dossier_is_read(someone: Someone, width: int) -> None:
    citizen = someone(Citizen, width)
    number = filed(citizen, PLAIN)
    citizen.open("/thong-bao/")
    mine = citizen.page.locator("main li", has_text=number)
    citizen.until(lambda: mine.count() > 0)  # the house tells it by itself, a little later
    assert mine.first.locator(".tag").count() == 1
    citizen.press("Đánh dấu đã đọc tất cả")
    assert mine.first.locator(".tag").count() == 0


def test_a_page_of_questions_saves_itself_and_says_so(someone: Someone) -> None:
    citizen = someone(Citizen, NARROW)
    begun(citizen, GROUPED, "business")
    name = citizen.page.get_by_label("Tên riêng của hộ kinh doanh")
    name.fill("Quán Chua Tự Lưu")
    citizen.page.get_by_role("status").get_by_text("Đã tự lưu lúc").wait_for()
    citizen.page.reload()
    assert name.input_value() == "Quán Chua Tự Lưu"
    citizen.page.context.set_offline(True)
    name.fill("Quán Mất Mạng")
    alert = citizen.page.get_by_role("alert")
    alert.wait_for()
    assert "Những gì bạn nhập vẫn ở trên trang này" in alert.inner_text()
    citizen.judge.look(citizen.page)
    citizen.page.context.set_offline(False)
    citizen.press("Lưu, để sau")
    citizen.page.go_back()
    citizen.page.reload()
    assert name.input_value() == "Quán Mất Mạng"


def test_an_answer_opens_its_questions_without_a_button(someone: Someone) -> None:
    citizen = someone(Citizen, NARROW)
    begun(citizen, BY_CODE["1.013225"], "investor")
    asked = len(citizen.questions())
    citizen.page.get_by_label("Tổ chức", exact=True).check()
    citizen.page.get_by_text("Có thêm câu hỏi.").wait_for()
    assert len(citizen.questions()) > asked or citizen.has("tổ chức")
    assert citizen.page.get_by_label("Tổ chức", exact=True).is_checked()
    citizen.judge.look(citizen.page)


def test_enter_saves_and_never_adds_or_removes_a_line(someone: Someone) -> None:
    citizen = someone(Citizen, WIDE)
    begun(citizen, GROUPED, "sectors")
    citizen.press("Thêm ngành, nghề")
    citizen.picture("nganh-nghe")
    lines = citizen.page.locator("fieldset.group-item")
    assert lines.count() == 2
    lines.first.get_by_label("Tên ngành, nghề").fill("Bán phở")
    with citizen.page.expect_navigation():
        citizen.page.keyboard.press("Enter")
    assert citizen.complaint() != ""
    assert lines.count() == 2
    citizen.press("Xóa ngành, nghề 2")
    assert lines.count() == 1
    assert lines.first.get_by_label("Tên ngành, nghề").input_value() == "Bán phở"


def test_the_communes_of_another_province_can_be_chosen(someone: Someone) -> None:
    citizen = someone(Citizen, NARROW)
    begun(citizen, GROUPED, "business")
    address = citizen.page.get_by_role("group", name="Trụ sở hộ kinh doanh")
    address.get_by_label("Tỉnh, thành phố").select_option(label="Thành phố Hà Nội")
    address.get_by_label("Xã, phường, đặc khu", exact=True).select_option(label="Phường Hoàn Kiếm")


def test_two_tabs_do_not_overwrite_each_other(someone: Someone) -> None:
    citizen = someone(Citizen, WIDE)
    begun(citizen, PLAIN, "purpose")
    other = citizen.page.context.new_page()
    other.goto(citizen.page.url)
    other.get_by_role("button", name="Lưu, để sau").click()
    other.wait_for_url("**/nop/*/")
    citizen.page.get_by_label("Số bản cần cấp").fill("3")
    citizen.press("Lưu và tiếp tục")
    assert citizen.complaint() != ""
    assert citizen.page.get_by_label("Số bản cần cấp").input_value() == "3"


def test_an_officer_moves_in_the_inbox_with_the_keyboard(
    someone: Someone, staff: Staff, judge: Judge
) -> None:
    filed(someone(Citizen, WIDE), PLAIN)
    receptionist = staff(WIDE, judge)[0]
    receptionist.open("/mot-cua/")
    receptionist.picture("viec-can-lam")
    rows = receptionist.page.locator("tbody tr")
    for key in "jjk":
        receptionist.page.keyboard.press(key)
    assert rows.first.get_attribute("aria-current") == "true"
    with receptionist.page.expect_navigation():
        receptionist.page.keyboard.press("Enter")
    assert "/mot-cua/ho-so/" in receptionist.page.url
    receptionist.picture("ho-so-can-bo")


@both_widths
def test_pages_for_everybody(someone: Someone, width: int) -> None:
    visitor = someone(Visitor, width)
    for path in (
        "/",
        "/thu-tuc/",
        "/thu-tuc/?q=khong%20co%20gi%20nhu%20the",
        "/thu-tuc/?viec=birth",
        f"/thu-tuc/{COUNTER.procedure}/",
        "/thu-tuc/1.000894/",
        "/kiem-tra/?so=khong-co",
        "/minh-bach/?muc=1",
        "/dang-nhap/du-phong/",
        "/dang-nhap/?muc=2",
    ):
        visitor.open(path)
        visitor.picture("trang-chu") if path == "/" else None
    visitor.open("/khong-co-trang-nay/")
    assert visitor.has("Không tìm thấy")
    visitor.open("/thu-tuc/1.001612/")
    visitor.picture("thu-tuc")
    visitor.page.locator("summary", has_text="Xem sơ đồ").click()
    visitor.judge.look(visitor.page)


@both_widths
def test_text_size_contrast_and_language_are_kept(someone: Someone, width: int) -> None:
    visitor = someone(Visitor, width)
    visitor.open("/")
    before = visitor.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    visitor.press("A Cỡ chữ rất lớn")
    visitor.press("Tương phản cao")
    visitor.open(f"/thu-tuc/{GROUPED.procedure}/")
    after = visitor.page.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    assert after > 1.3 * before
    visitor.press("English")
    assert visitor.has("File online")
    assert visitor.page.locator("html").get_attribute("lang") == "en"


def test_a_first_view_is_light(someone: Someone) -> None:
    """HTML, style sheet and script as they come over the line, for somebody who was never here."""
    for path in ("/", f"/thu-tuc/{GROUPED.procedure}/", "/thu-tuc/", "/dang-nhap/"):
        visitor = someone(Visitor, NARROW)
        answers: list[Any] = []
        visitor.page.on("requestfinished", lambda request, kept=answers: kept.append(request))
        visitor.page.goto(visitor.url + path, wait_until="networkidle")
        weights = {request.url: request.sizes()["responseBodySize"] for request in answers}
        assert len(weights) >= 3
        assert sum(weights.values()) <= 60_000, weights


@both_widths
def test_an_officer_says_why_they_see_what_is_masked_and_the_citizen_reads_it(
    someone: Someone, staff: Staff, judge: Judge, width: int
) -> None:
    citizen, receptionist = someone(Citizen, width), staff(width, judge)[0]
    number = filed(citizen, PLAIN)
    receptionist.open(f"/mot-cua/ho-so/{number}/")
    assert receptionist.has("••••")
    assert not receptionist.has(PLAIN.person)
    receptionist.click("Xem dữ liệu được che")
    receptionist.confirm_if_asked()
    receptionist.press("Xem và ghi lại")
    assert "Hãy chọn ít nhất một mục" in receptionist.complaint()
    receptionist.page.locator("input[name=path][value=applicant_id]").check()
    receptionist.page.get_by_label("Liên hệ người nộp về hồ sơ này").check()
    receptionist.press("Xem và ghi lại")
    assert receptionist.has(PLAIN.person)
    citizen.open("/ho-so/")
    citizen.click("Ai đã xem dữ liệu của tôi")
    assert citizen.has("Liên hệ người nộp về hồ sơ này")
    assert citizen.has("Số định danh cá nhân")
    assert citizen.has(number)
