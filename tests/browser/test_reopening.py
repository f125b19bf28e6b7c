"""An approver carries a decision out: the form, what will follow, and the dossier open again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from journey.stories import STORIES
from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer

pytestmark = pytest.mark.browser
Someone = Callable[..., Any]

PLAIN = next(story for story in STORIES if story.procedure == "1.004873")


def approver(someone: Someone, width: int) -> Officer:
    officer = someone(Officer, width)
    number = accounts.officer(f"{accounts.HOME_AGENCY}/approver").id_number
    officer.seed = accounts.seed(number)
    officer.sign_in("/mot-cua/", number, "Đăng nhập VNeID cán bộ")
    return officer


@pytest.mark.parametrize("width", [NARROW, WIDE])
def test_a_dossier_is_opened_again_by_decision_and_the_citizen_reads_why(
    someone: Someone, width: int
) -> None:
    citizen = someone(Citizen, width)
    citizen.come(PLAIN)
    number = citizen.file(PLAIN)
    citizen.open(f"/ho-so/{number}/")
    citizen.click("Rút hồ sơ")
    citizen.press("Rút hồ sơ")
    officer = approver(someone, width)
    officer.open(f"/mot-cua/ho-so/{number}/")
    officer.click("Thu hồi, sửa, thay kết quả theo quyết định")
    officer.confirm_if_asked()
    page = officer.page
    assert page.get_by_label("Mở lại hồ sơ để giải quyết").is_checked()
    page.get_by_label("Số quyết định").fill("12/QĐ-UBND")
    page.get_by_label("Ngày quyết định").fill("2026-01-05")
    page.get_by_label("Lý do (người nộp sẽ đọc)").fill("Rút nhầm hồ sơ.")
    officer.picture("quyet-dinh-mo-lai")
    officer.press("Xem lại trước khi xác nhận")
    assert officer.has("Sắp mở lại hồ sơ")
    officer.picture("xac-nhan-mo-lai")
    officer.press("Xác nhận mở lại")
    assert officer.has("Đã mở lại hồ sơ")
    citizen.open(f"/ho-so/{number}/")
    assert citizen.has("Quyết định số 12/QĐ-UBND ngày 05/01/2026: Rút nhầm hồ sơ.")
