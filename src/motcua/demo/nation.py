"""A synthetic nation of 2,000 people in the 65 communes of Lạng Sơn: nobody in it exists.

Pure and deterministic: `nation()` gives the same people on every machine and every run, without
Django or a database, so that the sandbox servers, the loader and scripts agree. Names follow the
peoples of the province; personal id numbers have the real structure with a random block that
begins with 9, telephone numbers reach nobody and e-mail addresses are under example.com.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cache, cached_property
from random import Random

from motcua.demo import accounts, naming
from motcua.demo.families import Village, marry
from motcua.demo.records import BirthNotice, Commune, Organisation, Person

AS_OF = date(2026, 11, 20)
SIZE = 2000
SEED = 20
_FOUNDER_COUPLES = 258


@dataclass(frozen=True)
class Nation:
    """Everybody, with the registers around them. `people` is keyed by personal id number."""

    people: dict[str, Person]
    notices: tuple[BirthNotice, ...]
    organisations: tuple[Organisation, ...]
    communes: tuple[Commune, ...]

    @cached_property
    def households(self) -> dict[int, list[Person]]:
        """Who lives together; the head first."""
        found: dict[int, list[Person]] = {}
        for person in self.people.values():
            found.setdefault(person.household, []).append(person)
        for members in found.values():
            members.sort(key=lambda p: (not p.is_head, p.birth_date))
        return found

    def person(self, id_number: str) -> Person | None:
        return self.people.get(id_number)

    def commune(self, code: str) -> Commune:
        """Raises KeyError for a place outside Lạng Sơn."""
        return {c.code: c for c in self.communes}[code]

    def notices_of(self, mother: str) -> list[BirthNotice]:
        return [n for n in self.notices if n.mother == mother]


@cache
def nation() -> Nation:
    """The nation, grown once per process (about 0.1 s)."""
    rng = Random(SEED)  # noqa: S311 - no secret is drawn, the same people every time are wanted
    village = Village(rng, accounts.communes(), AS_OF)
    for person in (*_named(village), *_officers(village)):
        village.add(person)
    _link_the_family(village)
    fixed = set(village.people)
    grown = [child for _ in range(_FOUNDER_COUPLES) for child in village.founders()]
    founders = [p for p in village.people.values() if p.spouse and p.birth_date.year < 1970]
    generation = grown
    while generation:
        generation = village.wed(generation)
    village.lose_some_of_the_old(p for p in founders if p.id_number not in fixed)
    _fill(village)
    people = village.people
    _finish(people, rng)
    return Nation(
        people=people,
        notices=_birth_notices(village, fixed),
        organisations=_organisations(village, fixed),
        communes=accounts.communes(),
    )


def _named(village: Village) -> list[Person]:
    home = accounts.home_commune()
    shared = village.new_household()
    family_address = naming.address(village.rng, home.kind)
    found = []
    for who in accounts.CITIZENS:
        in_family = who.key in ("cha", "me", "con-lon")
        family = who.full_name.split()[0]
        found.append(
            Person(
                id_number=who.id_number, full_name=who.full_name, birth_date=who.born, sex=who.sex,
                ethnicity=who.ethnicity, commune=home.code, birth_place=home.code,
                address=family_address if in_family else naming.address(village.rng, home.kind),
                household=shared if in_family else village.new_household(),
                father_name=naming.full_name(village.rng, family, "male", who.born.year - 29),
                mother_name=naming.full_name(village.rng, "Hoàng", "female", who.born.year - 26),
            )
        )  # fmt: skip
    return found


def _officers(village: Village) -> tuple[Person, ...]:
    for person in accounts.officer_people():
        person.household = village.new_household()
        family = person.full_name.split()[0]
        born = person.birth_date.year
        person.father_name = naming.full_name(village.rng, family, "male", born - 28)
        person.mother_name = naming.full_name(village.rng, "Nông", "female", born - 25)
    return accounts.officer_people()


def _link_the_family(village: Village) -> None:
    father, mother, child = (
        village.people[accounts.citizen(key).id_number] for key in ("cha", "me", "con-lon")
    )
    marry(father, mother)
    child.father, child.mother = father.id_number, mother.id_number
    child.father_name, child.mother_name = father.full_name, mother.full_name
    father.children.append(child.id_number)
    mother.children.append(child.id_number)


def _fill(village: Village) -> None:
    """People who live alone, until the nation has its size."""
    if len(village.people) > SIZE:
        raise AssertionError(f"{len(village.people)} people grown; fewer founders are needed")
    while len(village.people) < SIZE:
        commune = village.any_commune()
        village.newcomer(
            village.rng.choice(("male", "female")),
            village.day_in(village.rng.randint(1960, 2005)),
            naming.ethnicity(village.rng),
            commune,
            village.new_household(),
            naming.address(village.rng, village.communes[commune].kind),
        )


def _finish(people: dict[str, Person], rng: Random) -> None:
    heads: dict[int, Person] = {}
    for serial, person in enumerate(people.values(), start=1):
        age = person.age(AS_OF)
        if age >= 14:
            person.phone = naming.phone(serial)
            earliest = max(person.birth_date.replace(day=1, year=person.birth_date.year + 14),
                           date(2021, 3, 1))  # fmt: skip
            days = max((AS_OF - earliest).days, 1)
            person.card_issued_on = earliest + timedelta(days=rng.randrange(days))
        if 16 <= age <= 65:
            person.email = naming.email(person.full_name, serial)
        head = heads.get(person.household)
        if head is None or person.birth_date < head.birth_date:
            heads[person.household] = person
    for head in heads.values():
        head.is_head = True


def _birth_notices(village: Village, fixed: set[str]) -> tuple[BirthNotice, ...]:
    """The named couple's newborn, and a dozen others nobody has registered yet."""
    rng = village.rng
    named = village.people[accounts.citizen("me").id_number]
    mothers = [
        p
        for p in village.people.values()
        if p.sex == "female" and p.spouse and 20 <= p.age(AS_OF) <= 38 and p.id_number not in fixed
    ]
    chosen = [named, *rng.sample(mothers, 12)]
    found = []
    for serial, mother in enumerate(chosen, start=1):
        days = 5 if mother is named else rng.randint(2, 45)
        hour = time(rng.randrange(24), rng.randrange(60))
        born = datetime.combine(AS_OF, hour)  # a clock on a hospital's wall: local
        born -= timedelta(days=days)
        found.append(
            BirthNotice(
                number=f"GCS-20-{AS_OF.year}-{serial:05d}",
                mother=mother.id_number,
                mother_name=mother.full_name,
                born_at=born,
                sex="female" if mother is named else rng.choice(("male", "female")),
                weight_grams=rng.randrange(2600, 3900, 50),
                birth_order=len(mother.children) + 1,
                hospital=rng.choice(naming.lists()["hospitals"]),
                commune=village.any_commune(),
                issued_on=(born + timedelta(days=1)).date(),
            )
        )
    return tuple(found)


def _organisations(village: Village, fixed: set[str]) -> tuple[Organisation, ...]:
    """A few enterprises and household businesses. A household business is known by its owner's
    personal id number, an enterprise by a tax code of a block that is not in use."""
    rng = village.rng
    director = village.people[accounts.citizen("giam-doc").id_number]
    keeper = village.people[accounts.citizen("chu-tiem").id_number]
    adults = [
        p for p in village.people.values()
        if 28 <= p.age(AS_OF) <= 60 and p.id_number not in fixed
    ]  # fmt: skip
    owners = rng.sample(adults, 8)
    found = [
        ("enterprise", "Công ty TNHH Xây dựng Bình Minh Xứ Lạng (dữ liệu mẫu)", director),
        ("enterprise", "Công ty Cổ phần Nông sản Mẫu Sơn Xanh (dữ liệu mẫu)", owners[0]),
        ("enterprise", "Công ty TNHH Vận tải Biên Cương (dữ liệu mẫu)", owners[1]),
        ("cooperative", "Hợp tác xã Na Chi Lăng Đồng Tâm (dữ liệu mẫu)", owners[2]),
        ("household_business", f"Hộ kinh doanh {keeper.full_name}", keeper),
        *(("household_business", f"Hộ kinh doanh {p.full_name}", p) for p in owners[3:]),
    ]
    return tuple(
        Organisation(
            tax_code=who.id_number if kind == "household_business" else naming.tax_code(serial),
            name=name,
            kind=kind,
            representative=who.id_number,
            address=who.address,
            commune=who.commune,
            phone=who.phone,
        )
        for serial, (kind, name, who) in enumerate(found, start=1)
    )
