"""Second factors with a real browser: codes, passkeys and recovery codes, on a telephone and at a
desk. Signing itself is walked through in `test_journeys.py`, where approvals are asked for a code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from journey import codes
from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer, Visitor

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Someone = Callable[..., Any]

SECURITY = "/tai-khoan/bao-mat/"
ADD_PASSKEY = "/tai-khoan/bao-mat/khoa/"
ADD_APP = "/tai-khoan/bao-mat/ung-dung/"
# Different people for each width: both windows may be open in one run, and a code counts once.
OFFICERS = {NARROW: "clerk", WIDE: "head"}
WAITING = {NARROW: "receptionist-2", WIDE: "handler-van-hoa"}
CITIZENS = {NARROW: "giam-doc", WIDE: "chu-tiem"}


class Key:
    """The machine's own authenticator, which knows its owner and answers unless told not to."""

    def __init__(self, visitor: Visitor) -> None:
        self._link = visitor.context.new_cdp_session(visitor.page)
        self._link.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self._link.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self._id = made["authenticatorId"]

    def answers(self, enabled: bool) -> None:
        """Whether anybody touches it when it is asked."""
        self._link.send(
            "WebAuthn.setAutomaticPresenceSimulation",
            {"authenticatorId": self._id, "enabled": enabled},
        )

    def knows_its_owner(self, verified: bool) -> None:
        """Whether finger or PIN are right."""
        self._link.send(
            "WebAuthn.setUserVerified", {"authenticatorId": self._id, "isUserVerified": verified}
        )

    def off(self) -> None:
        self._link.send("WebAuthn.disable")


@contextmanager
def authenticator(visitor: Visitor) -> Iterator[Key]:
    """A key in the visitor's machine."""
    key = Key(visitor)
    yield key
    key.off()


def officer(someone: Someone, width: int, desk: str) -> Officer:
    """An officer with a window that calls the house by a name, which passkeys need."""
    one: Officer = someone(Officer, width)
    one.url = one.url.replace("127.0.0.1", "localhost")
    one.seed = accounts.seed(number_of(desk))
    return one


def number_of(desk: str) -> str:
    return accounts.officer(f"{accounts.HOME_AGENCY}/{desk}").id_number


def sign_in(one: Officer, desk: str, path: str = ADD_PASSKEY) -> None:
    one.sign_in(path, number_of(desk), "Đăng nhập VNeID cán bộ")


def add_passkey(one: Officer, name: str) -> None:
    one.page.get_by_label("Đặt tên cho dễ nhớ").fill(name)
    one.press("Tạo khóa truy cập")
    if one.has("Mã dự phòng của bạn"):
        one.click("Tôi đã cất")


@both_widths
def test_an_officer_adds_a_passkey_behind_a_code_and_uses_it_the_next_time(
    someone: Someone, width: int
) -> None:
    desk = OFFICERS[width]
    one = officer(someone, width, desk)
    sign_in(one, desk)
    with authenticator(one):
        assert one.has("Xác nhận đúng là bạn"), "who has a factor shows it before adding another"
        one.confirm_if_asked()
        assert one.page.url.endswith(ADD_PASSKEY), "and is back where they were going"
        add_passkey(one, "Máy ở cơ quan")
        one.open(SECURITY)
        assert one.has("Máy ở cơ quan")
        one.press("Đăng xuất")
        sign_in(one, desk)
        assert one.has("Xác nhận đúng là bạn")
        one.press("Xác nhận bằng khóa truy cập")
        assert one.page.url.endswith(ADD_PASSKEY)
        one.open(SECURITY)
        assert one.has("dùng lần cuối")
        one.press("Bỏ Máy ở cơ quan")
        assert not one.has("Máy ở cơ quan")


@both_widths
def test_a_key_that_does_not_answer_leaves_the_page_usable_and_another_way_open(
    someone: Someone, width: int
) -> None:
    desk = WAITING[width]
    one = officer(someone, width, desk)
    sign_in(one, desk)
    with authenticator(one) as key:
        one.confirm_if_asked()
        add_passkey(one, "Khóa bị quên ở nhà")
        one.press("Đăng xuất")
        sign_in(one, desk)

        key.knows_its_owner(False)
        button = one.page.get_by_role("button", name="Xác nhận bằng khóa truy cập")
        button.click()
        one.page.get_by_role("alert").get_by_text("Chưa dùng được khóa truy cập").wait_for()
        one.judge.look(one.page)
        one.picture("khoa-khong-tra-loi")

        key.knows_its_owner(True)
        key.answers(False)
        button.click()  # nobody touches the key: the browser goes on asking
        one.page.wait_for_timeout(500)
        assert button.is_enabled()
        code = one.page.get_by_label("Mã trên điện thoại")
        assert code.is_editable()
        one.confirm_if_asked()
        assert one.page.url.endswith(ADD_PASSKEY), "the code does what the key did not"

        one.page.get_by_role("button", name="Tạo khóa truy cập").click()
        assert one.page.get_by_role("link", name="Dùng mã trên điện thoại").is_visible()
        one.click("Quay lại trang Bảo mật")
        one.press("Bỏ Khóa bị quên ở nhà")
        assert not one.has("Khóa bị quên ở nhà")


def seed_on(one: Visitor) -> str:
    return one.page.locator("main code").first.inner_text().replace(" ", "")


@both_widths
def test_a_citizen_adds_an_app_and_a_recovery_code_stands_in_for_it_once(
    someone: Someone, width: int
) -> None:
    one = someone(Citizen, width)
    number = accounts.citizen(CITIZENS[width]).id_number
    one.sign_in(ADD_APP, number, one.door)
    seed = seed_on(one)
    one.page.get_by_label("Mã đang hiện trong ứng dụng").fill("000000")
    one.press("Thêm")
    assert "Mã không đúng" in one.complaint()
    assert seed_on(one) == seed, "the picture was scanned already: it stays the same"
    one.page.get_by_label("Đặt tên cho dễ nhớ").fill("Điện thoại của tôi")
    one.page.get_by_label("Mã đang hiện trong ứng dụng").fill(codes.code(seed))
    one.press("Thêm")
    paper = one.page.locator("ol.codes code").all_inner_texts()
    assert len(set(paper)) == 10
    one.picture("ma-du-phong")
    one.click("Tôi đã cất")
    assert one.has("Điện thoại của tôi")
    assert one.has("Số mã chưa dùng: 10")
    one.press("Đăng xuất")

    one.sign_in(ADD_APP, number, one.door)
    assert one.has("Xác nhận đúng là bạn")
    one.page.get_by_label("Mã trên điện thoại").fill("khong-phai-ma")
    one.press("Xác nhận")
    assert "Mã không đúng" in one.complaint()
    one.page.get_by_label("Mã trên điện thoại").fill(paper[0])
    one.press("Xác nhận")
    assert one.page.url.endswith(ADD_APP)
    one.open(SECURITY)
    assert one.has("Số mã chưa dùng: 9")
    one.press("Đăng xuất")

    one.sign_in(ADD_APP, number, one.door)
    one.page.get_by_label("Mã trên điện thoại").fill(paper[0])
    one.press("Xác nhận")
    assert "Mã không đúng" in one.complaint(), "a code on the paper works once"
    one.page.get_by_label("Mã trên điện thoại").fill(paper[1])
    one.press("Xác nhận")
    one.open(SECURITY)
    one.press("Bỏ Điện thoại của tôi")
    assert one.has("Bạn chưa có cách nào.")


@both_widths
def test_an_officer_without_the_telephone_goes_on_with_the_paper(
    someone: Someone, width: int
) -> None:
    desk = f"{accounts.staffed_communes()[1].agency_code}/{OFFICERS[width]}"
    number = accounts.officer(desk).id_number
    one = someone(Officer, width)
    one.seed = accounts.seed(number)
    one.sign_in(SECURITY, number, "Đăng nhập VNeID cán bộ")
    one.press("Lập 10 mã mới")
    one.confirm_if_asked()
    old = one.page.locator("ol.codes code").all_inner_texts()
    one.click("Tôi đã cất")
    one.press("Đăng xuất")
    one.sign_in(SECURITY, number, "Đăng nhập VNeID cán bộ")
    one.press("Lập 10 mã mới")
    one.page.get_by_label("Mã trên điện thoại").fill(old[3])
    one.press("Xác nhận")
    new = one.page.locator("ol.codes code").all_inner_texts()
    assert len(new) == 10, "the press that waited was carried out"
    assert not set(new) & set(old)
    one.click("Tôi đã cất")
    assert one.has("Số mã chưa dùng: 10")
