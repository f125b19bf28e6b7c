"""Second factors with a real browser: codes, passkeys, recovery codes, sessions, on a telephone and
at a desk. Signing itself is walked through in `test_journeys.py`, where every approval is asked for
a code."""

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
# Different people for each width: both windows may be open in one run.
CITIZENS = {NARROW: "chu-tiem", WIDE: "giam-doc"}
OFFICERS = {NARROW: "clerk", WIDE: "head"}


@contextmanager
def authenticator(visitor: Visitor) -> Iterator[None]:
    """A key in the visitor's machine that knows its owner."""
    link = visitor.context.new_cdp_session(visitor.page)
    link.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    link.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    yield
    link.send("WebAuthn.disable")


def officer(someone: Someone, width: int) -> Officer:
    """An officer with a window that calls the house by a name, which passkeys need."""
    one: Officer = someone(Officer, width)
    one.url = one.url.replace("127.0.0.1", "localhost")
    number = accounts.officer(f"{accounts.HOME_AGENCY}/{OFFICERS[width]}").id_number
    one.seed = accounts.seed(number)
    one.sign_in(ADD_PASSKEY, number, "Đăng nhập VNeID cán bộ")
    return one


@both_widths
def test_an_officer_adds_a_passkey_behind_a_code_and_uses_it_the_next_time(
    someone: Someone, width: int
) -> None:
    one = officer(someone, width)
    with authenticator(one):
        assert one.has("Xác nhận đúng là bạn"), "who has a factor shows it before adding another"
        one.confirm_if_asked()
        assert one.page.url.endswith(ADD_PASSKEY), "and is back where they were going"
        one.page.get_by_label("Đặt tên cho dễ nhớ").fill("Máy ở cơ quan")
        one.press("Tạo khóa truy cập")
        if one.has("Mã dự phòng của bạn"):
            one.click("Tôi đã cất")
        one.open(SECURITY)
        assert one.has("Máy ở cơ quan")
        one.press("Đăng xuất")
        number = accounts.officer(f"{accounts.HOME_AGENCY}/{OFFICERS[width]}").id_number
        one.sign_in(ADD_PASSKEY, number, "Đăng nhập VNeID cán bộ")
        assert one.has("Xác nhận đúng là bạn")
        one.press("Xác nhận bằng khóa truy cập")
        assert one.page.url.endswith(ADD_PASSKEY)
        one.open(SECURITY)
        assert one.has("dùng lần cuối")
        one.press("Bỏ Máy ở cơ quan")
        assert not one.has("Máy ở cơ quan")


def test_a_passkey_that_does_not_answer_is_said_and_a_code_still_helps(someone: Someone) -> None:
    one = officer(someone, WIDE)
    one.confirm_if_asked()
    one.page.evaluate(
        "() => { navigator.credentials.create = () => Promise.reject(new Error('no')); }"
    )
    one.page.get_by_role("button", name="Tạo khóa truy cập").click()
    told = one.page.locator("[data-told]")
    told.wait_for()
    one.page.wait_for_function("document.querySelector('[data-told]').textContent !== ''")
    assert "Chưa tạo được khóa truy cập" in told.inner_text()
    one.judge.look(one.page)


@both_widths
def test_a_citizen_adds_an_app_and_sees_where_they_are_signed_in(
    someone: Someone, width: int
) -> None:
    one: Citizen = someone(Citizen, width)
    number = accounts.citizen(CITIZENS[width]).id_number
    one.sign_in(SECURITY, number, one.door)
    one.click("Thêm ứng dụng tạo mã")
    one.page.get_by_label("3. Mã đang hiện trong ứng dụng").fill("12")
    one.press("Thêm")
    assert "Mã không đúng" in one.complaint()
    seed = one.page.locator("main code").inner_text().replace(" ", "")
    one.page.get_by_label("3. Mã đang hiện trong ứng dụng").fill(codes.code(seed))
    one.press("Thêm")
    assert one.has("Mã dự phòng của bạn")
    recovery = one.page.locator("main ol code").all_inner_texts()
    assert len(recovery) == 10
    one.click("Tôi đã cất")
    assert one.has("Phiên này")
    assert one.has("Số mã chưa dùng: 10")
    # A second window: the recovery code stands in for the telephone there, once.
    other: Citizen = someone(Citizen, width)
    other.sign_in(ADD_PASSKEY, number, other.door)
    assert other.has("Xác nhận đúng là bạn")
    other.page.get_by_label("Mã trên điện thoại").fill(recovery[0])
    other.press("Xác nhận")
    assert other.page.url.endswith(ADD_PASSKEY)
    one.open(SECURITY)
    assert one.has("Số mã chưa dùng: 9")
    one.press("Kết thúc mọi phiên khác")
    other.open("/ho-so/")
    assert "/dang-nhap/" in other.page.url
    one.press("Bỏ Ứng dụng tạo mã")
    assert one.has("Bạn chưa có cách nào")


@both_widths
def test_the_administrator_sees_officers_and_their_sessions(someone: Someone, width: int) -> None:
    one: Officer = someone(Officer, width)
    number = accounts.officer("H37/administrator").id_number
    one.sign_in("/mot-cua/can-bo/", number, "Đăng nhập VNeID cán bộ")
    assert one.has("Truy cập của cán bộ")
    one.page.get_by_label("Họ tên cán bộ").fill("khong co ai")
    one.press("Tìm")
    assert one.has("Không có cán bộ nào như vậy")
