"""A linked birth with a real browser: a grandmother files once on a phone, the commune, the police
and the social insurance each do their part, and one page tells all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from journey.stories import KEPT, Story, ago, place
from motcua.demo import accounts
from tests.browser.judging import NARROW, WIDE, Judge
from tests.browser.people import Citizen, Officer, finish

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

POLICE = accounts.police_of(accounts.HOME_AGENCY)
DESKS = ("receptionist", "handler", "approver")
FATHER, MOTHER = accounts.citizen("cha"), accounts.citizen("me")


def parent(what: str, of: accounts.Citizen) -> dict[str, Any]:
    return {
        f"Họ, chữ đệm, tên của {what}": of.full_name,
        f"Ngày sinh của {what}": of.born.isoformat(),
        f"Số định danh cá nhân của {what}": of.id_number,
        f"Dân tộc của {what}": of.ethnicity,
        f"Quốc tịch của {what}": "Việt Nam",
        f"Nơi cư trú của {what}": place("Thôn Bản Chu"),
    }


STORY = Story(
    procedure="2.002621",
    person=accounts.citizen("cao-tuoi").id_number,
    name=accounts.citizen("cao-tuoi").full_name,
    answers={
        "Số điện thoại": "0912345679",
        "Bạn là gì của trẻ?": "Ông, bà",
        "Tôi đã thống nhất với cha, mẹ của trẻ về các nội dung khai sinh": True,
        "Họ, chữ đệm, tên của trẻ": "Hoàng Bảo Ngọc",
        "Ngày sinh của trẻ": ago(4),
        "Giới tính của trẻ": "Nữ",
        "Dân tộc của trẻ": "Tày",
        "Quốc tịch của trẻ": "Việt Nam",
        "Quê quán của trẻ": place(),
        "Địa danh nơi sinh": place(),
        "Bạn có giấy tờ nào về việc sinh?": "Giấy chứng sinh bản giấy",
        "Số Giấy chứng sinh": "CS-2026-LT-01",
        "Có ghi thông tin về mẹ của trẻ không?": "Có",
        "Có ghi thông tin về cha của trẻ không?": "Có",
        **parent("mẹ", MOTHER),
        **parent("cha", FATHER),
        "Cha, mẹ của trẻ đã đăng ký kết hôn chưa?": "Có",
        "Nơi đăng ký kết hôn": "Ủy ban nhân dân xã Cai Kinh",
        "Nơi đăng ký thường trú cho trẻ": place("Thôn Bản Chu"),
        "Họ, chữ đệm, tên chủ hộ": FATHER.full_name,
        "Số định danh cá nhân của chủ hộ": FATHER.id_number,
        "Chủ hộ và chủ sở hữu chỗ ở đồng ý cho trẻ đăng ký thường trú": True,
        "Nơi khám chữa bệnh ban đầu": "Trạm y tế xã Cai Kinh",
        "Bạn có muốn làm thẻ căn cước cho trẻ không?": "Không",
        "Số bản sao Giấy khai sinh cần cấp": "1",
        "Bạn muốn nhận kết quả bằng cách nào?": KEPT,
    },
    papers={"Giấy chứng sinh": "giay-chung-sinh.pdf"},
)


@pytest.fixture
def desks(browser: Browser, house: str, judge: Judge) -> Iterator[Callable[..., list[Officer]]]:
    """Officers of an agency, signed in; their windows are closed afterwards."""
    made: list[Officer] = []

    def of(agency: str, width: int, *which: str) -> list[Officer]:
        for one in which or DESKS:
            officer = Officer(browser, house, judge, width)
            number = accounts.officer(f"{agency}/{one}").id_number
            officer.seed = accounts.seed(number)
            officer.sign_in("/mot-cua/", number, "Đăng nhập VNeID cán bộ")
            made.append(officer)
        return made[-len(which or DESKS) :]

    yield of
    for officer in made:
        officer.close()


def member(citizen: Citizen, name: str) -> str:
    """The number of a member's dossier, as the page of the set links to it."""
    link = citizen.page.get_by_role("link", name=name, exact=True)
    address = link.first.get_attribute("href")
    assert address is not None
    return address.rstrip("/").rsplit("/", 1)[-1]


def test_a_birth_filed_once_comes_to_three_results(
    someone: Callable[..., Any], desks: Callable[..., list[Officer]]
) -> None:
    citizen = someone(Citizen, NARROW)
    citizen.come(STORY)
    birth = citizen.file(STORY)
    citizen.picture("lien-thong-da-nop")
    citizen.click("Theo dõi hồ sơ liên thông")
    page = citizen.page.url
    assert f"LT-{birth}" in citizen.text
    assert citizen.has("Đã xong 0 trên 3 thủ tục.")
    assert citizen.has("Bắt đầu khi có kết quả: Đăng ký khai sinh.")
    commune = desks(accounts.HOME_AGENCY, WIDE, "receptionist", "handler", "approver")
    finish(birth, commune, citizen)
    citizen.open(page)
    citizen.until(lambda: citizen.has("Đã xong 1 trên 3 thủ tục."))
    residence, insurance = (
        member(citizen, one) for one in ("Đăng ký thường trú", "Cấp thẻ bảo hiểm y tế")
    )
    citizen.picture("lien-thong")
    commune[1].open(f"/mot-cua/ho-so/{birth}/")
    assert commune[1].has("Hồ sơ liên thông")
    assert residence not in commune[1].text
    for agency, number in ((POLICE, residence), (accounts.INSURANCE, insurance)):
        people = desks(agency, WIDE)
        people[1].open(f"/mot-cua/ho-so/{number}/")
        assert people[1].has("kết quả của thủ tục trước")
        assert birth not in [word.strip(".,;:") for word in people[1].text.split()]
        people[1].picture(f"lien-thong-ban-lam-viec-{agency}")
        finish(number, people, citizen)
    citizen.open(page)
    citizen.until(lambda: citizen.has("Đã xong 3 trên 3 thủ tục."))
    citizen.picture("lien-thong-xong")
    citizen.open("/ho-so/")
    assert citizen.has("xong 3 trên 3")
