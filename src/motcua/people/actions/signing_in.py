"""Signing in by the national eID, and out again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.foundation import ledger
from motcua.foundation.events import publish
from motcua.people import claims as claim_reader
from motcua.people.actions import closing, mandates
from motcua.people.actions.knowing import upsert_organisation, upsert_person
from motcua.people.claims import PersonFacts
from motcua.people.errors import AccountClosed
from motcua.people.events import SignedIn
from motcua.people.models import (
    Account,
    Person,
)


def _person(facts: PersonFacts, now: datetime) -> Person:
    return upsert_person(
        facts.id_number,
        facts.full_name,
        facts.birth_date,
        facts.sex,
        facts.ethnicity,
        facts.residence,
        facts.residence_code,
        facts.phone,
        facts.email,
        now=now,
    )


@transaction.atomic
def account_from_claims(
    claims: Mapping[str, Any], now: datetime, *, come_back: bool = False
) -> Account:
    """The account that verified `claims` describe, made when it is new. Signs nobody in.

    A person who was appointed before ever signing in gets the account that was prepared. One that
    its owner closed is opened again with `come_back`. Raises `BadClaims` and `AccountClosed`.
    """
    identity = claim_reader.read(claims)
    person = _person(identity.person, now)  # holds the person's row: one sign-in at a time
    organisation = upsert_organisation(identity.organisation) if identity.organisation else None
    kind = Account.Kind.ORGANISATION if organisation else Account.Kind.PERSON
    rows = Account.objects.select_for_update(of=("self",))
    if organisation is None:
        account = rows.filter(person=person, kind=kind).first()
    else:
        account = rows.filter(subject=identity.subject).first()
    name = organisation.name if organisation else person.full_name
    if account is None:
        account = Account(kind=kind)
        account.set_unusable_password()
    elif not account.is_active:
        if account.closed_at is None or not come_back:
            raise AccountClosed
        closing.reopen(account)
    wanted = {
        "subject": identity.subject,
        "person": person,
        "organisation": organisation,
        "display_name": name[:120],
    }
    if any(getattr(account, key) != value for key, value in wanted.items()):
        for key, value in wanted.items():
            setattr(account, key, value)
        account.save()
    if organisation is not None:
        mandates.legal_representative(person, organisation, "Tài khoản định danh tổ chức", now)
    return account


@transaction.atomic
def sign_in_from_claims(claims: Mapping[str, Any], now: datetime) -> Account:
    """Sign in whom verified `claims` describe; written to the ledger. Publishes `SignedIn`."""
    account = account_from_claims(claims, now, come_back=True)
    signed_in(account, claim_reader.assurance(claims), now)
    return account


def signed_in(
    account: Account, assurance: int, now: datetime, second_factor: str | None = None
) -> None:
    """Say in the ledger that somebody has signed in. Publishes `SignedIn`."""
    account.last_login = now
    account.save(update_fields=["last_login"])
    how: dict[str, Any] = {"assurance": assurance}
    if second_factor:
        how["second_factor"] = second_factor
    ledger.append("people.sign_in", f"account:{account.pk}", f"account:{account.pk}", how)
    publish(SignedIn(account_id=account.pk, assurance=assurance, at=now))


@transaction.atomic
def sign_out(account_id: int) -> None:
    """Note in the ledger that somebody signed out."""
    ledger.append("people.sign_out", f"account:{account_id}", f"account:{account_id}", {})
