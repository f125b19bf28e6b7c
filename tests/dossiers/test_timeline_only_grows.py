"""The database itself refuses to change what happened to a dossier; what the law lets be taken out
of it, or sealed under another key, goes one way each."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from motcua.dossiers import disposal
from motcua.dossiers.models import TimelineEntry
from motcua.foundation import crypto, person_keys
from motcua.foundation.disposal import DISPOSED
from motcua.foundation.person_keys import Part
from motcua.privacy.actions import erasure
from motcua.privacy.models import Erasure

from ..owner import the_owner
from ..world import NOW
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
TABLE = "dossiers_timelineentry"


@pytest.fixture
def entry(world) -> TimelineEntry:
    _, dossier = p.filed("1.001612")
    return TimelineEntry.objects.select_related("dossier__applicant").filter(dossier=dossier)[0]


def stored(entry: TimelineEntry) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT text FROM {TABLE} WHERE id = %s", [entry.pk])
        return bytes(cursor.fetchone()[0])


def asked(question: str, *values: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(question, values)
        return cursor.fetchone()[0]


@pytest.mark.parametrize(
    "change",
    ["text = ''", "note = ''", "kind = 'x'", "status = 3", "at = now()", "actor_name = ''"],
)
def test_not_even_the_owner_changes_what_happened(entry, change):
    with the_owner() as cursor:
        for act in (f"UPDATE {TABLE} SET {change}", f"DELETE FROM {TABLE}"):
            with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
                cursor.execute(act)


@pytest.mark.parametrize("change", ["kind = 'x'", "status = 3", "at = now()", "dossier_id = 0"])
def test_while_words_are_sealed_anew_nothing_but_words_changes(entry, change):
    with the_owner() as cursor:
        cursor.execute("SET LOCAL motcua.sealed_anew = 'on'")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(f"UPDATE {TABLE} SET {change}")
        cursor.execute("SET LOCAL motcua.sealed_anew = ''")


def test_words_are_taken_only_out_of_what_has_ended_and_names_nobody(entry):
    question = "SELECT dossiers_timeline_disposed(%s, ''::bytea, ''::bytea, '')"
    before = stored(entry)
    assert asked(question, entry.pk) is None
    dossier = entry.dossier
    with pytest.raises(disposal.StillKept), transaction.atomic():
        disposal.anonymise([dossier.pk])
    type(dossier).objects.filter(pk=dossier.pk).update(finished_at=NOW)
    assert asked(question, entry.pk) is None, "it still names its applicant"
    assert stored(entry) == before
    assert disposal.anonymise([dossier.pk]) == 1
    assert TimelineEntry.objects.get(pk=entry.pk).text == DISPOSED


def test_words_are_sealed_anew_only_for_an_erasure_and_as_long_as_before(entry):
    person = entry.dossier.applicant
    question = "SELECT privacy_timeline_sealed_anew(%s, %s, %s)"
    was = stored(entry)

    def sealed(words: str) -> bytes:
        return person_keys.encrypt(words, f"{TABLE}.text", person.key_owner, Part.DOSSIER)

    def exchanged(anew: bytes) -> bool:
        return asked(question, entry.pk, was, anew) is not None

    assert not exchanged(sealed(entry.text)), "the key is the same"
    person_keys.retire(person.key_owner, Part.DOSSIER)
    assert not exchanged(sealed(entry.text)), "nobody asked for an erasure"
    under_way = Erasure.objects.create(person=person, parts=["dossier"], why="x", asked_at=NOW)
    assert not exchanged(sealed(entry.text + "!"))
    assert exchanged(sealed(entry.text))
    assert not exchanged(sealed(entry.text)), "it is no longer what was read"
    assert TimelineEntry.objects.get(pk=entry.pk).text == entry.text
    Erasure.objects.filter(pk=under_way.pk).update(done_at=NOW)
    was = stored(entry)
    person_keys.retire(person.key_owner, Part.DOSSIER)
    assert not exchanged(sealed(entry.text))


def test_an_erasure_renews_the_key_of_a_timeline_that_is_kept(entry):
    person, was, words = entry.dossier.applicant, stored(entry), entry.text
    asked_for = erasure.erase(person.pk, [Part.DOSSIER], "x", "system", NOW)
    assert erasure.carry_out(asked_for.pk) > 0
    assert stored(entry) != was
    with pytest.raises(person_keys.Erased):
        crypto.decrypt(was, f"{TABLE}.text")
    again = TimelineEntry.objects.get(pk=entry.pk)
    assert (again.text, again.note, again.kind) == (words, entry.note, entry.kind)
