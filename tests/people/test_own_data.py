"""What a person settles about their own data holds at once, and everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from motcua.foundation.models import LedgerEntry
from motcua.people import actions, own_data, purposes
from motcua.people.models import Consent

from .conftest import MOTHER, NOW, claims
from .test_sign_in import in_threads

pytestmark = pytest.mark.django_db
EXTRA = purposes.PURPOSES[purposes.EMAIL_EXTRA]
LATER = NOW + timedelta(hours=1)


def test_nothing_that_needs_a_consent_is_allowed_before_it_is_given(mother):
    standing = {one.purpose.key: one for one in own_data.uses(mother.pk)}
    assert set(standing) == set(purposes.PURPOSES)
    for key, purpose in purposes.PURPOSES.items():
        assert own_data.may_use(mother.pk, key) is not purpose.needs_consent
        assert standing[key].allowed is not purpose.needs_consent
        assert standing[key].consent is None


def test_a_consent_counts_from_the_moment_it_is_given_to_the_moment_it_is_withdrawn(mother):
    given = own_data.agree(mother.pk, EXTRA, NOW)
    assert own_data.agree(mother.pk, EXTRA, LATER) == given
    assert own_data.may_use(mother.pk, EXTRA.key)
    assert not own_data.may_use(mother.pk, purposes.SURVEY), "for its own purpose alone"
    actions.withdraw_consent(mother.pk, given.pk, LATER)
    assert not own_data.may_use(mother.pk, EXTRA.key)


def test_a_consent_to_older_words_no_longer_counts(mother, monkeypatch):
    old = own_data.agree(mother.pk, EXTRA, NOW)
    newer = replace(EXTRA, version=2, text="Lời mới")
    monkeypatch.setitem(purposes.PURPOSES, EXTRA.key, newer)
    assert not own_data.may_use(mother.pk, EXTRA.key)
    fresh = own_data.agree(mother.pk, newer, LATER)
    assert own_data.may_use(mother.pk, EXTRA.key)
    old.refresh_from_db()
    assert old.withdrawn_at == LATER
    assert (fresh.version, fresh.text) == (2, "Lời mới")


def test_a_stop_weighs_more_than_a_consent_until_the_person_agrees_anew(mother):
    own_data.agree(mother.pk, EXTRA, NOW)
    stopped = own_data.stop_uses(mother.pk, purposes.PURPOSES, NOW, by="account:1")
    assert stopped == sorted(purposes.PURPOSES)
    assert own_data.stop_uses(mother.pk, purposes.PURPOSES, NOW, by="account:1") == []
    assert not any(own_data.may_use(mother.pk, key) for key in purposes.PURPOSES)
    own_data.agree(mother.pk, EXTRA, LATER)
    assert own_data.may_use(mother.pk, EXTRA.key)
    assert own_data.resume_use(mother.pk, purposes.EMAIL, LATER)
    assert own_data.may_use(mother.pk, purposes.EMAIL)
    assert not own_data.may_use(mother.pk, purposes.PREFILL)


def test_what_the_person_says_of_their_contact_outlives_the_next_sign_in(mother):
    actions.account_from_claims(claims(phone_number="0500000001", email="a@example.com"), NOW)
    changed = own_data.set_contact(mother.pk, phone="0500 000 009", email="", by="x", now=NOW)
    assert changed == ["phone", "email"]
    actions.account_from_claims(claims(phone_number="0500000001", email="a@example.com"), LATER)
    mother.refresh_from_db()
    assert (mother.phone, mother.email) == ("0500 000 009", None)
    assert own_data.set_contact(mother.pk, phone=None, email=None, by="x", now=LATER) == []


def test_the_ledger_names_what_was_settled_and_no_number(mother):
    own_data.set_contact(mother.pk, phone="0500000009", email="b@example.com", by="x", now=NOW)
    own_data.stop_uses(mother.pk, [purposes.EMAIL], NOW, by="x", request_number="DL-1")
    own_data.resume_use(mother.pk, purposes.EMAIL, LATER)
    bodies = dict(LedgerEntry.objects.values_list("kind", "body"))
    assert {"people.contact_set", "people.use_stopped", "people.use_resumed"} <= set(bodies)
    assert not any("0500000009" in b or "example.com" in b or MOTHER in b for b in bodies.values())


@pytest.mark.django_db(transaction=True)
def test_two_tabs_agreeing_at_once_give_one_consent():
    mother = actions.upsert_person(MOTHER, "Nông Thị Hương", now=NOW)
    results = in_threads(lambda: own_data.agree(mother.pk, EXTRA, NOW).pk, 4)
    assert len(set(results)) == 1
    assert Consent.objects.filter(withdrawn_at__isnull=True).count() == 1
