"""Families over four generations, grown from founder couples by chance alone.

Every draw comes from one seeded source, so the same seed gives the same nation on every machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from random import Random

from motcua.demo import naming
from motcua.demo.records import Commune, Person

_MARRIES_WITHIN_PEOPLE = 0.75
_MARRIED_BY_30, _MARRIED_YOUNG = 0.93, 0.6
_WIDOWED, _DIVORCED = 0.2, 0.05
_STAYS_IN_COMMUNE = 0.75
_PARTNERS_LOOKED_AT = 200


class Village:
    """The people grown so far and the households they live in."""

    def __init__(self, rng: Random, communes: tuple[Commune, ...], as_of: date) -> None:
        self.rng = rng
        self.communes = {c.code: c for c in communes}
        # Wards hold more people than mountain communes.
        self.weights = {c.code: 3 if c.kind == "Phường" else 1 for c in communes}
        self.as_of = as_of
        self.registrar = naming.Registrar(rng)
        self.people: dict[str, Person] = {}
        self._households = 0

    def new_household(self) -> int:
        self._households += 1
        return self._households

    def any_commune(self) -> str:
        return naming.pick(self.rng, self.weights)

    def day_in(self, year: int) -> date:
        return date(year, 1, 1) + timedelta(days=self.rng.randrange(365))

    def add(self, person: Person) -> Person:
        self.people[person.id_number] = person
        return person

    def newcomer(self, sex: str, born: date, people: str, commune: str, home: int, address: str
                 ) -> Person:  # fmt: skip
        """Somebody whose parents are known by name only."""
        family = naming.surname(self.rng, people)
        return self.add(
            Person(
                id_number=self.registrar.number(born, sex),
                full_name=naming.full_name(self.rng, family, sex, born.year),
                birth_date=born, sex=sex, ethnicity=people, commune=commune, address=address,
                birth_place=commune, household=home,
                father_name=naming.full_name(self.rng, family, "male", born.year - 28),
                mother_name=naming.full_name(
                    self.rng, naming.surname(self.rng, people), "female", born.year - 25
                ),
            )
        )  # fmt: skip

    def child(self, father: Person, mother: Person, born: date) -> Person:
        sex = self.rng.choice(("male", "female"))
        people = father.ethnicity if self.rng.random() < 0.9 else mother.ethnicity
        family = father.full_name.split()[0]
        siblings = {self.people[c].full_name for c in father.children}
        name = naming.full_name(self.rng, family, sex, born.year)
        while name in siblings or name in (father.full_name, mother.full_name):
            name = naming.full_name(self.rng, family, sex, born.year)
        child = self.add(
            Person(
                id_number=self.registrar.number(born, sex), full_name=name, birth_date=born,
                sex=sex, ethnicity=people, commune=mother.commune, address=mother.address,
                birth_place=mother.commune, household=mother.household,
                father=father.id_number, mother=mother.id_number,
                father_name=father.full_name, mother_name=mother.full_name,
            )
        )  # fmt: skip
        father.children.append(child.id_number)
        mother.children.append(child.id_number)
        return child

    def founders(self) -> list[Person]:
        """One old couple and their children, who may have left home since."""
        commune = self.any_commune()
        home = self.new_household()
        people = naming.ethnicity(self.rng)
        address = naming.address(self.rng, self.communes[commune].kind)
        born = self.day_in(self.rng.randint(1942, 1964))
        wife_born = self.day_in(born.year + self.rng.randint(0, 5))
        wifes = people if self.rng.random() < _MARRIES_WITHIN_PEOPLE else naming.ethnicity(self.rng)
        husband = self.newcomer("male", born, people, commune, home, address)
        wife = self.newcomer("female", wife_born, wifes, commune, home, address)
        marry(husband, wife)
        return self.children_of(husband, wife, self.rng.choices((2, 3, 4), (4, 4, 2))[0])

    def children_of(self, father: Person, mother: Person, count: int) -> list[Person]:
        """Up to `count` children, two to four years apart, none born in the last 100 days."""
        found: list[Person] = []
        year = mother.birth_date.year + self.rng.randint(21, 27)
        for _ in range(count):
            born = self.day_in(year)
            if born > self.as_of - timedelta(days=100):
                break
            found.append(self.child(father, mother, born))
            year += self.rng.randint(2, 4)
        return found

    def wed(self, grown: list[Person]) -> list[Person]:
        """Marry off whom chance lets, settle the couples, and return their children."""
        men = [p for p in grown if p.sex == "male" and self._wants_to_marry(p)]
        women = [p for p in grown if p.sex == "female" and self._wants_to_marry(p)]
        self.rng.shuffle(men)
        children: list[Person] = []
        for man in men:
            wife = self._partner(man, women)
            if wife is None:
                continue
            women.remove(wife)
            marry(man, wife)
            self._settle(man, wife)
            count = self.rng.choices((0, 1, 2, 3), (1, 2, 6, 3))[0]
            children += self.children_of(man, wife, count)
            if self.rng.random() < _DIVORCED:
                self._divorce(man, wife)
        return children

    def _wants_to_marry(self, person: Person) -> bool:
        age = person.age(self.as_of)
        if age < 21:
            return False
        return self.rng.random() < (_MARRIED_BY_30 if age >= 30 else _MARRIED_YOUNG)

    def _partner(self, man: Person, women: list[Person]) -> Person | None:
        own_people = self.rng.random() < _MARRIES_WITHIN_PEOPLE
        for _ in range(_PARTNERS_LOOKED_AT if women else 0):
            woman = self.rng.choice(women)
            gap = (woman.birth_date - man.birth_date).days / 365
            if not -2 <= gap <= 8 or woman.father == man.father:
                continue
            if own_people and woman.ethnicity != man.ethnicity:
                continue
            return woman
        return None

    def _settle(self, man: Person, wife: Person) -> None:
        """The youngest son brings his wife to his parents; others set up a home."""
        parents = self.people.get(man.father or "")
        sons = [c for c in parents.children if self.people[c].sex == "male"] if parents else []
        if not sons or sons[-1] != man.id_number:
            man.household = self.new_household()
            if self.rng.random() > _STAYS_IN_COMMUNE:
                man.commune = self.any_commune()
            man.address = naming.address(self.rng, self.communes[man.commune].kind)
        wife.household, wife.commune, wife.address = man.household, man.commune, man.address

    def _divorce(self, man: Person, wife: Person) -> None:
        man.spouse = wife.spouse = None
        man.marital_status = wife.marital_status = "divorced"
        wife.household = self.new_household()
        wife.address = naming.address(self.rng, self.communes[wife.commune].kind)
        for child in man.children:
            self.people[child].household = wife.household
            self.people[child].address = wife.address

    def lose_some_of_the_old(self, old: Iterable[Person]) -> None:
        """The register holds the living: the dead stay as names in their families' entries."""
        for person in list(old):
            partner = self.people.get(person.spouse or "")
            if partner is None or self.rng.random() > _WIDOWED / 2:
                continue
            del self.people[person.id_number]
            partner.spouse, partner.marital_status = None, "widowed"
            for child in person.children:
                if person.sex == "male":
                    self.people[child].father = None
                else:
                    self.people[child].mother = None


def marry(one: Person, other: Person) -> None:
    """Both entries name the other."""
    one.spouse, other.spouse = other.id_number, one.id_number
    one.marital_status = other.marital_status = "married"
