"""Searching with a real browser: suggestions by keyboard, reasons, filters, the procedure's page,
on a phone of 320 px and at a desk of 1280 px; and without scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Visitor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Someone = Callable[..., Any]


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_suggestions_are_chosen_with_the_keyboard_alone(someone: Someone, width: int) -> None:
    visitor = someone(Visitor, width)
    visitor.open("/")
    field = visitor.page.get_by_role("combobox")
    field.press_sequentially("khai s", delay=20)
    visitor.page.get_by_role("option", name="Đăng ký khai sinh", exact=True).wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    visitor.judge.look(visitor.page)
    field.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    field.press_sequentially("i", delay=20)
    visitor.page.get_by_role("option").first.wait_for()
    field.press("ArrowDown")
    active = field.get_attribute("aria-activedescendant")
    assert active
    assert visitor.page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    with visitor.page.expect_navigation():
        field.press("Enter")
    assert "/thu-tuc/" in visitor.page.url


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_results_filters_and_the_page_of_a_procedure(someone: Someone, width: int) -> None:
    visitor = someone(Visitor, width)
    visitor.open("/thu-tuc/?q=vợ+em+mới+đẻ")
    visitor.page.get_by_text("Thu hẹp kết quả").click()
    visitor.judge.look(visitor.page)
    visitor.open("/thu-tuc/?q=lên+mặt+trăng")
    visitor.open("/thu-tuc/?viec=birth")
    visitor.open("/thu-tuc/1.001193/")
    visitor.page.get_by_label("Xã, phường nơi bạn ở").select_option(index=1)
    visitor.page.get_by_role("button", name="Xem cơ quan giải quyết").click()
    visitor.page.locator("#noi-giai-quyet").wait_for()
    visitor.judge.look(visitor.page)


def test_without_scripts_it_is_a_plain_search(browser: Browser, house: str) -> None:
    context = browser.new_context(java_script_enabled=False, locale="vi-VN")
    page = context.new_page()
    page.goto(house)
    page.get_by_label("Gõ việc bạn cần làm").fill("mo quan an")
    page.get_by_role("button", name="Tìm thủ tục").click()
    assert "1.001612" in page.content()
    context.close()
