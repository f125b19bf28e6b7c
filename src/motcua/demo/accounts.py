"""The accounts that people and scripts know by name: citizens with a story, and officers.

Their id numbers never change (block 900001-900999), so a script may carry them. `CITIZENS` and
`officers()` are what `make demo` prints and what the national eID sandbox offers on its sign-in
page.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from random import Random

from motcua.demo import naming
from motcua.demo.records import Commune, Officer, Person, Post
from motcua.people import totp

PROVINCE = "H37"
PROVINCE_CODE = "20"
CENTRE = "H37.00"
HOME_AGENCY = "H37.105"
ELSEWHERE, ELSEWHERE_TERRITORY = "H26.101", "00070"
"""A commune of another province: Phường Hoàn Kiếm, Hà Nội; the code is illustrative."""
INSURANCE = "G24.37"
"""The social insurance of the province, which takes part in linked procedures."""


def police_of(commune_agency: str) -> str:
    """The code of a commune's police: `G01.37.105` beside `H37.105`."""
    return f"G01.{commune_agency[1:]}"


@dataclass(frozen=True, slots=True)
class Citizen:
    """One named account. `story` says, in Vietnamese, what the person is here for."""

    key: str
    id_number: str
    full_name: str
    sex: str
    born: date
    ethnicity: str
    story: str


CITIZENS: tuple[Citizen, ...] = (
    Citizen("cha", "020094900001", "Hoàng Văn Đức", "male", date(1994, 3, 12), "Tày",
            "cha của bé gái mới sinh, đăng ký khai sinh"),
    Citizen("me", "020196900002", "Nông Thị Hương", "female", date(1996, 8, 25), "Nùng",
            "mẹ của bé gái mới sinh"),
    Citizen("con-lon", "020222900003", "Hoàng Minh Khôi", "male", date(2022, 5, 19), "Tày",
            "con trai đầu của hai vợ chồng"),
    Citizen("chu-quan", "020188900004", "Vy Thị Mai", "female", date(1988, 11, 2), "Nùng",
            "mở quán ăn, đăng ký hộ kinh doanh"),
    Citizen("xay-nha", "020085900005", "Triệu Văn Sơn", "male", date(1985, 1, 30), "Dao",
            "xây nhà, xin giấy phép xây dựng"),
    Citizen("doc-than", "020301900006", "Lý Thu Trang", "female", date(2001, 9, 9), "Tày",
            "chưa kết hôn, xin xác nhận tình trạng hôn nhân"),
    Citizen("cao-tuoi", "020059900007", "Nguyễn Văn Hòa", "male", date(1959, 6, 17), "Kinh",
            "đến quầy chứng thực bản sao"),
    Citizen("giam-doc", "020079900008", "Trần Minh Quân", "male", date(1979, 4, 5), "Kinh",
            "đại diện theo pháp luật của một công ty"),
    Citizen("chu-tiem", "020175900009", "Lộc Thị Liên", "female", date(1975, 12, 21), "Nùng",
            "chủ một hộ kinh doanh đang hoạt động"),
)  # fmt: skip

# Communes whose posts are all filled: the home commune of the citizens above and seven others.
STAFFED = ("H37.105", "Đông Kinh", "Tam Thanh", "Kỳ Lừa", "Lương Văn Tri", "Đồng Đăng",
           "Lộc Bình", "Bắc Sơn")  # fmt: skip

# (what, suffix of the agency, roles, title, sex or None for either)
_COMMUNE_POSTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("receptionist", ".01", ("receptionist",), "Công chức tiếp nhận hồ sơ"),
    ("receptionist-2", ".01", ("receptionist",), "Công chức tiếp nhận hồ sơ"),
    ("handler", "", ("handler",), "Công chức tư pháp - hộ tịch"),
    ("handler-2", "", ("handler",), "Chuyên viên"),
    ("handler-kinh-te", ".02", ("handler",), "Chuyên viên"),
    ("handler-van-hoa", ".03", ("handler",), "Chuyên viên"),
    ("clerk", "", ("clerk",), "Văn thư"),
    ("approver", "", ("approver",), "Phó Chủ tịch"),
    ("head", "", ("head", "approver"), "Chủ tịch"),
)
_CENTRE_POSTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("receptionist", "", ("receptionist",), "Công chức tiếp nhận hồ sơ"),
    ("receptionist-2", "", ("receptionist",), "Công chức tiếp nhận hồ sơ"),
    ("handler", "", ("handler",), "Chuyên viên"),
    ("clerk", "", ("clerk",), "Văn thư"),
    ("approver", "", ("approver",), "Phó Giám đốc"),
    ("head", "", ("head", "approver"), "Giám đốc Trung tâm"),
)
_LINKED_POSTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("receptionist", "", ("receptionist",), "Cán bộ tiếp nhận hồ sơ"),
    ("handler", "", ("handler",), "Cán bộ xử lý"),
    ("approver", "", ("head", "approver"), "Thủ trưởng"),
)
_PROVINCE_POSTS: tuple[tuple[str, str, tuple[str, ...], str], ...] = (
    ("administrator", "", ("administrator",), "Quản trị hệ thống"),
    ("data-officer", "", ("data_officer",), "Người phụ trách bảo vệ dữ liệu cá nhân"),
    ("inspector", ".14", ("inspector",), "Thanh tra viên"),
)


@cache
def communes() -> tuple[Commune, ...]:
    """The 65 communes of Lạng Sơn in alphabetical order, which is the order of their codes."""
    with open(naming.DATA / "communes.csv", encoding="utf-8", newline="") as lines:
        return tuple(Commune(**row) for row in csv.DictReader(lines))


@cache
def staffed_communes() -> tuple[Commune, ...]:
    """The communes whose posts are filled, the home commune first."""
    by_name = {key: c for c in communes() for key in (c.name, c.agency_code)}
    return tuple(by_name[key] for key in STAFFED)


@cache
def home_commune() -> Commune:
    """Where the named citizens live."""
    return staffed_communes()[0]


@cache
def _staff() -> tuple[tuple[Officer, Person], ...]:
    rng = Random(37)  # noqa: S311 - names and ages only, no secret
    desks = [(c.agency_code, c, _COMMUNE_POSTS) for c in staffed_communes()]
    desks.append((CENTRE, staffed_communes()[1], _CENTRE_POSTS))
    desks.append((PROVINCE, staffed_communes()[1], _PROVINCE_POSTS))
    home = staffed_communes()[0]
    desks += [(police_of(HOME_AGENCY), home, _LINKED_POSTS), (INSURANCE, home, _LINKED_POSTS)]
    desks.append((ELSEWHERE, home, _LINKED_POSTS))
    found: list[tuple[Officer, Person]] = []
    used: set[str] = set()
    for agency, commune, posts in desks:
        for what, suffix, roles, title in posts:
            sex = rng.choice(("male", "female"))
            senior = "approver" in roles
            born = date(rng.randint(1970, 1982) if senior else rng.randint(1983, 2000),
                        rng.randint(1, 12), rng.randint(1, 28))  # fmt: skip
            people = naming.ethnicity(rng)
            name = naming.full_name(rng, naming.surname(rng, people), sex, born.year)
            while name in used:
                name = naming.full_name(rng, naming.surname(rng, people), sex, born.year)
            used.add(name)
            number = f"{naming.id_prefix('020', born, sex)}{900_101 + len(found)}"
            officer = Officer(
                key=f"{agency}/{what}",
                id_number=number,
                full_name=name,
                posts=tuple(Post(agency + suffix, role, title) for role in roles),
            )
            person = Person(
                id_number=number, full_name=name, birth_date=born, sex=sex, ethnicity=people,
                commune=commune.code, address=naming.address(rng, commune.kind),
                birth_place=commune.code, household=0,
            )  # fmt: skip
            found.append((officer, person))
    return tuple(found)


def officers() -> tuple[Officer, ...]:
    """Every officer of the demonstration, with posts."""
    return tuple(officer for officer, _ in _staff())


def officer(key: str) -> Officer:
    """One officer by key, for example `H37.105/approver`. Raises KeyError."""
    return {o.key: o for o in officers()}[key]


def officer_people() -> tuple[Person, ...]:
    """The same officers as people of the nation."""
    return tuple(person for _, person in _staff())


def seed(who: str) -> str:
    """The seed of the one-time codes of an officer (by id number) or of the break-glass account (by
    name). Printed by the demonstration and the same everywhere: it guards invented people only."""
    return totp.seed_of(sha256(f"motcua demonstration {who}".encode()).digest()[: totp.SEED_BYTES])


def citizen(key: str) -> Citizen:
    """One named citizen by key, for example `cha`. Raises KeyError."""
    return {c.key: c for c in CITIZENS}[key]
