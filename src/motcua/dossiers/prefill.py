"""Answers the State already has: filled in, marked with their source, open to "this is wrong".

A form names a source per field (`population.full_name`, `population.father.full_name`,
`birth_notice.child_birth_date`, `account.phone`); here the sources are asked once each.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.foundation import clock
from motcua.people.models import Person
from motcua.sharing import population
from motcua.sharing.errors import ServiceUnavailable


@dataclass(frozen=True, slots=True)
class Known:
    """`answers` by field, and `sources` by field: `{"source", "name", "as_of"}`."""

    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)


def gather(person: Person, sources: Mapping[str, str], purpose: str) -> Known:
    """What the registers know for the fields in `sources` (`{field: source}`).

    A register that does not answer leaves its fields empty; the person then types them.
    """
    known = Known()
    facts = _facts(person, {name.split(".", 1)[0] for name in sources.values()}, purpose)
    as_of = clock.local(clock.now()).date().isoformat()
    for key, source in sources.items():
        value = facts.get(source)
        if value in (None, ""):
            continue
        known.answers[key] = value
        known.sources[key] = {
            "source": source,
            "name": _NAMES.get(source.split(".", 1)[0], source),
            "as_of": as_of,
        }
    return known


_NAMES = {
    "population": "CSDL quốc gia về dân cư",
    "birth_notice": "Giấy chứng sinh điện tử",
    "account": "tài khoản định danh điện tử",
}


def _facts(person: Person, wanted: set[str], purpose: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "account.phone": person.phone,
        "account.email": person.email,
        "account.full_name": person.full_name,
    }
    id_number = person.id_number or ""
    caller = "cong-dan"
    try:
        if "population" in wanted:
            facts.update(population.facts(id_number, purpose=purpose, caller=caller))
        if "birth_notice" in wanted:
            facts.update(population.birth_notice_facts(id_number, purpose=purpose, caller=caller))
    except ServiceUnavailable:
        return facts
    return facts
