"""A window that is left alone, with a real browser: it warns, it ends, and what was typed is sent
after signing in again and showing the second factor. Its house gives officers one minute."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from journey.house import House
from journey.stories import STORIES
from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE, Judge
from tests.browser.people import Citizen, Officer

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Make = Callable[..., Any]

PLAIN = next(story for story in STORIES if story.procedure == "1.004873")
DOOR = "Đăng nhập VNeID cán bộ"
DESKS = {NARROW: "receptionist", WIDE: "receptionist-2"}
HASTY = {"MOTCUA_OFFICER_IDLE_MINUTES": "1", "MOTCUA_STEP_UP_MINUTES": "1"}


@pytest.fixture(scope="module")
def hasty() -> Iterator[str]:
    """The address of a house of our own that gives officers one minute."""
    with House(settings=HASTY) as started:
        yield started.url


@pytest.fixture
def make(browser: Browser, hasty: str, judge: Judge) -> Iterator[Make]:
    made: list[Any] = []

    def one(kind: Any, width: int) -> Any:
        made.append(kind(browser, hasty, judge, width))
        return made[-1]

    yield one
    for visitor in made:
        visitor.close()


@both_widths
def test_a_window_left_alone_warns_then_ends_and_keeps_what_was_typed(
    make: Make, width: int
) -> None:
    citizen, officer = make(Citizen, width), make(Officer, width)
    citizen.come(PLAIN)
    number = citizen.file(PLAIN)
    who = accounts.officer(f"{accounts.HOME_AGENCY}/{DESKS[width]}").id_number
    officer.seed = accounts.seed(who)
    officer.sign_in(f"/mot-cua/ho-so/{number}/xem-day-du/", who, DOOR)
    officer.confirm_if_asked()
    page = officer.page
    page.locator("input[name=path][value=applicant_id]").check()
    page.get_by_label("Liên hệ người nộp về hồ sơ này").check()
    page.get_by_label("Nói rõ thêm (nếu cần)").fill("Gọi lại lúc 14 giờ")

    warning = page.get_by_role("dialog", name="Bạn còn ở đó không?")
    warning.wait_for(timeout=40_000)
    officer.judge.look(page)
    officer.picture("phien-sap-het")
    page.get_by_role("button", name="Tôi còn đây, làm tiếp").click()
    warning.wait_for(state="hidden")
    went_on = time.monotonic()

    ended = page.get_by_role("dialog", name="Phiên làm việc đã kết thúc")
    ended.wait_for(timeout=90_000)
    assert time.monotonic() - went_on > 40, "one press moved the end on"
    officer.judge.look(page)
    officer.picture("phien-da-het")
    page.get_by_role("button", name="Đóng").click()
    page.wait_for_timeout(7_000)  # the house's own minute, which is not the page's

    officer.press("Xem và ghi lại")
    assert officer.has("Phiên trước đã tự kết thúc"), officer.text
    assert not officer.has(PLAIN.person), "nothing is shown to whoever sits there"
    officer.click(DOOR)
    page.get_by_label("Số định danh cá nhân (12 chữ số)").fill(who)
    officer.press("Đăng nhập và cho phép")
    assert officer.has("vẫn còn và chưa được gửi đi")
    officer.press("Gửi đi như đã nhập")
    assert officer.has("Xác nhận đúng là bạn"), "the second factor was another session's"
    officer.confirm_if_asked()
    assert officer.has(PLAIN.person), "the form was sent as it had been filled in"
    citizen.open("/ai-da-xem/")
    assert citizen.has("Gọi lại lúc 14 giờ"), "with the words typed before"
