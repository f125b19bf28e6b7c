"""The acts that write people: knowing somebody, signing in, appointing, consenting, looking."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

from django.contrib.auth.hashers import check_password, make_password
from django.db import connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import F

from motcua.agencies.models import Agency
from motcua.foundation import crypto, ledger, text
from motcua.foundation.events import publish
from motcua.people import claims as claim_reader
from motcua.people import rules, sessions
from motcua.people.access import AccessNote
from motcua.people.claims import OrganisationFacts, PersonFacts
from motcua.people.errors import AccountClosed, NoSuchConsent, TooManyTries, WrongPassword
from motcua.people.events import SignedIn
from motcua.people.models import (
    Access,
    Account,
    Appointment,
    Consent,
    FailedSignIn,
    Organisation,
    Person,
    Role,
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
    changed = [key for key, value in known.items() if value and getattr(found, key) != value]
    if changed:
        for key in changed:
            setattr(found, key, known[key])
        found.updated_at = now
        found.save(update_fields=[*changed, "updated_at"])
    return found


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
def account_from_claims(claims: Mapping[str, Any], now: datetime) -> Account:
    """The account that verified `claims` describe, made when it is new. Signs nobody in.

    A person who was appointed before ever signing in gets the account that was prepared. Raises
    `BadClaims` and `AccountClosed`.
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
        raise AccountClosed
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
    return account


@transaction.atomic
def sign_in_from_claims(claims: Mapping[str, Any], now: datetime) -> Account:
    """Sign in whom verified `claims` describe; written to the ledger. Publishes `SignedIn`."""
    account = account_from_claims(claims, now)
    _signed_in(account, claim_reader.assurance(claims), now)
    return account


def _signed_in(
    account: Account, assurance: int, now: datetime, second_factor: str | None = None
) -> None:
    account.last_login = now
    account.save(update_fields=["last_login"])
    how: dict[str, Any] = {"assurance": assurance}
    if second_factor:
        how["second_factor"] = second_factor
    ledger.append("people.sign_in", f"account:{account.pk}", f"account:{account.pk}", how)
    publish(SignedIn(account_id=account.pk, assurance=assurance, at=now))


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


@transaction.atomic
def appoint(
    account: Account,
    agency: Agency,
    role: str,
    *,
    title: str,
    since: date,
    until: date | None = None,
    sectors: Sequence[str] = (),
    source: str,
    by: str = "system",
) -> Appointment:
    """Give somebody a post from `since`, to the day before `until`. Doing it again changes nothing
    while the post is held."""
    Account.objects.select_for_update().get(pk=account.pk)
    held = Appointment.objects.filter(
        account=account, agency=agency, role=Role(role), valid__overlap=DateRange(since, until)
    ).first()
    if held is not None:
        return held
    post = Appointment.objects.create(
        account=account,
        agency=agency,
        role=Role(role),
        title=title,
        sectors=list(sectors),
        valid=DateRange(since, until),
        source=source,
    )
    ledger.append(
        "people.appoint",
        f"account:{account.pk}",
        by,
        {"agency": agency.code, "role": post.role, "since": since, "until": until},
    )
    return post


@transaction.atomic
def end_appointment(appointment_id: int, on: date, by: str = "system") -> Appointment:
    """End a post: from `on` it is no longer held. Access ends with the next request."""
    post = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
    start = post.valid.lower
    post.valid = DateRange(start, max(on, start))
    post.save(update_fields=["valid"])
    ledger.append(
        "people.end_appointment", f"account:{post.account_id}", by, {"post": post.pk, "on": on}
    )
    return post


@transaction.atomic
def record_access(note: AccessNote, now: datetime) -> list[Access]:
    """Record a look at other people's data; the records, one a person looked at.

    Looking at one's own data is no record. One viewer, subject and dossier within 15 minutes is
    one record, to which new fields are added; two tabs opening at once make one too.
    """
    viewer = note.viewer
    of: list[dict[str, Any]] = [
        {"subject_id": one} for one in sorted(set(note.subject_ids) - {viewer.person_id})
    ]
    of += [{"subject_index": one} for one in sorted(set(note.subject_indexes))]
    records = []
    for subject in of:
        _one_at_a_time(viewer.account_id, next(iter(subject.values())))
        latest = (
            Access.objects.filter(
                **subject,
                viewer_id=viewer.account_id,
                viewer_name=viewer.name[:120],
                dossier_number=note.dossier_number,
                role=note.role,
                purpose=note.purpose[:300],
                at__gt=now - rules.ONE_LOOK,
            )
            .order_by("-at")
            .first()
        )
        records.append(
            _looked_first(note, subject, now) if latest is None else _looked_on(latest, note)
        )
    return records


def _one_at_a_time(account_id: int | None, subject: int | bytes) -> None:
    """Hold, to the end of the transaction, the right to record this viewer's look at this person:
    there may be no row yet that could be locked."""
    with connection.cursor() as cursor:
        whom = subject.hex() if isinstance(subject, bytes) else subject
        key = f"people.access:{account_id}:{whom}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def _looked_first(note: AccessNote, subject: Mapping[str, Any], now: datetime) -> Access:
    agency = Agency.objects.filter(pk=note.agency_id).first() if note.agency_id else None
    return Access.objects.create(
        **subject,
        viewer_id=note.viewer.account_id,
        viewer_name=note.viewer.name[:120],
        agency=agency,
        agency_name=agency.name if agency else "",
        role=note.role,
        purpose=note.purpose[:300],
        dossier_number=note.dossier_number,
        fields=_named(note.fields),
        at=now,
    )


def _looked_on(record: Access, note: AccessNote) -> Access:
    fields = sorted({*record.fields, *_named(note.fields)})
    if fields != record.fields:
        record.fields = fields
        record.save(update_fields=["fields"])
    return record


def _named(fields: Sequence[str]) -> list[str]:
    """Each field once; the label of a question may be longer than a record keeps."""
    return sorted({one if len(one) <= 60 else one[:59] + "…" for one in fields})


@transaction.atomic
def give_consent(person_id: int, purpose: str, wording: str, now: datetime) -> Consent:
    """Record that a person agreed to `purpose` after reading `wording`. Agreeing twice is one."""
    fresh = Consent(person_id=person_id, purpose=purpose, text=text.nfc(wording), given_at=now)
    Consent.objects.bulk_create([fresh], ignore_conflicts=True)
    kept = Consent.objects.get(person_id=person_id, purpose=purpose, withdrawn_at__isnull=True)
    if kept.given_at == now:  # else it was given before
        person = f"person:{person_id}"
        ledger.append("people.consent_given", person, person, {"consent": kept.pk})
    return kept


@transaction.atomic
def withdraw_consent(person_id: int, consent_id: int, now: datetime) -> Consent:
    """Withdraw one's own consent. Raises `NoSuchConsent`."""
    consent = (
        Consent.objects.select_for_update()
        .filter(pk=consent_id, person_id=person_id, withdrawn_at__isnull=True)
        .first()
    )
    if consent is None:
        raise NoSuchConsent
    consent.withdrawn_at = now
    consent.save(update_fields=["withdrawn_at"])
    person = f"person:{person_id}"
    ledger.append("people.consent_withdrawn", person, person, {"consent": consent.pk})
    return consent


@transaction.atomic
def set_local_account(
    name: str, password: str, display_name: str, *, is_administrator: bool = False
) -> Account:
    """Make a break-glass account, or give it a new password; its sessions end."""
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
    _signed_in(account, 0, now, second_factor=how)
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


@transaction.atomic
def sign_out(account_id: int) -> None:
    """Note in the ledger that somebody signed out."""
    ledger.append("people.sign_out", f"account:{account_id}", f"account:{account_id}", {})
