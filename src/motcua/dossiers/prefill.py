"""Answers the State already has: filled in, marked with their source, open to "this is wrong".

A form names a source per field (`forms.sources`); here the registers behind them are asked once
each, with the purpose, and only when the form wants something of theirs.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from motcua.forms.engine import CompiledForm
from motcua.forms.sources import register_of
from motcua.foundation import clock
from motcua.people.models import Person
from motcua.sharing import population
from motcua.sharing.errors import SharingFailed

CALLER = "cong-dan"
"""Who asks, in the registers' own records: the citizen, for themselves."""


@dataclass(frozen=True, slots=True)
class Known:
    """`answers` by field, and `sources` by field: `{"source", "name", "as_of"}`."""

    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)


def gather(person: Person, form: CompiledForm, purpose: str) -> Known:
    """What the registers know for the fields of `form`.

    A register that does not answer leaves its fields empty; the person then types them.
    """
    wanted = form.sources()
    facts = _facts(person, {source.split(".", 1)[0] for source in wanted.values()}, purpose)
    found = {key: facts[source] for key, source in wanted.items() if facts.get(source)}
    # What a field would refuse fills nothing: asking is better than an error nobody made.
    unfit = {error.field.partition(".")[0] for error in form.validate(found)}
    answers = {key: value for key, value in found.items() if key not in unfit}
    as_of = clock.local(clock.now()).date().isoformat()
    sources = {
        key: {"source": wanted[key], "name": register_of(wanted[key]), "as_of": as_of}
        for key in answers
    }
    return Known(answers, sources)


def _facts(person: Person, wanted: set[str], purpose: str) -> dict[str, Any]:
    facts: dict[str, Any] = {
        "account.phone": person.phone,
        "account.email": person.email,
        "account.full_name": person.full_name,
    }
    id_number = person.id_number or ""
    asked = {
        "population": population.facts,
        "birth_notice": population.birth_notice_facts,
    }
    for register, ask in asked.items():
        if register not in wanted:
            continue
        try:
            facts.update(ask(id_number, purpose=purpose, caller=CALLER))
        except SharingFailed:
            continue
    return facts
