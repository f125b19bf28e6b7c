"""Knowing people and organisations: each is one row, whoever meets them first."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from motcua.foundation import crypto, text
from motcua.people import rules
from motcua.people.claims import OrganisationFacts
from motcua.people.models import (
    Account,
    Organisation,
    Person,
)

EXPECTED = "expected:"


@transaction.atomic
def upsert_person(
    id_number: str,
    full_name: str,
    birth_date: date | None = None,
    sex: str = "",
    ethnicity: str = "",
    residence: str = "",
    residence_code: str = "",
    phone: str = "",
    email: str = "",
    *,
    now: datetime,
) -> Person:
    """The person with this id number, made or brought up to date. Empty values change nothing.
    Raises `rules.BadIdNumber`. Two callers at once get the same row."""
    number = rules.id_number(id_number)
    name = text.nfc(full_name).strip()
    known = {
        "full_name": name,
        "folded_name": text.fold(name),
        "birth_date": birth_date,
        "sex": sex,
        "ethnicity": text.nfc(ethnicity),
        "residence": text.nfc(residence) or None,
        "residence_code": residence_code,
        "phone": phone or None,
        "phone_index": rules.phone_index(phone),
        "email": email or None,
    }
    index = crypto.blind_index("person", number)
    found = Person.objects.select_for_update().filter(id_index=index).first()
    if found is None:
        fresh = Person(id_number=number, id_index=index, updated_at=now, **known)
        Person.objects.bulk_create([fresh], ignore_conflicts=True)
        found = Person.objects.select_for_update().get(id_index=index)
    if found.contact_set_at is not None:  # the person's own word stands (Luật 91/2025 Đ4)
        for key in ("phone", "phone_index", "email"):
            known.pop(key)
    changed = [key for key, value in known.items() if value and getattr(found, key) != value]
    if changed:
        for key in changed:
            setattr(found, key, known[key])
        found.updated_at = now
        found.save(update_fields=[*changed, "updated_at"])
    return found


@transaction.atomic
def upsert_organisation(facts: OrganisationFacts) -> Organisation:
    """The organisation with this tax code, made or brought up to date."""
    known = {"name": text.nfc(facts.name), "folded_name": text.fold(facts.name)}
    if facts.address:
        known["address"] = text.nfc(facts.address)
    fresh = Organisation(tax_code=facts.tax_code, **known)
    Organisation.objects.bulk_create([fresh], ignore_conflicts=True)
    found = Organisation.objects.select_for_update().get(tax_code=facts.tax_code)
    if any(getattr(found, key) != value for key, value in known.items()):
        for key, value in known.items():
            setattr(found, key, value)
        found.save(update_fields=list(known))
    return found


@transaction.atomic
def expect_account(person: Person) -> Account:
    """The person's account, prepared when they have not signed in yet."""
    Person.objects.select_for_update().get(pk=person.pk)
    account = Account.objects.filter(person=person, kind=Account.Kind.PERSON).first()
    if account is None:
        account = Account(
            subject=f"{EXPECTED}{bytes(person.id_index).hex()}",
            kind=Account.Kind.PERSON,
            person=person,
            display_name=person.full_name,
        )
        account.set_unusable_password()
        account.save()
    return account
