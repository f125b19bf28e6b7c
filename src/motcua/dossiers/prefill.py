"""Answers the State already has: filled in, marked with their source, open to "this is wrong".

A form names a source per field (`forms.sources`); here the registers behind them are asked once
each, with the purpose, and only when the form wants something of theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from motcua.dossiers.once_only import DOWN, FOUND, NONE, OBJECTED
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
    """`answers` by field, `sources` by field: `{"source", "name", "as_of"}`, and how each register
    answered: `{"outcome", "at"}` by its name (`once_only`)."""

    answers: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Any] = field(default_factory=dict)
    lookups: dict[str, dict[str, str]] = field(default_factory=dict)


CONNECTED = {"population": "CSDL quốc gia về dân cư", "birth_notice": "Giấy chứng sinh điện tử"}
"""The registers that can be asked here, with the names the catalogue calls them by."""


def registers(form: CompiledForm, replaced: Collection[str]) -> set[str]:
    """The connected registers that a form asks, or that make a paper unnecessary."""
    asked = {source.split(".", 1)[0] for source in form.sources().values()}
    return {key for key, name in CONNECTED.items() if key in asked or name in replaced}


def objected(form: CompiledForm, replaced: Collection[str]) -> Known:
    """Nothing, because the person does not want registers to be asked."""
    return Known(lookups=_ended(dict.fromkeys(registers(form, replaced), OBJECTED)))


def gather(
    person: Person, form: CompiledForm, purpose: str, replaced: Collection[str] = ()
) -> Known:
    """What the registers know for the fields of `form`, and whether those know the person that make
    papers unnecessary (`replaced`, by name).

    A register that does not answer leaves its fields empty; the person then types them.
    """
    wanted = form.sources()
    facts, ended = _facts(person, registers(form, replaced), purpose)
    found = {key: facts[source] for key, source in wanted.items() if facts.get(source)}
    # What a field would refuse fills nothing: asking is better than an error nobody made.
    unfit = {error.field.partition(".")[0] for error in form.validate(found)}
    answers = {key: value for key, value in found.items() if key not in unfit}
    as_of = clock.local(clock.now()).date().isoformat()
    sources = {
        key: {"source": wanted[key], "name": register_of(wanted[key]), "as_of": as_of}
        for key in answers
    }
    return Known(answers, sources, _ended(ended))


def _ended(outcomes: Mapping[str, str]) -> dict[str, dict[str, str]]:
    at = clock.local(clock.now()).isoformat(timespec="seconds")
    return {CONNECTED[key]: {"outcome": one, "at": at} for key, one in outcomes.items()}


def _facts(person: Person, wanted: set[str], purpose: str) -> tuple[dict[str, Any], dict[str, str]]:
    """What is known, and how each register that was asked answered."""
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
    ended: dict[str, str] = {}
    for register, ask in asked.items():
        if register not in wanted:
            continue
        try:
            told = ask(id_number, purpose=purpose, caller=CALLER)
        except SharingFailed:
            ended[register] = DOWN
            continue
        facts.update(told)
        ended[register] = FOUND if told else NONE
    return facts, ended
