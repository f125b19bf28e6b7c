"""Where somebody is signed in, with a real browser: one's own places, an administrator who ends an
officer's, and the account for the day the national eID is down."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

from journey import codes
from journey.house import House
from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer, Visitor

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Someone = Callable[..., Any]

SECURITY = "/tai-khoan/bao-mat/"
STAFF = "/mot-cua/can-bo/"
OFFICER_DOOR = "Đăng nhập VNeID cán bộ"
CITIZENS = {NARROW: "me", WIDE: "xay-nha"}
# Of another commune: nobody else's windows are closed.
ELSEWHERE = accounts.staffed_communes()[2].agency_code
ENDED = {NARROW: f"{ELSEWHERE}/handler", WIDE: f"{ELSEWHERE}/clerk"}


@both_widths
def test_a_place_left_open_elsewhere_is_seen_and_ended(someone: Someone, width: int) -> None:
    at_home, elsewhere = someone(Citizen, width), someone(Citizen, width)
    number = accounts.citizen(CITIZENS[width]).id_number
    at_home.sign_in(SECURITY, number, at_home.door)
    if at_home.page.get_by_role("button", name="Kết thúc mọi phiên khác").count():
        at_home.press("Kết thúc mọi phiên khác")  # those of earlier tests in the same house
    elsewhere.sign_in("/ho-so/", number, elsewhere.door)
    at_home.open(SECURITY)
    places = at_home.page.get_by_role("region", name="Nơi bạn đang đăng nhập").get_by_role(
        "listitem"
    )
    assert places.count() == 2
    assert places.filter(has_text="Phiên này").get_by_role("button").count() == 0
    at_home.picture("noi-dang-nhap")
    other = places.filter(has_not_text="Phiên này")
    with at_home.page.expect_navigation():
        other.get_by_role("button").click()
    assert at_home.has("Đã kết thúc phiên đó.")
    assert places.count() == 1
    elsewhere.open("/ho-so/")
    assert "/dang-nhap/" in elsewhere.page.url, "the next page there is a stranger's"
    at_home.open("/ho-so/")
    assert "/ho-so/" in at_home.page.url

    elsewhere.sign_in("/ho-so/", number, elsewhere.door)
    at_home.open(SECURITY)
    at_home.press("Kết thúc mọi phiên khác")
    assert at_home.has("Số phiên đã kết thúc: 1.")
    elsewhere.open("/ho-so/")
    assert "/dang-nhap/" in elsewhere.page.url


@both_widths
def test_an_administrator_ends_what_a_lost_telephone_could_open(
    someone: Someone, width: int
) -> None:
    lost = accounts.officer(ENDED[width])
    telephone = someone(Officer, width)
    telephone.sign_in("/mot-cua/", lost.id_number, OFFICER_DOOR)
    administrator = someone(Officer, width)
    number = accounts.officer(f"{accounts.PROVINCE}/administrator").id_number
    administrator.seed = accounts.seed(number)
    administrator.sign_in(STAFF, number, OFFICER_DOOR)
    administrator.page.get_by_label("Họ tên cán bộ").fill("không ai tên thế này")
    administrator.press("Tìm")
    assert administrator.has("Không có cán bộ nào như vậy.")
    administrator.page.get_by_label("Họ tên cán bộ").fill(lost.full_name)
    administrator.press("Tìm")
    assert administrator.has("Đang đăng nhập ở 1 nơi")
    administrator.picture("truy-cap-can-bo")
    administrator.press(f"Kết thúc mọi phiên {lost.full_name}")
    administrator.confirm_if_asked()
    assert administrator.has("Số phiên đã kết thúc: 1."), "the press waited for the code"
    telephone.open("/mot-cua/")
    assert "/dang-nhap/" in telephone.page.url
    telephone.sign_in("/mot-cua/", lost.id_number, OFFICER_DOOR)
    telephone.open(STAFF)
    assert telephone.has("Không tìm thấy"), "to whoever administers nothing it does not exist"


@pytest.fixture(scope="session")
def password(own_house: House | None) -> str:
    """What the demonstration printed for its break-glass account; of a house that was running
    before, `MOTCUA_DEMO_PASSWORD` says it."""
    if own_house is None:
        return os.environ["MOTCUA_DEMO_PASSWORD"]
    line = next(line for line in own_house.said if "quan-tri / " in line)
    return line.rsplit(" / ", 1)[1].strip()


@both_widths
def test_on_the_day_the_eid_is_down_a_password_opens_nothing_without_the_second_factor(
    someone: Someone, password: str, width: int
) -> None:
    one = someone(Visitor, width)
    one.open(f"/dang-nhap/du-phong/?next={STAFF}")
    one.page.get_by_label("Tên tài khoản").fill("quan-tri")
    one.page.get_by_label("Mật khẩu").fill("khong-phai-mat-khau")
    one.press("Đăng nhập")
    assert one.complaint() != ""
    one.page.get_by_label("Mật khẩu").fill(password)
    one.press("Đăng nhập")
    assert one.has("Xác nhận đúng là bạn")
    one.picture("du-phong")
    inside = one.context.new_page()
    inside.goto(one.url + STAFF)
    assert "/dang-nhap/" in inside.url, "the password alone opens no page"
    inside.close()
    seed = accounts.seed("quan-tri")
    one.page.get_by_label("Mã trên điện thoại").fill("000000")
    one.press("Xác nhận")
    assert "Mã không đúng" in one.complaint()
    _enter_code(one, seed)
    assert one.page.url.endswith(STAFF)
    assert one.has("Truy cập của cán bộ")
    one.open("/ho-so/")
    assert "/dang-nhap/" in one.page.url, "the account is nobody in a procedure"


def _enter_code(one: Visitor, seed: str) -> None:
    """A code counts once: the one used at the other width is waited out."""
    for _try in range(2):
        one.page.get_by_label("Mã trên điện thoại").fill(codes.code(seed))
        one.press("Xác nhận")
        if not one.complaint():
            return
        one.page.wait_for_timeout(1_000 * codes.until_the_next() + 500)
    raise AssertionError(one.text)
