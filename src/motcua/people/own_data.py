"""What a person settles about the use of their own data: consents, objections, contact data.

Each act names whom it was done by, is in the ledger by reference, and holds from that moment: who
is about to use the data asks `may_use` each time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from motcua.foundation import ledger, text
from motcua.people import rules
from motcua.people.actions.consenting import give_consent, withdraw_consent
from motcua.people.models import Consent, Person, ProcessingStop
from motcua.people.purposes import PURPOSES, Purpose


def may_use(person_id: int, activity: str) -> bool:
    """Whether the person's data may be used for `activity` (a key of `PURPOSES`) now: nobody has
    stopped it, and where it needs a consent, one to its present wording stands. One statement.
    Raises KeyError for an activity nobody has written down."""
    purpose = PURPOSES[activity]
    rows = Person.objects.filter(
        ~Exists(
            ProcessingStop.objects.filter(
                person_id=OuterRef("pk"), activity=activity, until__isnull=True
            )
        ),
        pk=person_id,
    )
    if purpose.needs_consent:
        rows = rows.filter(
            consents__purpose=purpose.key,
            consents__version=purpose.version,
            consents__withdrawn_at__isnull=True,
        )
    return rows.exists()


@dataclass(frozen=True, slots=True)
class Use:
    """One purpose as it stands for one person. `consent` is the one that counts, if any."""

    purpose: Purpose
    allowed: bool
    stop: ProcessingStop | None
    consent: Consent | None


def uses(person_id: int) -> list[Use]:
    """Every purpose and how it stands for the person. Two statements."""
    stops = {
        one.activity: one
        for one in ProcessingStop.objects.filter(person_id=person_id, until__isnull=True)
    }
    given = {
        (one.purpose, one.version): one
        for one in Consent.objects.filter(person_id=person_id, withdrawn_at__isnull=True)
    }
    return [
        Use(
            purpose,
            purpose.key not in stops
            and (not purpose.needs_consent or (purpose.key, purpose.version) in given),
            stops.get(purpose.key),
            given.get((purpose.key, purpose.version)),
        )
        for purpose in PURPOSES.values()
    ]


@transaction.atomic
def stop_uses(
    person_id: int,
    activities: Iterable[str],
    now: datetime,
    *,
    by: str,
    request_number: str = "",
) -> list[str]:
    """Use the person's data no more for these activities; which of them were in use until now.
    Stopping what stands already changes nothing."""
    Person.objects.select_for_update().only("pk").get(pk=person_id)
    wanted = {PURPOSES[one].key for one in activities}
    standing = ProcessingStop.objects.filter(
        person_id=person_id, activity__in=wanted, until__isnull=True
    )
    fresh = sorted(wanted - set(standing.values_list("activity", flat=True)))
    ProcessingStop.objects.bulk_create(
        ProcessingStop(person_id=person_id, activity=one, since=now, request_number=request_number)
        for one in fresh
    )
    if fresh:
        told = {"activities": fresh, "request": request_number}
        ledger.append("people.use_stopped", f"person:{person_id}", by, told)
    return fresh


@transaction.atomic
def resume_use(person_id: int, activity: str, now: datetime) -> bool:
    """The person lets their data be used for `activity` again; False when nothing was stopped."""
    changed = ProcessingStop.objects.filter(
        person_id=person_id, activity=activity, until__isnull=True
    ).update(until=now)
    if changed:
        person = f"person:{person_id}"
        ledger.append("people.use_resumed", person, person, {"activity": activity})
    return bool(changed)


@transaction.atomic
def agree(person_id: int, purpose: Purpose, now: datetime) -> Consent:
    """Record that the person agreed to `purpose` after reading its present wording. Agreeing twice
    is one consent; one to an older wording ends with the new one, and so does a stop of the same
    activity: who agrees later means it."""
    Person.objects.select_for_update().only("pk").get(pk=person_id)
    Consent.objects.filter(
        ~Q(version=purpose.version),
        person_id=person_id,
        purpose=purpose.key,
        withdrawn_at__isnull=True,
    ).update(withdrawn_at=now)
    resume_use(person_id, purpose.key, now)
    return give_consent(person_id, purpose.key, purpose.text, now, purpose.version)


@transaction.atomic
def set_contact(
    person_id: int, *, phone: str | None, email: str | None, by: str, now: datetime
) -> list[str]:
    """The person's phone and mail as they want them kept, empty to keep none; None leaves one as
    it is. Which of them changed. The national eID does not overwrite them afterwards."""
    person = Person.objects.select_for_update().get(pk=person_id)
    changed = []
    if phone is not None and (text.nfc(phone).strip() or None) != person.phone:
        person.phone = text.nfc(phone).strip() or None
        person.phone_index = rules.phone_index(person.phone or "")
        changed.append("phone")
    if email is not None and (email.strip() or None) != person.email:
        person.email = email.strip() or None
        changed.append("email")
    person.contact_set_at = now
    person.save(update_fields=["phone", "phone_index", "email", "contact_set_at"])
    ledger.append("people.contact_set", f"person:{person_id}", by, {"fields": changed})
    return changed


def withdraw_all(person_id: int, purposes: Sequence[str], now: datetime) -> list[str]:
    """Withdraw the consents that stand to these purposes; which ones there were."""
    rows = Consent.objects.filter(
        person_id=person_id, purpose__in=list(purposes), withdrawn_at__isnull=True
    )
    found = list(rows.order_by("pk").values_list("pk", "purpose"))
    for consent_id, _ in found:
        withdraw_consent(person_id, consent_id, now)
    return [purpose for _, purpose in found]
