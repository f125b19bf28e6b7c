"""What the synthetic nation is made of: plain records, without Django."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Commune:
    """A commune of Lạng Sơn: `agency_code` of its People's Committee, `code` of the territory."""

    agency_code: str
    code: str
    kind: str
    name: str

    @property
    def full_name(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(slots=True)
class Person:
    """A synthetic person as the population register holds one.

    `sex` is male or female; `marital_status` single, married, divorced or widowed. A parent or
    spouse who is not (or no longer) in the register is known by name only.
    """

    id_number: str
    full_name: str
    birth_date: date
    sex: str
    ethnicity: str
    commune: str
    address: str
    birth_place: str
    household: int
    marital_status: str = "single"
    spouse: str | None = None
    father: str | None = None
    mother: str | None = None
    father_name: str = ""
    mother_name: str = ""
    children: list[str] = field(default_factory=list)
    is_head: bool = False
    phone: str = ""
    email: str = ""
    nationality: str = "Việt Nam"
    card_issued_on: date | None = None

    def age(self, on: date) -> int:
        """Whole years on that day."""
        had_birthday = (on.month, on.day) >= (self.birth_date.month, self.birth_date.day)
        return on.year - self.birth_date.year - (not had_birthday)


@dataclass(frozen=True, slots=True)
class BirthNotice:
    """A hospital's notice of a birth that nobody has registered yet. `born_at` is local time."""

    number: str
    mother: str
    mother_name: str
    born_at: datetime
    sex: str
    weight_grams: int
    birth_order: int
    hospital: str
    commune: str
    issued_on: date


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body with a tax code; `kind` is enterprise, household_business or cooperative."""

    tax_code: str
    name: str
    kind: str
    representative: str
    address: str
    commune: str
    phone: str


@dataclass(frozen=True, slots=True)
class Post:
    """One appointment of an officer."""

    agency_code: str
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class Officer:
    """An officer: a person of the nation with one or more posts. `key` is stable, for scripts:
    the agency code, a slash and what they do."""

    key: str
    id_number: str
    full_name: str
    posts: tuple[Post, ...]
