"""Every table with data of people is behind the second wall, or says why it is not."""

from __future__ import annotations

import re

import pytest
from django.apps import apps
from django.db import models

from motcua.foundation import row_security
from motcua.foundation.crypto import EncryptedTextField

ABOUT_PEOPLE = {"Person", "Account", "Organisation", "Dossier", "Document", "File"}
NAMING = re.compile(
    r"(applicant|beneficiary|representative|payer|actor|viewer|display|full|folded)_?name"
    r"|(?<!replaced)_by$|_index$|^actor$|^subject$|^body$|^payload$|^answers$|birth|session_data"
)


def personal(model: type[models.Model]) -> list[str]:
    """The fields by which a table is about people."""
    found = []
    for field in model._meta.local_fields:
        other = field.related_model
        if (
            isinstance(field, EncryptedTextField)
            or (isinstance(other, type) and other.__name__ in ABOUT_PEOPLE)
            or NAMING.search(field.name)
        ):
            found.append(field.name)
    return found


ALL = {
    model._meta.db_table: personal(model)
    for model in apps.get_models()
    if model.__module__.startswith(("motcua.", "django."))  # not those that tests make
}


@pytest.mark.parametrize("table", sorted(table for table, fields in ALL.items() if fields))
def test_a_table_about_people_is_guarded_or_says_why_not(table):
    declared = (row_security.policies(), row_security.open_tables())
    assert sum(table in kept for kept in declared) == 1, (
        f"{table} has {', '.join(ALL[table])}: give it a policy in its room's guarded.py, or the"
        " reason why it has none in OPEN (CONTRIBUTING.md, Change a table)"
    )


def test_nothing_is_declared_that_is_not_there():
    assert set(row_security.policies()) | set(row_security.open_tables()) <= set(ALL)


def test_personal_fields_are_found_at_all():
    assert {"answers", "applicant", "applicant_name"} <= set(ALL["dossiers_dossier"])
    assert not ALL["territory_unit"]


def test_a_reason_is_a_sentence():
    assert all(len(reason.split()) >= 5 for reason in row_security.open_tables().values())
