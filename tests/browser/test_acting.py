"""Acting for another in a browser: an accountant for a company, until its director ends it."""

from __future__ import annotations

from collections.abc import Callable
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

MANDATES = "/lam-thay/"
OFFICER_DOOR = "Đăng nhập VNeID cán bộ"
NEW_OFFICERS = {NARROW: "me", WIDE: "doc-than"}
# Of another commune: nobody else's officers change.
ELSEWHERE = accounts.staffed_communes()[2]
STORY = next(story for story in STORIES if story.procedure == "1.013225")


@both_widths
def test_an_accountant_files_for_the_company_until_the_director_ends_it(
    someone: Someone, width: int
) -> None:
    director, accountant = someone(Citizen, width), someone(Citizen, width)
    number = accounts.citizen("giam-doc").id_number
    company = next(one for one in nation().organisations if one.representative == number)
    director.open(MANDATES)
    director.click("Đăng nhập VNeID tổ chức")
    director.page.get_by_label("Mã số thuế của tổ chức").fill(company.tax_code)
    director._at_the_eid(number)
    assert director.has(company.name)
    director.click("Cho người khác làm thay")
    director.page.get_by_label("Số định danh của người đó").fill(STORY.person)
    director.page.get_by_label("Họ và tên như trên thẻ căn cước").fill(STORY.name)
    director.page.get_by_label("Nộp hồ sơ", exact=True).check()
    director.page.get_by_label("Số văn bản ủy quyền").fill("12/GUQ")
    director.picture("cho-lam-thay")
    director.press("Cho làm thay")
    assert director.has(STORY.name)

    accountant.sign_in(MANDATES, STORY.person, accountant.door)
    accountant.press(f"Làm thay {company.name}")
    assert accountant.has(f"Bạn đang làm thay cho {company.name}")
    accountant.open(f"/thu-tuc/{STORY.procedure}/nop/")
    dossier = accountant.file(STORY)
    accountant.open(f"/ho-so/{dossier}/")
    assert accountant.has(f"Tổ chức {company.name}")
    assert accountant.has(f"Người đại diện {STORY.name}")
    accountant.picture("ho-so-lam-thay")
    director.open(f"/ho-so/{dossier}/")
    assert director.has(STORY.name)

    director.open(MANDATES)
    director.picture("lam-thay")
    director.press(f"Chấm dứt {STORY.name}")
    assert director.has("Đã chấm dứt, có hiệu lực ngay.")
    accountant.open(f"/ho-so/{dossier}/")
    assert accountant.has("Việc làm thay của bạn đã kết thúc")
    accountant.open(f"/ho-so/{dossier}/")
    assert accountant.has("Không tìm thấy")
    assert not accountant.has(company.name)


@both_widths
def test_an_officer_works_from_the_appointment_until_leaving(someone: Someone, width: int) -> None:
    new = accounts.citizen(NEW_OFFICERS[width])
    known = nation().people[new.id_number]
    person, administrator = someone(Citizen, width), someone(Officer, width)
    person.sign_in("/ho-so/", new.id_number, person.door)
    person.open("/mot-cua/")
    assert person.has("Trang này dành cho cán bộ")
    number = accounts.officer(f"{accounts.PROVINCE}/administrator").id_number
    administrator.seed = accounts.seed(number)
    administrator.sign_in("/mot-cua/nhan-su/", number, OFFICER_DOOR)
    administrator.page.get_by_label("Tên hoặc mã cơ quan").fill(ELSEWHERE.agency_code)
    administrator.press("Tìm")
    administrator.click(ELSEWHERE.name)
    place = administrator.page.url
    administrator.page.get_by_text("Phân công cán bộ").click()
    card = administrator.page.get_by_role("region", name="Nhiệm vụ đang giữ")
    card.get_by_label("Số định danh cá nhân").fill(known.id_number)
    card.get_by_label("Họ và tên").fill(known.full_name)
    card.get_by_label("Vai trò").select_option(label="Chuyên viên")
    card.get_by_label("Số, ngày quyết định").fill("15/QĐ-UBND")
    administrator.judge.look(administrator.page)
    administrator.picture("nhan-su")
    administrator.press("Phân công", card)
    administrator.confirm_if_asked()
    assert administrator.has("Đã phân công.")
    person.open("/mot-cua/")
    assert person.has("Việc cần làm")

    administrator.open(place)
    administrator.press(f"Cho rời cơ quan {known.full_name}")
    administrator.confirm_if_asked()
    assert administrator.has("có hiệu lực ngay")
    person.open("/mot-cua/")
    assert person.has("Trang này dành cho cán bộ")
