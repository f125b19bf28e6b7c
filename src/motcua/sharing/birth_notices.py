"""Hospitals' notices of births that nobody has registered yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from django.conf import settings

from motcua.foundation import clock
from motcua.sharing.client import Asking, call
from motcua.sharing.errors import ServiceRefused

SERVICE = "births.notice"


@dataclass(frozen=True, slots=True)
class BirthNotice:
    """One notice (giấy chứng sinh). `born_at` is aware; `birth_place` names the commune;
    `registered` is True once the birth has been registered."""

    number: str
    mother: str
    mother_name: str
    born_at: datetime
    sex: str
    weight_grams: int
    birth_order: int
    hospital: str
    birth_place_code: str
    birth_place: str
    issued_on: date
    registered: bool
    as_of: datetime


def find(mother_id: str, purpose: str, caller: str) -> list[BirthNotice]:
    """The notices of this mother's births that are not registered, the newest first. Raises
    `ServiceUnavailable` and `ServiceRefused`."""
    asking = Asking(SERVICE, purpose, caller, subject=mother_id)
    url = f"{settings.ENV.population_url}/birth-notices"
    secret = settings.ENV.population_secret
    found = call(asking, "GET", url, secret=secret, params={"mother": mother_id})
    rows = (found or {}).get("notices", [])
    notices = [_read(row) for row in rows]
    return sorted(notices, key=lambda n: n.born_at, reverse=True)


def notice(number: str, purpose: str, caller: str) -> BirthNotice | None:
    """One notice by its number, or None. Raises as `find`."""
    asking = Asking(SERVICE, purpose, caller)
    url = f"{settings.ENV.population_url}/birth-notices/{quote(number, safe='')}"
    found = call(asking, "GET", url, secret=settings.ENV.population_secret)
    return None if found is None else _read(found)


def facts(found: BirthNotice) -> dict[str, Any]:
    """A notice as values a form can be prefilled with, by source name."""
    born = clock.local(found.born_at)
    return {
        "birth_notice.number": found.number,
        "birth_notice.child_birth_date": born.date().isoformat(),
        "birth_notice.child_birth_time": born.strftime("%H:%M"),
        "birth_notice.child_sex": found.sex,
        "birth_notice.weight_grams": found.weight_grams,
        "birth_notice.birth_order": found.birth_order,
        "birth_notice.hospital": found.hospital,
        "birth_notice.birth_place": f"{found.hospital}, {found.birth_place}",
        "birth_notice.birth_place_code": found.birth_place_code,
        "birth_notice.mother_name": found.mother_name,
        "birth_notice.mother_id": found.mother,
        "birth_notice.issued_on": found.issued_on.isoformat(),
    }


def _read(row: Mapping[str, Any]) -> BirthNotice:
    try:
        born_at = datetime.fromisoformat(row["born_at"])
        if born_at.tzinfo is None:
            raise ValueError("a moment without an offset")
        return BirthNotice(
            number=str(row["number"]),
            mother=str(row["mother"]),
            mother_name=str(row["mother_name"]),
            born_at=born_at,
            sex=str(row["sex"]),
            weight_grams=int(row["weight_grams"]),
            birth_order=int(row["birth_order"]),
            hospital=str(row["hospital"]),
            birth_place_code=str((row.get("birth_place") or {}).get("code") or ""),
            birth_place=str((row.get("birth_place") or {}).get("name") or ""),
            issued_on=date.fromisoformat(row["issued_on"]),
            registered=bool(row.get("registered", False)),
            as_of=clock.now(),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ServiceRefused(SERVICE, "câu trả lời không đúng khuôn dạng") from error
