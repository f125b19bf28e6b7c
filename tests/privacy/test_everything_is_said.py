"""Every table that touches people is handed out to them, or says why not; and so is every field."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.db.models import CharField, Field, ForeignKey, JSONField, Model, TextField

from motcua.foundation import holdings
from motcua.foundation.crypto import EncryptedTextField
from motcua.people.models import Account, Person

INDEXES = {"subject_index", "id_index", "subject"}
"""Names under which tables know a person, or their dossier, without a foreign key."""

NOBODYS = {
    "foundation.LedgerEntry": "acts by reference to rows, without the data of anybody",
    "foundation.IdempotencyKey": "answers to a program's request, for its repetition",
    "foundation.LedgerSeal": "the chain over the entries",
    "machines.TokenKey": "a key of the house",
}


def house() -> list[type[Model]]:
    return [m for m in apps.get_models() if m.__module__.startswith("motcua.")]


def fields(model: type[Model]) -> list[Field[Any, Any]]:
    return list(model._meta.local_fields)


def touches_people(model: type[Model], known: set[type[Model]]) -> bool:
    for field in fields(model):
        if isinstance(field, ForeignKey) and field.related_model in known:
            return True
        if field.name in INDEXES or isinstance(field, EncryptedTextField):
            return True
    return False


def personal_models() -> set[type[Model]]:
    """Tables of people, whatever points to them, and whatever points to those."""
    known: set[type[Model]] = {Person, Account}
    while fresh := {m for m in house() if m not in known and touches_people(m, known)}:
        known |= fresh
    return known


def said(label: str) -> list[holdings.Held]:
    return [held for held in holdings.everything() if held.model == label]


def test_no_table_about_people_is_forgotten() -> None:
    found = {m._meta.label for m in personal_models()}
    assert {"dossiers.Dossier", "payments.Payment", "registers.Entry"} <= found, "the walk sees"
    silent = {label for label in found if not said(label)}
    assert silent - holdings.outside().keys() - NOBODYS.keys() == set(), (
        "say in the room's personal.py what of it is handed out, or why nothing is"
    )


def test_no_exception_outlives_its_table() -> None:
    labels = {m._meta.label for m in house()}
    handed = {held.model for held in holdings.everything()}
    assert holdings.outside().keys() <= labels - handed
    assert handed <= labels
    assert NOBODYS.keys() <= labels


def test_no_field_that_says_something_is_forgotten() -> None:
    """Words, numbers of people, papers and encrypted values are handed out or say why not."""
    forgotten = []
    for label in sorted({held.model for held in holdings.everything()}):
        kinds = said(label)
        omitted = {name for held in kinds for name in held.omit}
        handed = {look_up.split("__")[0] for held in kinds for look_up in held.fields}
        for field in fields(apps.get_model(label)):
            telling = isinstance(field, EncryptedTextField | CharField | TextField | JSONField)
            if telling and field.name not in handed | omitted:
                forgotten.append(f"{label}.{field.name}")
    assert forgotten == []


def test_what_is_named_exists_and_has_its_words() -> None:
    keys = [held.key for held in holdings.everything()]
    assert len(keys) == len(set(keys))
    for held in holdings.everything():
        names = {field.name for field in fields(apps.get_model(held.model))}
        assert set(held.omit) - {"*"} <= names, held.key
        assert all(reason.strip() for reason in held.omit.values())
        assert held.title
        assert held.why
        assert held.kept
        assert len(held.labels()) == len(held.fields), f"{held.key}: two fields, one name"
    assert all(reason.strip() for reason in holdings.outside().values())
