"""What the national eID says about somebody, read from OpenID Connect claims.

Standard claims where there are any (`name`, `birthdate`, `gender`, `phone_number`, `email`,
`address.formatted`); our own for the rest: `id_number`, `ethnicity`, `residence_code`,
`account_kind` (person or organisation), and for an organisation `tax_code`, `organisation_name`,
`organisation_address`, the person then being who acts for it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from motcua.people import rules
from motcua.people.errors import BadClaims
from motcua.people.models import Account, Sex


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is known of a natural person. Empty values mean "not said", never "has none"."""

    id_number: str
    full_name: str
    birth_date: date | None = None
    sex: str = ""
    ethnicity: str = ""
    residence: str = ""
    residence_code: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class OrganisationFacts:
    """What is known of an organisation."""

    tax_code: str
    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signed in. `assurance` is 1 or 2."""

    subject: str
    assurance: int
    person: PersonFacts
    organisation: OrganisationFacts | None


def read(claims: Mapping[str, Any]) -> Identity:
    """The identity in `claims`. Raises `BadClaims` when one that is needed is missing or odd."""
    try:
        person = PersonFacts(
            id_number=rules.id_number(_text(claims, "id_number")),
            full_name=_text(claims, "name")[:120],
            birth_date=_day(claims.get("birthdate")),
            sex=claims["gender"] if claims.get("gender") in Sex.values else "",
            ethnicity=_text(claims, "ethnicity", "")[:40],
            residence=_text(claims.get("address") or {}, "formatted", "")[:300],
            residence_code=_text(claims, "residence_code", "")[:5],
            phone=_text(claims, "phone_number", "")[:20],
            email=_text(claims, "email", "")[:200],
        )
        organisation = None
        if claims.get("account_kind") == Account.Kind.ORGANISATION:
            organisation = OrganisationFacts(
                tax_code=_text(claims, "tax_code")[:14],
                name=_text(claims, "organisation_name")[:200],
                address=_text(claims, "organisation_address", "")[:300],
            )
        return Identity(_text(claims, "sub")[:100], assurance(claims), person, organisation)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadClaims from error


def assurance(claims: Mapping[str, Any]) -> int:
    """The assurance level that `acr` names; anything but "2" is level 1, the lower."""
    return 2 if str(claims.get("acr", "")) == "2" else 1


def _text(claims: Mapping[str, Any], name: str, default: str | None = None) -> str:
    value = claims.get(name, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise ValueError(name)
    if any(unicodedata.category(c) == "Cc" for c in value):
        raise ValueError(name)
    return value.strip()


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if value else None
