"""Who has an electronic identity: people of the synthetic nation from 14 years on, each in their
own name and in that of the organisations they represent."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import cache
from typing import Any

from motcua.demo import accounts
from motcua.demo.nation import AS_OF, nation
from motcua.demo.records import Organisation, Person

YOUNGEST = 14
_SPACE = uuid.UUID("5b0e1c52-7f0f-4a35-9d0a-6b2f8f1f3a20")


class NoIdentity(LookupError):
    """Nobody with an electronic identity has this number; the message says why."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Who signs in: a person, or a person for an organisation."""

    person: Person
    organisation: Organisation | None

    @property
    def key(self) -> str:
        """How requests name the holder: id number, or id number/tax code."""
        tax_code = f"/{self.organisation.tax_code}" if self.organisation else ""
        return f"{self.person.id_number}{tax_code}"

    @property
    def subject(self) -> str:
        """The `sub`: stable, and says nothing about the holder."""
        return str(uuid.uuid5(_SPACE, self.key))

    @property
    def name(self) -> str:
        acting = f" ({self.organisation.name})" if self.organisation else ""
        return f"{self.person.full_name}{acting}"


def holder(key: str) -> Holder:
    """The holder behind `id number` or `id number/tax code`. Raises `NoIdentity`."""
    number, _, tax_code = key.replace(" ", "").partition("/")
    person = nation().person(number)
    if person is None:
        raise NoIdentity("Không có tài khoản định danh nào mang số này.")
    if person.age(AS_OF) < YOUNGEST:
        raise NoIdentity("Người dưới 14 tuổi đăng nhập qua tài khoản của cha, mẹ hoặc giám hộ.")
    if not tax_code:
        return Holder(person, None)
    for organisation in nation().organisations:
        if organisation.tax_code == tax_code and organisation.representative == number:
            return Holder(person, organisation)
    raise NoIdentity("Người này không đại diện cho tổ chức có mã số thuế đã nhập.")


def claims(who: Holder, scopes: frozenset[str]) -> dict[str, Any]:
    """What userinfo tells of the holder under `scopes` (see the package's docstring)."""
    person = who.person
    commune = nation().commune(person.commune)
    found: dict[str, Any] = {"sub": who.subject}
    if "profile" in scopes:
        found |= {
            "name": person.full_name,
            "birthdate": person.birth_date.isoformat(),
            "gender": person.sex,
        }
    if "identity" in scopes:
        found |= {
            "name": person.full_name,
            "id_number": person.id_number,
            "ethnicity": person.ethnicity,
            "nationality": person.nationality,
            "residence_code": person.commune,
            "account_kind": "organisation" if who.organisation else "person",
        }
        if who.organisation:
            found |= {
                "tax_code": who.organisation.tax_code,
                "organisation_name": who.organisation.name,
                "organisation_address": who.organisation.address,
            }
    if "phone" in scopes and person.phone:
        found["phone_number"] = person.phone
    if "email" in scopes and person.email:
        found["email"] = person.email
    if "address" in scopes:
        text = f"{person.address}, {commune.kind.lower()} {commune.name}, tỉnh Lạng Sơn"
        found["address"] = {"formatted": text}
    return found


def choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """The accounts the sign-in page offers, in groups: (heading, [(holder key, label)])."""
    everybody = nation()
    citizens = [
        (c.id_number, f"{c.full_name}: {c.story}")
        for c in accounts.CITIZENS
        if everybody.people[c.id_number].age(AS_OF) >= YOUNGEST
    ]
    bodies = [
        (
            f"{o.representative}/{o.tax_code}",
            f"{o.name}, {everybody.people[o.representative].full_name}",
        )
        for o in everybody.organisations
    ]
    places = {c.agency_code: c.full_name for c in everybody.communes}
    places |= {"H37": "Tỉnh Lạng Sơn", "H37.00": "Trung tâm Phục vụ hành chính công tỉnh"}
    officers: dict[str, list[tuple[str, str]]] = {}
    for officer in accounts.officers():
        place = officer.key.split("/")[0]
        label = f"{officer.full_name}: {officer.posts[0].title} ({officer.key})"
        officers.setdefault(f"Cán bộ {places.get(place, place)}", []).append(
            (officer.id_number, label)
        )
    return [("Người dân", citizens), ("Tổ chức", bodies), *officers.items()]


def directory() -> dict[str, list[dict[str, Any]]]:
    """The named accounts for scripts: who signs in under which key, and what for."""
    bodies = nation().organisations
    return {
        "citizens": [
            {"key": c.key, "sign_in": c.id_number, "name": c.full_name, "story": c.story}
            for c in accounts.CITIZENS
        ],
        "organisations": [
            {"key": o.tax_code, "sign_in": f"{o.representative}/{o.tax_code}", "name": o.name}
            for o in bodies
        ],
        "officers": [
            {
                "key": o.key,
                "sign_in": o.id_number,
                "name": o.full_name,
                "posts": [
                    {"agency": p.agency_code, "role": p.role, "title": p.title} for p in o.posts
                ],
            }
            for o in accounts.officers()
        ],
    }


@cache
def subjects() -> dict[str, str]:
    """Holder keys by subject, of everybody."""
    everybody = nation()
    people = [Holder(p, None) for p in everybody.people.values() if p.age(AS_OF) >= YOUNGEST]
    bodies = [Holder(everybody.people[o.representative], o) for o in everybody.organisations]
    return {who.subject: who.key for who in (*people, *bodies)}
