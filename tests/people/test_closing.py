"""One closes one's own account; signing in by the national eID opens it again."""

from __future__ import annotations

from datetime import date

import pytest

from motcua.foundation.models import LedgerEntry
from motcua.people import actions, factors, queries
from motcua.people.actions import closing
from motcua.people.errors import AccountClosed, CannotClose
from motcua.people.models import Account, Session

from ..second_factor import give_app
from .conftest import NOW, claims

pytestmark = pytest.mark.django_db


def signed_in() -> Account:
    account = actions.sign_in_from_claims(claims(), NOW)
    Session.objects.create(
        session_key="phiên", session_data="", account=account, expire_date=NOW.replace(year=2030)
    )
    give_app(account.pk)
    return account


def test_closing_ends_every_session_and_forgets_second_factors():
    account = signed_in()
    closing.close_own(queries.viewer_of(account, 2, NOW), NOW)
    account.refresh_from_db()
    assert (account.is_active, account.closed_at) == (False, NOW)
    assert not Session.objects.filter(account=account).exists()
    assert factors.of(account.pk) == []
    assert queries.account(account.pk) is None
    assert LedgerEntry.objects.filter(kind="people.account_closed").count() == 1


def test_a_token_of_before_does_not_open_it_and_signing_in_does():
    account = signed_in()
    closing.close_own(queries.viewer_of(account, 2, NOW), NOW)
    with pytest.raises(AccountClosed):
        actions.account_from_claims(claims(), NOW)
    again = actions.sign_in_from_claims(claims(), NOW)
    assert (again.pk, again.is_active, again.closed_at) == (account.pk, True, None)
    assert LedgerEntry.objects.filter(kind="people.account_reopened").count() == 1


def test_what_an_administrator_closed_stays_closed():
    account = signed_in()
    Account.objects.filter(pk=account.pk).update(is_active=False)
    with pytest.raises(AccountClosed):
        actions.sign_in_from_claims(claims(), NOW)


def test_who_holds_a_post_does_not_close_the_account(officer_account, commune):
    actions.appoint(
        officer_account, commune, "handler", title="", since=date(2026, 1, 1), source="QĐ 1"
    )
    viewer = queries.viewer_of(officer_account, 2, NOW)
    with pytest.raises(CannotClose, match="nhiệm vụ"):
        closing.close_own(viewer, NOW)
    officer_account.refresh_from_db()
    assert officer_account.is_active


def test_closing_twice_is_refused_the_second_time():
    account = signed_in()
    viewer = queries.viewer_of(account, 2, NOW)
    closing.close_own(viewer, NOW)
    with pytest.raises(CannotClose):
        closing.close_own(viewer, NOW)
