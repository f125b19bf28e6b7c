"""Second factors with a real browser: codes and passkeys, on a telephone and at a desk. Signing
itself is walked through in `test_journeys.py`, where approvals are asked for a code."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Officer, Visitor

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Someone = Callable[..., Any]

SECURITY = "/tai-khoan/bao-mat/"
ADD_PASSKEY = "/tai-khoan/bao-mat/khoa/"
# Different people for each width: both windows may be open in one run.
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
