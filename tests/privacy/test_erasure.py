"""What was deleted of a person is unreadable in old copies too; what is kept stays readable."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection

from motcua.dossiers.models import Dossier, Draft, TimelineEntry
from motcua.foundation import crypto, ledger, person_keys
from motcua.foundation.models import LedgerEntry
from motcua.foundation.person_keys import ERASED, Part
from motcua.notices import actions as notices
from motcua.notices.models import Delivery, Notice
from motcua.people.models import Person
from motcua.privacy.actions import disposing, erasure, holding
from motcua.privacy.actions.holding import NewHold
from motcua.privacy.models import Erasure

from ..dossiers import people as p
from ..owner import the_owner
from ..world import NOW, settle
from .test_disposing import YEAR, in_charge

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


def raw(model, field, pk):
    """The stored bytes: what a copy of the table holds."""
    table, column = model._meta.db_table, model._meta.get_field(field).column
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT "{column}" FROM "{table}" WHERE id = %s', [pk])
        return bytes(cursor.fetchone()[0])


def notice(key, body="Nội dung"):
    return notices.send(key, p.person("doc-than").pk, "Tiêu đề", body, now=NOW)


@rolled_back
def test_what_belongs_to_a_person_is_sealed_with_their_own_key():
    _, dossier = p.filed("1.004873")
    person = dossier.applicant
    entry = TimelineEntry.objects.filter(dossier=dossier).first()
    told = notice("k1")
    for model, field, pk in (
        (Person, "id_number", person.pk),
        (Dossier, "answers", dossier.pk),
        (TimelineEntry, "text", entry.pk),
        (Notice, "body", told.pk),
    ):
        assert raw(model, field, pk)[0] == person_keys.MARK, f"{model.__name__}.{field}"
    other = Person.objects.exclude(pk=person.pk).first()
    assert other.key_owner != person.key_owner


@rolled_back
def test_what_was_deleted_is_unreadable_in_an_old_copy_and_the_rest_stays():
    gone, kept = notice("gone", "Bí mật"), notice("kept", "Còn lại")
    person = Person.objects.get(pk=gone.person_id)
    phone = person.phone
    copy, copy_of_kept = raw(Notice, "body", gone.pk), raw(Notice, "body", kept.pk)
    assert crypto.decrypt(copy, "notices_notice.body") == "Bí mật"
    Delivery.objects.filter(notice=gone).delete()
    gone.delete()
    asked = erasure.erase(person.pk, [Part.VOLUNTARY], "H37.105-DL-1", "account:1", NOW)
    assert erasure.carry_out(asked.pk) >= 2
    for old in (copy, copy_of_kept):
        with pytest.raises(person_keys.Erased):
            crypto.decrypt(old, "notices_notice.body")
    assert Notice.objects.get(pk=kept.pk).body == "Còn lại"
    again = Person.objects.get(pk=person.pk)
    assert (again.phone, again.id_number) == (phone, person.id_number)
    assert erasure.carry_out(asked.pk) == 0, "a repetition does nothing"
    told = [
        json.loads(one.body)["data"] for one in LedgerEntry.objects.filter(kind="privacy.erased")
    ]
    assert told == [{"parts": ["voluntary"], "kept": told[0]["kept"], "keys_destroyed": 1}]


@rolled_back
def test_everything_a_destroyed_key_sealed_reads_as_erased_and_nothing_breaks():
    viewer, dossier = p.filed("1.004873")
    draft = p.drafted(viewer, "1.004873", {})
    told = notice("k1")
    person_keys.destroy(dossier.applicant.key_owner, list(Part))
    person = Person.objects.get(pk=dossier.applicant_id)
    assert (person.id_number, person.phone, person.email) == (ERASED, None, None)
    found = Dossier.objects.get(pk=dossier.pk)
    assert (json.loads(found.answers), found.facts) == ({}, {})
    assert {one.text for one in found.timeline.all()} == {ERASED}
    assert json.loads(Draft.objects.get(pk=draft.pk).answers) == {}
    assert Notice.objects.get(pk=told.pk).body == ERASED
    ledger.seal_once()
    assert ledger.verify().ok, "the ledger holds references only"


@rolled_back
def test_a_dossier_past_its_term_is_gone_from_old_copies_too():
    _, dossier = p.filed("1.001612")
    Dossier.objects.filter(pk=dossier.pk).update(finished_at=NOW)
    copy = raw(Dossier, "answers", dossier.pk)
    now = NOW + 10 * YEAR
    disposing.run(now)
    disposing.run(now + timedelta(days=31))
    asked = Erasure.objects.get(person_id=dossier.applicant_id, why="retention:dossier")
    erasure.carry_out(asked.pk)
    with pytest.raises(person_keys.Erased):
        crypto.decrypt(copy, "dossiers_dossier.answers")
    assert json.loads(Dossier.objects.get(pk=dossier.pk).answers) == {}


@rolled_back
def test_a_hold_keeps_the_keys():
    person = p.person("doc-than")
    holding.set_hold(in_charge(), NewHold("QĐ 1", "Vụ án", person_id=person.pk), NOW)
    with pytest.raises(erasure.HeldByDecision):
        erasure.erase(person.pk, [Part.VOLUNTARY], "x", "system", NOW)
    assert not Erasure.objects.exists()


@rolled_back
def test_a_personal_value_is_never_written_past_its_key():
    person = p.person("doc-than")
    with pytest.raises(TypeError):
        Person.objects.filter(pk=person.pk).update(phone="0912345678")
    person.phone = "0912345678"
    with pytest.raises(TypeError):
        Person.objects.bulk_update([person], ["phone"])


@rolled_back
def test_values_of_the_houses_key_come_under_their_peoples_keys():
    from motcua.foundation import personal_fields

    person = p.person("doc-than")
    sealed = crypto.encrypt("0912345678", "people_person.phone")
    with the_owner() as cursor:
        cursor.execute("UPDATE people_person SET phone = %s WHERE id = %s", [sealed, person.pk])
    assert Person.objects.get(pk=person.pk).phone == "0912345678", "both kinds are read"
    with the_owner():  # as the command does: it also changes what only grows
        assert personal_fields.adopt(batch=1) >= 1
    assert raw(Person, "phone", person.pk)[0] == person_keys.MARK
    assert Person.objects.get(pk=person.pk).phone == "0912345678"
    with the_owner():
        assert personal_fields.adopt() == 0


def test_the_worker_carries_out_what_was_asked(committed):
    told = notice("k1", "Bí mật")
    copy = raw(Notice, "body", told.pk)
    Delivery.objects.filter(notice=told).delete()
    told.delete()
    asked = erasure.erase(told.person_id, [Part.VOLUNTARY], "x", "system", NOW)
    assert crypto.decrypt(copy, "notices_notice.body") == "Bí mật"
    settle()
    asked.refresh_from_db()
    assert asked.done_at is not None
    with pytest.raises(person_keys.Erased):
        crypto.decrypt(copy, "notices_notice.body")
