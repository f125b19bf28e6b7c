"""Who signs in is one person with one account, however often and however many at once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.models import LedgerEntry, OutboxEvent
from motcua.people import actions, queries
from motcua.people import claims as claim_reader
from motcua.people.errors import AccountClosed, BadClaims, TooManyTries, WrongPassword
from motcua.people.models import Account, Person

from .conftest import MOTHER, NOW, OFFICER, claims

pytestmark = pytest.mark.django_db


def in_threads(function, count=6):
    """Run `function` in `count` threads at once; their results or the errors they raised."""
    barrier = threading.Barrier(count)
    results: list[object] = []

    def run() -> None:
        try:
            barrier.wait(timeout=10)
            results.append(function())
        except Exception as error:
            results.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return results


def test_a_first_sign_in_makes_a_person_and_an_account_and_tells_of_it():
    account = actions.sign_in_from_claims(claims(phone_number="0500000002"), NOW)
    assert account.person.full_name == "Nông Thị Hương"
    assert account.person.phone == "0500000002"
    assert not account.has_usable_password()
    assert OutboxEvent.objects.get().payload["account_id"] == account.pk
    assert LedgerEntry.objects.get().kind == "people.sign_in"


def test_signing_in_again_is_the_same_account_and_keeps_what_was_not_said():
    first = actions.sign_in_from_claims(claims(phone_number="0500000002"), NOW)
    again = actions.sign_in_from_claims(claims(name="Nông Thu Hương"), NOW)
    assert again.pk == first.pk
    assert again.display_name == "Nông Thu Hương"
    assert again.person.phone == "0500000002"


@pytest.mark.django_db(transaction=True)
def test_two_sign_ins_at_once_make_one_account():
    results = in_threads(lambda: actions.sign_in_from_claims(claims(), NOW).pk)
    assert len(set(results)) == 1, results
    assert Person.objects.count() == Account.objects.count() == 1


def test_the_id_number_is_found_by_its_index_and_stored_encrypted(mother):
    assert queries.person_by_id_number(" 020196900002 ") == mother
    assert queries.person_by_id_number("020196900003") is None
    assert queries.person_by_id_number("không phải số") is None
    with connection.cursor() as cursor:
        cursor.execute("SELECT id_number, id_index FROM people_person")
        stored = b"".join(map(bytes, cursor.fetchone()))
    assert MOTHER.encode() not in stored


def test_whoever_was_appointed_before_the_first_sign_in_gets_the_prepared_account(
    commune, officer_account
):
    actions.appoint(
        officer_account, commune, "handler", title="Chuyên viên", since=NOW.date(), source="QĐ thử"
    )
    account = actions.sign_in_from_claims(claims(OFFICER, "Bế Thanh Ánh"), NOW)
    assert account.pk == officer_account.pk
    assert account.subject == f"sub-of-{OFFICER}"
    assert [post.role for post in queries.viewer_of(account, now=NOW).posts] == ["handler"]


def test_a_person_acting_for_an_organisation_has_a_second_account():
    person = actions.sign_in_from_claims(claims(), NOW)
    acting = claims(
        sub="org-1",
        account_kind="organisation",
        tax_code="4999000013",
        organisation_name="Công ty Bình Minh",
    )
    account = actions.sign_in_from_claims(acting, NOW)
    assert account.pk != person.pk
    assert account.display_name == "Công ty Bình Minh"
    viewer = queries.viewer_of(account, now=NOW)
    assert viewer.organisation_ids == {account.organisation_id}
    assert viewer.person_id == person.person_id
    assert queries.viewer_of(person, now=NOW).organisation_ids == frozenset()


@pytest.mark.parametrize(
    "wrong",
    [
        {"id_number": "123"},
        {"id_number": None},
        {"name": " "},
        {"sub": ""},
        {"birthdate": "ngày nào đó"},
        {"address": "một dòng"},
        {"account_kind": "organisation"},
    ],
)
def test_claims_that_describe_nobody_are_refused(wrong):
    with pytest.raises(BadClaims):
        actions.sign_in_from_claims(claims(**wrong), NOW)
    assert not Account.objects.exists()


@given(
    st.dictionaries(
        st.sampled_from(
            ["sub", "name", "id_number", "birthdate", "gender", "address", "acr", "account_kind",
             "tax_code", "organisation_name", "phone_number", "residence_code", "ethnicity"]
        ),
        st.none() | st.booleans() | st.integers() | st.text() | st.lists(st.text())
        | st.dictionaries(st.text(), st.text()) | st.sampled_from(["organisation", "male", "2"]),
    )
)  # fmt: skip
def test_whatever_the_provider_sends_is_read_or_refused_by_name(odd):
    try:
        identity = claim_reader.read(claims(**odd))
    except BadClaims:
        return
    assert identity.assurance in (1, 2)
    assert len(identity.person.id_number) == 12
    assert "\0" not in repr(identity).replace("\\x00", "\0")


def test_a_closed_account_stays_out():
    account = actions.sign_in_from_claims(claims(), NOW)
    Account.objects.filter(pk=account.pk).update(is_active=False)
    with pytest.raises(AccountClosed):
        actions.sign_in_from_claims(claims(), NOW)
    assert queries.account(account.pk) is None
    assert queries.account_by_subject(account.subject) is None


@pytest.fixture
def local():
    return actions.set_local_account(
        "quan-tri", "mật khẩu đủ dài", "Quản trị", is_administrator=True
    )


def test_a_break_glass_password_signs_in(local):
    checked = actions.check_local_password("quan-tri", "mật khẩu đủ dài", "10.0.0.1", NOW)
    assert not LedgerEntry.objects.filter(kind="people.sign_in").exists(), "half way is nowhere"
    account = actions.sign_in_locally(checked.pk, "totp", NOW)
    assert account == local
    assert '"second_factor":"totp"' in LedgerEntry.objects.get(kind="people.sign_in").body
    assert queries.viewer_of(account, 0, NOW).is_administrator


def test_a_wrong_name_and_a_wrong_password_are_told_apart_by_nobody(local):
    for name in ("quan-tri", "khong-co"):
        with pytest.raises(WrongPassword):
            actions.check_local_password(name, "sai", "10.0.0.1", NOW)


def test_guessing_slows_the_guesser_and_not_the_owner(local):
    moment = NOW
    for _ in range(12):
        moment += timedelta(minutes=6)  # a patient guesser waits every pause out
        with pytest.raises(WrongPassword):
            actions.check_local_password("quan-tri", "đoán", "10.6.6.6", moment)
    with pytest.raises(TooManyTries) as refused:
        actions.check_local_password("quan-tri", "mật khẩu đủ dài", "10.6.6.6", moment)
    assert refused.value.wait > timedelta(minutes=4)
    with pytest.raises(TooManyTries) as brief:
        actions.check_local_password("quan-tri", "mật khẩu đủ dài", "10.0.0.1", moment)
    assert brief.value.wait <= timedelta(seconds=2)
    later = moment + timedelta(seconds=2)
    assert actions.check_local_password("quan-tri", "mật khẩu đủ dài", "10.0.0.1", later) == local


@pytest.mark.django_db(transaction=True)
def test_wrong_passwords_at_once_are_all_counted():
    from motcua.people.models import FailedSignIn

    actions.set_local_account("quan-tri", "mật khẩu đủ dài", "Quản trị")
    results = in_threads(
        lambda: actions.check_local_password("quan-tri", "sai", "10.0.0.1", NOW), 3
    )
    counted = sum(isinstance(r, WrongPassword) for r in results)
    assert counted >= 1
    assert set(FailedSignIn.objects.values_list("count", flat=True)) == {counted}
