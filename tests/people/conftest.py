"""People and agencies that the tests of this room share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies.models import Agency, Kind
from motcua.people import actions
from motcua.people.actions import break_glass
from motcua.people.models import Account, Person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MOTHER = "020196900002"
OFFICER = "020194900103"


def agency(code: str, kind: str, parent: Agency | None = None) -> Agency:
    return Agency.objects.create(
        code=code,
        name=f"Cơ quan {code}",
        kind=kind,
        parent=parent,
        realm="H37",
        sort_key=code,
        valid=DateRange(date(2025, 7, 1), None),
        source="dữ liệu thử",
    )


def claims(id_number: str = MOTHER, name: str = "Nông Thị Hương", **more: object) -> dict:
    return {
        "sub": f"sub-of-{id_number}",
        "name": name,
        "id_number": id_number,
        "birthdate": "1996-08-25",
        "gender": "female",
        "acr": "2",
        **more,
    }


@pytest.fixture
def commune(db: None) -> Agency:
    return agency("H37.105", Kind.COMMUNE, agency("H37", Kind.PROVINCE))


@pytest.fixture
def centre(commune: Agency) -> Agency:
    return agency("H37.105.01", Kind.CENTRE, commune)


@pytest.fixture
def mother(db: None) -> Person:
    return actions.upsert_person(MOTHER, "Nông Thị Hương", date(1996, 8, 25), "female", now=NOW)


@pytest.fixture
def officer_account(db: None) -> Account:
    person = actions.upsert_person(OFFICER, "Bế Thanh Ánh", now=NOW)
    return actions.expect_account(person)


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Argon2 is slow on purpose; what these tests show does not depend on it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    break_glass._nobodys_password.cache_clear()
