"""What this room answers when a person is erased as a whole: the row stays and names nobody, so
that what others did (looks, consents that ended) stays provable; nothing leads from the id number
to it."""

from __future__ import annotations

import secrets
from datetime import datetime

from django.db.models import Q

from motcua.foundation import ledger
from motcua.foundation.disposal import ANONYMOUS
from motcua.foundation.holdings import Whose
from motcua.people import own_data
from motcua.people.actions import closing, mandates
from motcua.people.models import Access, Account, Consent, Kinship, Mandate, Person, ProcessingStop

_INDEX_BYTES = 16


def forget(whose: Whose, by: str, now: datetime) -> dict[str, int]:
    """Anonymise the identity, close the account for good, end what the person was party to."""
    person = Person.objects.select_for_update().get(pk=whose.person_id)
    done = {"accounts": closing.shut(person.pk, by, now)}
    done["mandates"] = _end_mandates(person.pk, by, now)
    standing = Consent.objects.filter(person=person, withdrawn_at__isnull=True)
    purposes = list(standing.values_list("purpose", flat=True))
    done["consents"] = len(own_data.withdraw_all(person.pk, purposes, now))
    done["stops"], _ = ProcessingStop.objects.filter(person=person).delete()
    done["kinship"], _ = Kinship.objects.filter(
        Q(parent_index=whose.index) | Q(child_index=whose.index)
    ).delete()
    if person.full_name != ANONYMOUS:
        _anonymise(person, now)
        done["identity"] = 1
        ledger.append("people.person_erased", f"person:{person.pk}", by, {})
    return done


def _end_mandates(person_id: int, by: str, now: datetime) -> int:
    party = Q(representative_id=person_id) | Q(person_id=person_id)
    rows = Mandate.objects.select_for_update(of=("self",)).filter(party, ended_at__isnull=True)
    found = list(rows.order_by("pk"))
    for mandate in found:
        mandates.end(mandate, by, now)
    return len(found)


def _anonymise(person: Person, now: datetime) -> None:
    """Whoever comes again with the same id number is somebody new."""
    before = bytes(person.id_index)
    person.id_number, person.id_index = "", secrets.token_bytes(_INDEX_BYTES)
    Access.objects.filter(subject_index=before).update(subject_index=person.id_index)
    person.full_name, person.folded_name = ANONYMOUS, ""
    person.birth_date, person.sex, person.ethnicity = None, "", ""
    person.residence, person.residence_code = None, ""
    person.phone = person.phone_index = person.email = None
    person.contact_set_at = None
    person.updated_at = now
    person.save()
    for account in Account.objects.filter(person=person, kind=Account.Kind.PERSON):
        account.subject, account.display_name = f"erased:{secrets.token_hex(16)}", ANONYMOUS
        account.last_login = None
        account.save(update_fields=["subject", "display_name", "last_login"])
