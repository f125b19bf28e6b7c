"""A person signs in with a browser, on a phone and at a desk, and no barrier stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from motcua.demo import accounts
from motcua.doors.portal import eid

from .eid_server import running

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running("eid", tmp_path_factory.mktemp("eid")) as address:
        yield address


@pytest.fixture
def house(transactional_db: None, provider: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server of its own: pages say, when it starts, to which provider a form may lead."""
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, eid_url=provider, demo=True))
    eid.client.cache_clear()
    server = LiveServer("localhost")
    yield server.url
    server.stop()
    eid.client.cache_clear()


def barriers(page: Page) -> list[str]:
    """What axe finds against WCAG 2.2 AA on the page shown."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    return [f"{v['id']}: {v['nodes'][0]['html']}" for v in found.response["violations"]]


@pytest.mark.parametrize("width", [320, 1280])
def test_a_citizen_signs_in_and_out_with_a_browser(page: Page, house: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{house}/dang-nhap/?next=/ho-so/")
    assert barriers(page) == []
    page.get_by_role("link", name="Đăng nhập VNeID cá nhân").click()
    assert barriers(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_label("Số định danh cá nhân").fill("123")
    page.get_by_role("button", name="Đăng nhập và cho phép").click()
    assert page.get_by_role("alert").inner_text() != ""
    assert barriers(page) == []
    mother = accounts.citizen("me").full_name
    page.get_by_role("button", name=mother).click()
    page.wait_for_url(f"{house}/ho-so/")
    page.get_by_role("button", name="Đăng xuất").click()
    page.get_by_role("link", name="Đăng nhập").first.wait_for()
    page.goto(f"{house}/ho-so/")
    assert "/dang-nhap/" in page.url


def test_the_password_page_and_a_failed_sign_in_have_no_barriers(page: Page, house: str) -> None:
    page.goto(f"{house}/dang-nhap/du-phong/")
    assert barriers(page) == []
    page.get_by_label("Tên tài khoản").fill("quan-tri")
    page.get_by_label("Mật khẩu").fill("sai")
    page.get_by_role("button", name="Đăng nhập", exact=True).click()
    assert "không đúng" in page.get_by_role("alert").inner_text()
    assert barriers(page) == []
    page.goto(f"{house}/dang-nhap/ket-qua/?code=x&state=y")
    assert barriers(page) == []
    assert page.get_by_role("link", name="Đăng nhập lại").is_visible()


def test_the_front_page_of_the_provider_has_no_barriers(page: Page, provider: str) -> None:
    page.goto(provider)
    assert barriers(page) == []
