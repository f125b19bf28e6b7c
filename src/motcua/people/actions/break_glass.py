"""The few accounts that have a password, for the day the national eID is away."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F

from motcua.foundation import crypto, ledger
from motcua.people import passwords, rules, sessions
from motcua.people.actions.signing_in import signed_in
from motcua.people.errors import AccountClosed, TooManyTries, WeakPassword, WrongPassword
from motcua.people.models import (
    Account,
    FailedSignIn,
)


@transaction.atomic
def set_local_account(
    name: str, password: str, display_name: str, *, is_administrator: bool = False
) -> Account:
    """Make a break-glass account, or give it a new password; its sessions end. Raises
    `WeakPassword`, which says why."""
    if weak := passwords.why_not(password, name, display_name):
        raise WeakPassword(weak)
    account, _ = Account.objects.update_or_create(
        subject=name,
        kind=Account.Kind.LOCAL,
        defaults={
            "display_name": display_name,
            "password": make_password(password),
            "is_administrator": is_administrator,
            "is_active": True,
        },
    )
    ledger.append("people.local_account", f"account:{account.pk}", "system", {"name": name})
    sessions.end_all(account.pk, "system")
    return account


def check_local_password(name: str, password: str, address: str, now: datetime) -> Account:
    """Whose break-glass password this is, typed at network `address`. It opens nothing by itself:
    the second factor comes after it, and then `sign_in_locally`.

    Raises `WrongPassword`, and `TooManyTries` while the pause after wrong ones lasts: long for the
    address they came from, two seconds at most for everybody else, so that nobody can lock the
    owner out by guessing.
    """
    keys = {
        crypto.blind_index("failed_sign_in", f"{name}\0{address}"): rules.pause_after,
        crypto.blind_index("failed_sign_in", name): rules.pause_for_everyone_after,
    }
    waits = [
        failed.last_at + keys[bytes(failed.key)](failed.count) - now
        for failed in FailedSignIn.objects.filter(key__in=list(keys))
    ]
    if waits and max(waits).total_seconds() > 0:
        raise TooManyTries(max(waits))
    account = Account.objects.filter(
        subject=name, kind=Account.Kind.LOCAL, is_active=True
    ).first()  # fmt: skip
    if not check_password(password, account.password if account else _nobodys_password()):
        _failed(list(keys), now)
        raise WrongPassword
    assert account is not None, "no account has the password that stands for nobody's"
    FailedSignIn.objects.filter(key__in=list(keys)).delete()
    return account


@transaction.atomic
def sign_in_locally(account_id: int, how: str, now: datetime) -> Account:
    """Sign in with a break-glass account whose password and second factor (`how`) were right.
    Raises `AccountClosed`."""
    account = Account.objects.filter(
        pk=account_id, kind=Account.Kind.LOCAL, is_active=True
    ).first()  # fmt: skip
    if account is None:
        raise AccountClosed
    signed_in(account, 0, now, second_factor=how)
    return account


@cache
def _nobodys_password() -> str:
    """Checked when a name is unknown, so that the answer takes as long as for a known one."""
    return make_password(secrets.token_urlsafe(32))


def _failed(keys: Sequence[bytes], now: datetime) -> None:
    """Count one more wrong password under each key. Kept although the sign-in fails."""
    with transaction.atomic():
        fresh = [FailedSignIn(key=key, count=0, last_at=now) for key in sorted(keys)]
        FailedSignIn.objects.bulk_create(fresh, ignore_conflicts=True)
        FailedSignIn.objects.filter(key__in=list(keys)).update(count=F("count") + 1, last_at=now)
