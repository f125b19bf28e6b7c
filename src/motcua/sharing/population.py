"""The national population database: who somebody is, and of which family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings

from motcua.foundation import clock
from motcua.sharing import birth_notices
from motcua.sharing.client import Asking, call
from motcua.sharing.errors import ServiceRefused

PERSON, FAMILY, NEWBORN = "population.person", "population.family", "population.newborn"


@dataclass(frozen=True, slots=True)
class Address:
    """A place of residence: codes of province and commune, the rest in words, and all of it as
    one line."""

    province: str
    commune: str
    detail: str
    text: str

    def answer(self) -> dict[str, str]:
        """As a form's address field holds it."""
        return {"province": self.province, "commune": self.commune, "detail": self.detail}


@dataclass(frozen=True, slots=True)
class PopulationPerson:
    """A person as the register held them at `as_of`. `sex` is male or female, `marital_status`
    single, married, divorced or widowed. A parent who is not in the register is known by name."""

    id_number: str
    full_name: str
    birth_date: date
    sex: str
    ethnicity: str
    nationality: str
    marital_status: str
    spouse: str | None
    father: str | None
    mother: str | None
    father_name: str
    mother_name: str
    birth_place: str
    residence: Address
    phone: str
    email: str
    card_issued_on: date | None
    alive: bool
    as_of: datetime


@dataclass(frozen=True, slots=True)
class Family:
    """A person with the next of kin that the register knows."""

    person: PopulationPerson
    spouse: PopulationPerson | None
    father: PopulationPerson | None
    mother: PopulationPerson | None
    children: tuple[PopulationPerson, ...]
    as_of: datetime


def person(id_number: str, purpose: str, caller: str) -> PopulationPerson | None:
    """Who holds this personal id number; None when nobody does. Raises `ServiceUnavailable` and
    `ServiceRefused`."""
    asking = Asking(PERSON, purpose, caller, subject=id_number)
    found = _get(asking, f"/people/{quote(id_number, safe='')}")
    return None if found is None else _read(PERSON, found, clock.now())


def family(id_number: str, purpose: str, caller: str) -> Family | None:
    """The person with spouse, parents and children; None when nobody holds the number. Raises as
    `person`."""
    asking = Asking(FAMILY, purpose, caller, subject=id_number)
    found = _get(asking, f"/people/{quote(id_number, safe='')}/family")
    if found is None:
        return None
    now = clock.now()
    try:
        spouse, father, mother = (
            _read(FAMILY, found[kin], now) if found.get(kin) else None
            for kin in ("spouse", "father", "mother")
        )
        return Family(
            person=_read(FAMILY, found["person"], now),
            spouse=spouse,
            father=father,
            mother=mother,
            children=tuple(_read(FAMILY, child, now) for child in found["children"]),
            as_of=now,
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ServiceRefused(FAMILY, "câu trả lời không đúng khuôn dạng") from error


def assign_id(
    request_id: str,
    child: Mapping[str, Any],
    father_id: str | None,
    mother_id: str | None,
    purpose: str,
    caller: str,
) -> str:
    """The personal id number given to a newborn whose birth is being registered. The same
    `request_id` always gets the same number.

    `child` are the answers of the birth form: `child_full_name`, `child_birth_date`, `child_sex`,
    and where known `child_ethnicity`, `child_nationality`, `child_commune` or
    `child_residence`/`child_birth_place` (an address), `child_birth_notice`. Raises as `person`.
    """
    asking = Asking(NEWBORN, purpose, caller, subject=mother_id or father_id)
    body = {
        "full_name": child.get("child_full_name"),
        "birth_date": child.get("child_birth_date"),
        "sex": child.get("child_sex"),
        "ethnicity": child.get("child_ethnicity"),
        "nationality": child.get("child_nationality"),
        "father": father_id,
        "mother": mother_id,
        "commune": _commune(child),
        "birth_notice": child.get("child_birth_notice"),
    }
    answer = call(
        asking,
        "PUT",
        f"{settings.ENV.population_url}/newborns/{quote(request_id, safe='')}",
        secret=settings.ENV.population_secret,
        body={name: value for name, value in body.items() if value},
        key=request_id,
    )
    number = answer.get("id_number") if isinstance(answer, dict) else None
    if not isinstance(number, str) or len(number) != 12:
        raise ServiceRefused(NEWBORN, "không trả về số định danh")
    return number


def _commune(child: Mapping[str, Any]) -> str | None:
    for name in ("child_commune", "child_residence", "child_birth_place", "child_home"):
        value = child.get(name)
        code = value.get("commune") if isinstance(value, Mapping) else value
        if code:
            return str(code)
    return None


def facts(id_number: str, *, purpose: str, caller: str) -> dict[str, Any]:
    """What a form can be prefilled with, by source name: `population.full_name`,
    `population.residence`, `population.father.full_name`, `population.spouse.birth_date`, …

    Values are as form answers: dates in ISO, addresses as an object, and `…residence_text` the
    address in one line. Empty when nobody holds the number. Raises as `person`.
    """
    found = family(id_number, purpose, caller)
    if found is None:
        return {}
    result = dict(_named("population", found.person))
    for kin, name in (("father", "father_name"), ("mother", "mother_name")):
        relative = getattr(found, kin)
        result[f"population.{kin}.full_name"] = getattr(found.person, name)
        if relative is not None:
            result.update(_named(f"population.{kin}", relative))
    if found.spouse is not None:
        result.update(_named("population.spouse", found.spouse))
        # For a parent who registers a birth: the child's father and mother are these two.
        couple = {p.sex: p for p in (found.person, found.spouse)}
    else:
        couple = {found.person.sex: found.person}
    for role, sex in (("as_father", "male"), ("as_mother", "female")):
        if sex in couple:
            result.update(_named(f"population.{role}", couple[sex]))
    return result


def _named(prefix: str, who: PopulationPerson) -> Iterator[tuple[str, Any]]:
    for name in (
        "id_number",
        "full_name",
        "sex",
        "ethnicity",
        "nationality",
        "marital_status",
        "birth_place",
        "phone",
        "email",
    ):
        yield f"{prefix}.{name}", getattr(who, name)
    yield f"{prefix}.birth_date", who.birth_date.isoformat()
    yield f"{prefix}.birth_year", who.birth_date.year
    yield f"{prefix}.residence", who.residence.answer()
    yield f"{prefix}.residence_text", who.residence.text
    if who.card_issued_on is not None:
        yield f"{prefix}.card_issued_on", who.card_issued_on.isoformat()


def birth_notice_facts(id_number: str, *, purpose: str, caller: str) -> dict[str, Any]:
    """The newest birth notice of this mother, or of this father's wife, by source name:
    `birth_notice.number`, `birth_notice.child_birth_date`, … Empty when there is none."""
    asker = person(id_number, purpose, caller)
    mother = asker.id_number if asker and asker.sex == "female" else asker and asker.spouse
    if not mother:
        return {}
    found = birth_notices.find(mother, purpose, caller)
    return birth_notices.facts(found[0]) if found else {}


def _get(asking: Asking, path: str) -> Any:
    url = f"{settings.ENV.population_url}{path}"
    return call(asking, "GET", url, secret=settings.ENV.population_secret)


def _read(service: str, row: Mapping[str, Any], as_of: datetime) -> PopulationPerson:
    """A person in the service's JSON. Raises `ServiceRefused` when a field is missing or odd."""
    try:
        home = row["residence"]
        issued = row.get("card_issued_on")
        return PopulationPerson(
            id_number=str(row["id_number"]),
            full_name=str(row["full_name"]),
            birth_date=date.fromisoformat(row["birth_date"]),
            sex=str(row["sex"]),
            ethnicity=str(row.get("ethnicity") or ""),
            nationality=str(row.get("nationality") or ""),
            marital_status=str(row.get("marital_status") or ""),
            spouse=row.get("spouse"),
            father=row.get("father"),
            mother=row.get("mother"),
            father_name=str(row.get("father_name") or ""),
            mother_name=str(row.get("mother_name") or ""),
            birth_place=str((row.get("birth_place") or {}).get("name") or ""),
            residence=Address(
                province=str(home["province"]),
                commune=str(home["commune"]),
                detail=str(home.get("detail") or ""),
                text=str(home.get("text") or ""),
            ),
            phone=str(row.get("phone") or ""),
            email=str(row.get("email") or ""),
            card_issued_on=date.fromisoformat(issued) if issued else None,
            alive=bool(row.get("alive", True)),
            as_of=as_of,
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceRefused(service, "câu trả lời không đúng khuôn dạng") from error
