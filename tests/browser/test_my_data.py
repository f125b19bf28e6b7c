"""One's own data with a real browser: a request from asking to the answer, consents given and
withdrawn, a copy to read and for machines; on a telephone and at a desk."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Someone = Callable[..., Any]
MINE = "/tai-khoan/du-lieu/"
# Different people for each width: what one settles must not be what the other finds. None of them
# files in another test, since they end by wanting nothing filled in for them.
CITIZENS = {NARROW: "chu-tiem", WIDE: "me"}


def citizen(someone: Someone, width: int) -> Citizen:
    """A citizen who has signed in and come to their own data."""
    one: Citizen = someone(Citizen, width)
    one.sign_in(MINE, accounts.citizen(CITIZENS[width]).id_number, one.door)
    return one


def data_officer(someone: Someone, width: int) -> Officer:
    """The officer in charge of personal data of the province."""
    one: Officer = someone(Officer, width)
    known = accounts.officer("H37/data-officer")
    one.seed = accounts.seed(known.id_number)
    one.sign_in("/mot-cua/du-lieu-ca-nhan/", known.id_number, "Đăng nhập VNeID cán bộ")
    return one


@both_widths
def test_a_request_goes_from_the_citizen_to_the_officer_and_its_effect_is_seen(
    someone: Someone, width: int
) -> None:
    one = citizen(someone, width)
    one.picture("du-lieu")
    one.page.locator("main a[href$='/moi/object/']").click()
    one.page.wait_for_url("**/moi/object/")
    one.judge.look(one.page)
    one.press("Gửi yêu cầu")
    assert "ít nhất một mục" in one.complaint()
    one.page.get_by_label("Điền sẵn tờ khai").check()
    one.page.get_by_label("Nói thêm").fill("Tôi muốn tự điền.")
    one.press("Gửi yêu cầu")
    number = one.page.url.rstrip("/").rsplit("/", 1)[-1]
    assert number.startswith("DL-H37-")
    assert one.has("Trả lời lần đầu trước")

    officer = data_officer(someone, width)
    officer.picture("du-lieu-ca-nhan")
    officer.page.locator("main a", has_text=number).click()
    officer.page.wait_for_url(f"**/{number}/")
    officer.judge.look(officer.page)
    assert officer.has("Tôi muốn tự điền.")
    officer.press("Nhận giải quyết")
    officer.confirm_if_asked()
    assert officer.has("Đang giải quyết")
    officer.page.get_by_label("Câu trả lời cho người yêu cầu").fill("Từ nay không điền sẵn.")
    officer.press("Thực hiện và trả lời")
    officer.confirm_if_asked()
    assert officer.has("Đã thực hiện")

    one.page.reload()
    assert one.has("Từ nay không điền sẵn.")
    one.picture("yeu-cau")
    one.open(f"{MINE}su-dung/")
    assert number in one.page.locator("[aria-labelledby='u-prefill']").inner_text()
    one.open("/ai-da-xem/")
    assert one.has(number), "the officer's look is known to the person"


@both_widths
def test_a_consent_is_never_ticked_beforehand_and_ends_the_moment_it_is_withdrawn(
    someone: Someone, width: int
) -> None:
    one = citizen(someone, width)
    one.click("Đồng ý và cách dùng dữ liệu")
    assert one.page.locator("main input:checked").count() == 0
    card = one.page.locator("[aria-labelledby='u-survey']")
    assert "Bạn chưa đồng ý" in card.inner_text()
    card.get_by_role("button", name="Tôi đồng ý").click()
    one.page.wait_for_load_state()
    assert "Bạn đang đồng ý" in card.inner_text()
    one.judge.look(one.page)
    one.picture("dong-y")
    card.get_by_role("link", name="Biên nhận").click()
    one.page.wait_for_url("**/dong-y/*/")
    one.judge.look(one.page)
    with one.page.expect_download() as downloading:
        one.page.get_by_role("link", name="Tải bản cho máy (JSON)").click()
    receipt = json.loads(downloading.value.path().read_bytes())
    assert receipt["purpose"] == "survey"
    assert receipt["withdrawn_at"] is None
    one.open(f"{MINE}su-dung/")
    card.get_by_role("button", name="Rút lại").click()
    one.page.wait_for_load_state()
    assert "Bạn chưa đồng ý" in card.inner_text()
    assert one.has("Những lần đồng ý đã rút")


@both_widths
def test_a_copy_is_made_read_and_taken_away(someone: Someone, width: int) -> None:
    one = citizen(someone, width)
    one.press("Lập bản sao")
    if "/ban-sao/" not in one.page.url:  # the second factor of a citizen is the eID, level 2
        one._at_the_eid(accounts.citizen(CITIZENS[width]).id_number)
        if one.page.get_by_role("button", name="Tiếp tục").count():
            one.press("Tiếp tục")
    assert "/ban-sao/" in one.page.url, one.text
    assert one.has("Thông tin định danh")
    assert one.has(accounts.citizen(CITIZENS[width]).full_name)
    one.picture("ban-sao")
    with one.page.expect_download() as downloading:
        one.page.get_by_role("link", name="Tải bản cho máy (JSON)").click()
    copy = json.loads(downloading.value.path().read_bytes())
    assert copy["format"] == "motcua.person-data"
    identity = next(kind for kind in copy["kinds"] if kind["key"] == "identity")
    number = accounts.citizen(CITIZENS[width]).id_number
    assert identity["records"][0]["id_number"] == number
    with one.page.expect_download() as downloading:
        one.page.get_by_role("link", name="Tải tất cả kèm giấy tờ (ZIP)").click()
    with zipfile.ZipFile(downloading.value.path()) as whole:
        assert whole.testzip() is None
        assert {"du-lieu.json", "doc-duoc.pdf", "danh-sach-tep.csv"} <= set(whole.namelist())
        assert whole.read("doc-duoc.pdf").startswith(b"%PDF-")
        again = json.loads(whole.read("du-lieu.json"))
    assert [kind["key"] for kind in again["kinds"]] == [kind["key"] for kind in copy["kinds"]]
