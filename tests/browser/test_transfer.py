"""A receptionist takes in for an agency of another province, hands it over with a list, and follows
its state; the agency takes it in only then. With a real browser, at both widths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from journey.stories import STORIES
from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE, Judge
from tests.browser.people import NUMBER, Officer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

PERSON = accounts.citizen("giam-doc")
STORY = next(story for story in STORIES if story.procedure == "1.004873")


@pytest.fixture
def clerk(browser: Browser, house: str, judge: Judge) -> Iterator[Callable[..., Officer]]:
    """Receptionists, signed in; their windows are closed afterwards."""
    made: list[Officer] = []

    def of(agency: str, width: int) -> Officer:
        officer = Officer(browser, house, judge, width)
        made.append(officer)
        number = accounts.officer(f"{agency}/receptionist").id_number
        officer.seed = accounts.seed(number)
        officer.sign_in("/mot-cua/", number, "Đăng nhập VNeID cán bộ")
        return officer

    yield of
    for officer in made:
        officer.close()


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_taken_in_here_handed_over_and_accepted_elsewhere(
    clerk: Callable[..., Officer], width: int
) -> None:
    here, there = clerk(accounts.HOME_AGENCY, width), clerk(accounts.ELSEWHERE, width)
    here.open("/mot-cua/quay/")
    here.click("Tiếp nhận cho cơ quan nơi khác")
    here.page.get_by_label("Thủ tục", exact=True).select_option(STORY.procedure)
    here.page.get_by_label("Tỉnh, thành phố").select_option(label="Thành phố Hà Nội")
    here.page.get_by_label("Xã, phường, đặc khu").fill("Không Có")
    here.press("Tìm cơ quan giải quyết")
    assert "Không có xã, phường nào tên như vậy" in here.complaint()
    here.page.get_by_label("Xã, phường, đặc khu").fill("Hoàn Kiếm")
    here.press("Tìm cơ quan giải quyết")
    assert here.has("Ủy ban nhân dân phường Hoàn Kiếm")
    here.page.get_by_role("textbox", name="Số định danh cá nhân").first.fill(PERSON.id_number)
    here.press("Lấy thông tin từ CSDL dân cư")
    here.page.get_by_label("Tại nơi tiếp nhận").check()
    for _round in range(4):
        here.fill(replace(STORY, answers={**STORY.answers}))
        here.press("Lập hồ sơ")
        if "/chuyen-ho-so/" in here.page.url:
            break
    assert "/chuyen-ho-so/" in here.page.url, here.complaint()
    here.picture("ban-giao-cho")
    found = NUMBER.search(here.text)
    assert found is not None
    number = found.group()
    assert number.startswith(accounts.ELSEWHERE)
    there.open(f"/mot-cua/ho-so/{number}/")
    there.press("Tiếp nhận")
    assert there.has("chưa được bàn giao")
    here.press("Lập danh sách và bàn giao Ủy ban nhân dân phường Hoàn Kiếm")
    assert here.has(number)
    assert here.has("Bên nhận")
    here.picture("ban-giao-danh-sach")
    there.open(f"/mot-cua/ho-so/{number}/")
    there.press("Tiếp nhận")
    assert there.has("Đang xử lý") or there.has("Được tiếp nhận")
    here.open("/mot-cua/chuyen-ho-so/")
    assert here.has("Đã bàn giao")
    assert here.page.goto(f"{here.url}/mot-cua/ho-so/{number}/").status == 404  # type: ignore[union-attr] # there is an answer
