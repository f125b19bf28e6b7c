"""Closing an account: by its owner, who may come back, or for good when the person is erased."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.foundation import ledger
from motcua.foundation.viewer import Viewer
from motcua.people import factors, posts, sessions
from motcua.people.errors import CannotClose
from motcua.people.models import Account


@transaction.atomic
def close_own(viewer: Viewer, now: datetime) -> Account:
    """The viewer closes their own account: every session ends now, second factors are forgotten.
    Signing in by the national eID opens it again, since nobody may lose the way to a public service
    for good. Raises `CannotClose` for who holds a post, acts for somebody, or has no account of a
    person."""
    account = (
        Account.objects.select_for_update(of=("self",))
        .filter(pk=viewer.account_id or 0, kind=Account.Kind.PERSON, is_active=True)
        .first()
    )
    if account is None or account.person_id is None or viewer.acting is not None:
        raise CannotClose("Chỉ đóng được tài khoản của chính bạn, khi bạn không làm thay ai.")
    if posts.own(account.pk, now).exists():
        raise CannotClose("Bạn đang giữ nhiệm vụ ở cơ quan: cơ quan phải cho thôi nhiệm vụ trước.")
    account.closed_at = now
    account.save(update_fields=["closed_at"])
    shut(account.person_id, f"account:{account.pk}", now)
    return Account.objects.get(pk=account.pk)


@transaction.atomic
def shut(person_id: int, by: str, now: datetime) -> int:
    """Nobody signs in with the person's own account from now on: it is inactive, its sessions are
    ended, its second factors forgotten. How many accounts were open."""
    rows = Account.objects.select_for_update(of=("self",)).filter(
        person_id=person_id, kind=Account.Kind.PERSON
    )
    count = 0
    for account in rows:
        factors.clear(account.pk, by)
        sessions.end_all(account.pk, by)
        if account.is_active:
            account.is_active = False
            account.save(update_fields=["is_active"])
            ledger.append("people.account_closed", f"account:{account.pk}", by, {})
            count += 1
    return count


@transaction.atomic
def let_come_back(person_id: int, now: datetime) -> None:
    """A person who was not erased after all may open their account again by signing in."""
    closed = Account.objects.select_for_update(of=("self",)).filter(
        person_id=person_id, kind=Account.Kind.PERSON, is_active=False
    )
    for account in closed:
        account.closed_at = now
        account.save(update_fields=["closed_at"])
        ledger.append("people.account_may_come_back", f"account:{account.pk}", "system", {})


def reopen(account: Account) -> None:
    """The owner of an account that they closed themselves has signed in again."""
    account.is_active, account.closed_at = True, None
    account.save(update_fields=["is_active", "closed_at"])
    name = f"account:{account.pk}"
    ledger.append("people.account_reopened", name, name, {})
