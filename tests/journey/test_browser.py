"""The journey's browser reads pages as people do: what is not written on them cannot be used."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from urllib.parse import parse_qsl

import pytest

from journey.browser import Browser, PageError

FORM = """<!doctype html><html><head><title>Trang</title></head><body>
<a href="/khac"><span>Trang</span> khác</a>
<form method="post" action="/gui"><input type="hidden" name="csrf" value="x">
<label for="n">Họ và tên <span class="optional">(không bắt buộc)</span></label>
<input id="n" name="name">
<fieldset><legend>Ngày sinh</legend><label for="d">Ngày</label><input id="d" name="b.day">
<label for="m">Tháng</label><input id="m" name="b.month">
<label for="y">Năm</label><input id="y" name="b.year"></fieldset>
<fieldset><legend>Giới tính</legend>
<div class="choice"><input type="radio" id="s1" name="sex" value="m">
<label for="s1">Nam</label></div>
<div class="choice"><input type="radio" id="s2" name="sex" value="f" checked>
<label for="s2">Nữ</label></div></fieldset>
<fieldset><legend>Nơi ở</legend><label for="p">Tỉnh</label><select id="p" name="r.province">
<option value="">Chọn</option><option value="20">Tỉnh Lạng Sơn</option></select></fieldset>
<input type="checkbox" id="c" name="agree"><label for="c">Tôi cam đoan</label>
<button aria-hidden="true">Gửi</button><button disabled>Gửi ngay</button>
<button name="later" value="1">Để sau</button><button>Gửi</button></form></body></html>"""


class _Server(BaseHTTPRequestHandler):
    received: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        if self.path == "/khac":
            self._answer("<p role=alert>Không được vào</p>", 403)
        else:
            self._answer(FORM)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.received.append(dict(parse_qsl(body, keep_blank_values=True)))
        self._answer("<p role=alert>Sai ngày sinh</p>" if "b.day=99" in body else "<p>Xong</p>")

    def _answer(self, text: str, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def browser() -> Iterator[Browser]:
    server = HTTPServer(("127.0.0.1", 0), _Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    _Server.received.clear()
    found = Browser(f"http://127.0.0.1:{server.server_port}", "người thử")
    found.open("/")
    yield found
    found.close()
    server.shutdown()
    server.server_close()


def test_questions_are_answered_by_the_words_beside_them(browser: Browser) -> None:
    page = browser.page
    assert page.answer("Họ và tên", "Lý Thu Trang")
    assert page.answer("Ngày sinh", "2001-09-09")
    assert page.answer("Giới tính", "Nam")
    assert page.answer("Nơi ở", {"Tỉnh": "Tỉnh Lạng Sơn"})
    assert page.answer("Tôi cam đoan", True)
    assert not page.answer("Không có câu này", "x")
    assert browser.press("Gửi").has("Xong")
    assert _Server.received == [
        {
            "csrf": "x",
            "name": "Lý Thu Trang",
            "b.day": "09",
            "b.month": "09",
            "b.year": "2001",
            "sex": "m",
            "r.province": "20",
            "agree": "on",
        }
    ]


def test_the_button_pressed_is_the_one_sent(browser: Browser) -> None:
    browser.press("Để sau")
    assert _Server.received[0]["later"] == "1"


@pytest.mark.parametrize("text", ["Gửi ngay", "Xóa"])
def test_a_button_that_is_not_there_or_is_off_cannot_be_pressed(
    browser: Browser, text: str
) -> None:
    with pytest.raises(PageError, match=text):
        browser.press(text)


def test_a_page_that_complains_stops_the_journey(browser: Browser) -> None:
    browser.page.answer("Ngày sinh", "2001-09-99")
    with pytest.raises(PageError, match="Sai ngày sinh"):
        browser.press("Gửi")


def test_a_choice_that_is_not_offered_is_an_error(browser: Browser) -> None:
    with pytest.raises(PageError, match="Khác"):
        browser.page.answer("Giới tính", "Khác")


def test_a_refused_page_says_why(browser: Browser) -> None:
    with pytest.raises(PageError, match=r"403.*Không được vào"):
        browser.click("Trang khác")
    browser.open("/")
    assert browser.open("/khac", allow=(403,)).status == 403
