"""Consents, given and withdrawn."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from motcua.foundation import ledger, text
from motcua.people.errors import NoSuchConsent
from motcua.people.models import (
    Consent,
)


@transaction.atomic
def give_consent(
    person_id: int, purpose: str, wording: str, now: datetime, version: int = 1
) -> Consent:
    """Record that a person agreed to `purpose` after reading this `version` of its `wording`.
    Agreeing twice is one."""
    fresh = Consent(
        person_id=person_id,
        purpose=purpose,
        version=version,
        text=text.nfc(wording),
        given_at=now,
    )
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
