"""The only writer of the registers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.foundation import clock, crypto, ledger, numbering
from motcua.foundation.events import publish
from motcua.registers.errors import AlreadyCorrected, KeyTaken, ReasonMissing, StartsTooEarly
from motcua.registers.events import EntryRecorded
from motcua.registers.models import Entry


@transaction.atomic
def record(
    register: str,
    agency_id: int,
    key: str,
    data: Mapping[str, Any],
    subject_id_number: str | None,
    document_number: str,
    now: datetime,
) -> Entry:
    """Write an entry that holds from today and give it the next number of the year.

    `key` makes it idempotent: the same key again gives the entry written before and takes no
    number. `subject_id_number` is whom it is about, kept as a blind index. Raises `KeyTaken` when
    the key belongs to an entry of another register or agency.
    """
    return _write(
        Entry(
            register=register,
            agency_id=agency_id,
            key=key,
            data=_encoded(data),
            subject_index=_about(subject_id_number),
            valid=DateRange(clock.local(now).date(), None),
            document_number=document_number,
            recorded_at=now,
        ),
        now,
    )


@transaction.atomic
def correct(
    entry_id: int,
    key: str,
    data: Mapping[str, Any],
    reason: str,
    document_number: str,
    holds_from: date | None,
    now: datetime,
) -> Entry:
    """Correct an entry by a new one that supersedes it, with its own number, from the day
    `holds_from` (today when None). The old entry stays as it was.

    Idempotent by `key`. Raises `ReasonMissing`, `StartsTooEarly` when it would hold from before
    the corrected entry, and `AlreadyCorrected`: of two corrections at once one is told so.
    """
    if not reason.strip():
        raise ReasonMissing
    wrong = Entry.objects.get(pk=entry_id)
    begins = holds_from or clock.local(now).date()
    if begins < wrong.valid.lower:
        raise StartsTooEarly
    later = Entry.objects.filter(supersedes=wrong).first()
    if later is not None:
        if later.key == key:
            return later
        raise AlreadyCorrected
    correction = Entry(
        register=wrong.register,
        agency_id=wrong.agency_id,
        key=key,
        data=_encoded(data),
        subject_index=wrong.subject_index,
        valid=DateRange(begins, None),
        document_number=document_number,
        recorded_at=now,
        supersedes=wrong,
        reason=reason.strip()[:300],
    )
    try:
        return _write(correction, now)
    except IntegrityError:  # of two at once the later waited at the unique index
        if Entry.objects.filter(supersedes=wrong).exists():
            raise AlreadyCorrected from None
        raise


def _about(id_number: str | None) -> bytes | None:
    """The index under which `people` keeps the same person."""
    return crypto.blind_index("person", id_number) if id_number else None


def _encoded(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True)


def _write(entry: Entry, now: datetime) -> Entry:
    """Number and insert. The number is taken in the savepoint of the insert, so that a repetition
    gives it back."""
    entry.year = clock.local(now).year
    sequence = f"register {entry.register} {entry.agency_id} {entry.year}"
    try:
        with transaction.atomic():
            entry.number = numbering.next_value(sequence)
            entry.save(force_insert=True)
    except IntegrityError:
        earlier = Entry.objects.filter(key=entry.key).first()
        if earlier is None:
            raise
        if (earlier.register, earlier.agency_id) != (entry.register, entry.agency_id):
            raise KeyTaken from None
        return earlier
    ledger.append(
        "registers.recorded",
        entry.key,
        "system",
        {"register": entry.register, "number": entry.number, "year": entry.year},
    )
    publish(
        EntryRecorded(
            entry_id=entry.pk,
            register=entry.register,
            agency_id=entry.agency_id,
            supersedes_id=entry.supersedes_id,
        )
    )
    return entry
