"""Data that a decision keeps, and an answer that is put right, with a real browser; on a telephone
and at a desk."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from journey.stories import STORIES
from motcua.demo import accounts
from motcua.demo.nation import nation
from tests.browser.judging import NARROW, WIDE
from tests.browser.people import Citizen, Officer

pytestmark = pytest.mark.browser
both_widths = pytest.mark.parametrize("width", [NARROW, WIDE])
Someone = Callable[..., Any]
UNMARRIED = next(story for story in STORIES if story.procedure == "1.004873")
WRONG, RIGHT = "Bổ túc hồ sơ xin việc", "Bổ túc hồ sơ du học"


def somebody(place: int) -> Any:
    """An unmarried grown-up of the nation by their place from the beginning, whom no other test and
    no story knows."""
    known = {one.id_number for one in (*accounts.CITIZENS, *accounts.officers())}
    single = (
        one
        for one in nation().people.values()
        if one.marital_status == "single"
        and date(1970, 1, 1) < one.birth_date < date(2000, 1, 1)
        and one.id_number not in known
    )
    return sorted(single, key=lambda one: one.id_number)[place]


WHO = {NARROW: 0, WIDE: 1}
HELD = {NARROW: 2, WIDE: 3}


def data_officer(someone: Someone, width: int, path: str) -> Officer:
    """The officer in charge of personal data of the province, come to `path`."""
    one: Officer = someone(Officer, width)
    known = accounts.officer("H37/data-officer")
    one.seed = accounts.seed(known.id_number)
    one.sign_in(path, known.id_number, "Đăng nhập VNeID cán bộ")
    return one


@both_widths
def test_an_answer_is_put_right_on_request_and_what_stood_there_is_shown(
    someone: Someone, width: int
) -> None:
    who = somebody(WHO[width])
    story = replace(
        UNMARRIED,
        person=who.id_number,
        name=who.full_name,
        answers={
            **UNMARRIED.answers,
            "Bạn dùng giấy để làm gì?": "Việc khác",
            "Mục đích sử dụng": WRONG,
        },
    )
    one: Citizen = someone(Citizen, width)
    one.come(story)
    number = one.file(story)

    one.open("/tai-khoan/du-lieu/yeu-cau/moi/correct/")
    choice = one.page.get_by_label("Nội dung khai trong hồ sơ cần sửa")
    choice.select_option(label=f"{number}: Mục đích sử dụng ({WRONG})")
    one.press("Gửi yêu cầu")
    assert one.complaint(), "the right words are missing"
    one.page.get_by_label("Nội dung đúng").fill(RIGHT)
    one.press("Gửi yêu cầu")
    request = one.page.url.rstrip("/").rsplit("/", 1)[-1]

    officer = data_officer(someone, width, f"/mot-cua/du-lieu-ca-nhan/{request}/")
    assert officer.has(RIGHT)
    assert officer.has("Mục đích sử dụng")
    assert "purpose_other" not in officer.text, "said in words, not by its key"
    officer.picture("sua-noi-dung")
    officer.press("Nhận giải quyết")
    officer.confirm_if_asked()
    officer.page.get_by_label("Câu trả lời cho người yêu cầu").fill("Đã sửa như bạn nêu.")
    officer.press("Thực hiện và trả lời")
    officer.confirm_if_asked()
    assert officer.has("Đã thực hiện")

    one.open(f"/ho-so/{number}/")
    one.page.get_by_text("Những gì bạn đã khai").click()
    one.judge.look(one.page)
    assert one.has(RIGHT)
    before = one.page.get_by_role("region", name="Nội dung trước khi sửa").inner_text()
    assert WRONG in before
    assert request in before
    one.page.get_by_role("region", name="Nội dung trước khi sửa").scroll_into_view_if_needed()
    one.picture("da-sua")


@both_widths
def test_a_decision_keeps_somebodys_data_until_another_ends_it(
    someone: Someone, width: int
) -> None:
    who = somebody(HELD[width])
    known: Citizen = someone(Citizen, width)
    known.sign_in("/tai-khoan/du-lieu/", who.id_number, known.door)  # since then a person here
    decision = f"Quyết định {width}/QĐ-TA, Tòa án nhân dân tỉnh"
    one = data_officer(someone, width, "/mot-cua/giu-du-lieu/")
    one.page.get_by_label("Quyết định số, ngày, của cơ quan nào", exact=True).fill(decision)
    one.page.get_by_label("Lý do").fill("Chứng cứ của một vụ án.")
    one.press("Giữ")
    assert "đúng một thứ" in one.complaint()
    number = one.page.get_by_label("Một người: số định danh")
    assert one.page.get_by_label("Lý do").input_value() == "Chứng cứ của một vụ án."
    number.fill(who.id_number)
    one.press("Giữ")
    assert one.has("Đã ghi quyết định giữ.")
    assert who.id_number not in one.text, "whom it is about is masked"
    one.picture("giu-du-lieu")
    card = one.page.locator("main section.card", has_text=decision)
    assert card.count() == 1

    card.get_by_label("Quyết định thôi giữ").fill(f"Quyết định {width}/QĐ-TA về thôi giữ")
    one.press("Thôi giữ", card)
    assert one.has("Đã ghi quyết định thôi giữ.")
    assert one.page.locator("main section.card", has_text=decision).count() == 0
