"""Erasing what has been deleted of a person from old backups too, by destroying keys.

Deleting a row leaves it in every backup. So after a deletion the person's key for that part of
their data is renewed: what rooms still keep is sealed anew, then the old key is destroyed, and what
was deleted is unreadable wherever a copy of it lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.apps import apps
from django.db import connection, models, transaction
from django.db.models.expressions import RawSQL

from motcua.dossiers.models import TimelineEntry
from motcua.foundation import clock, ledger, person_keys, personal_fields
from motcua.foundation.background import defer
from motcua.foundation.person_keys import Part
from motcua.foundation.personal_fields import PersonalTextField
from motcua.people.models import Person
from motcua.privacy import holds
from motcua.privacy.errors import PrivacyError
from motcua.privacy.models import Erasure

BATCH = 200


class HeldByDecision(PrivacyError):
    """A legal hold keeps this person's data; nothing was changed."""

    message = "Dữ liệu của người này đang phải giữ theo quyết định, chưa được xóa."


@transaction.atomic
def erase(person_id: int, parts: Sequence[Part], why: str, by: str, now: datetime) -> Erasure:
    """Have what was deleted of these parts of a person's data become unreadable in backups too, a
    moment after the caller's transaction. `why` is a reference (the request's number, the rule),
    `by` an account or `system`. Raises `HeldByDecision`."""
    holds.one_at_a_time()
    if holds.holds_person(person_id, now):
        raise HeldByDecision
    erasure = Erasure.objects.create(
        person_id=person_id, parts=sorted(set(parts)), why=why[:80], asked_at=now
    )
    ledger.append(
        "privacy.erasure_asked",
        f"person:{person_id}",
        by,
        {"parts": erasure.parts, "why": erasure.why},
    )
    defer("privacy.erase", erasure=erasure.pk)
    return erasure


def carry_out(erasure_id: int) -> int:
    """Do what `erase` asked: how many values were sealed anew. Safe to stop and to repeat: keys are
    destroyed when nothing that is kept needs them any longer."""
    erasure = Erasure.objects.get(pk=erasure_id)
    if erasure.done_at is not None:
        return 0
    owner = personal_fields.owner_of(Person, erasure.person_id)
    assert owner is not None
    count = 0
    for part in map(Part, erasure.parts):
        old = person_keys.retire(owner, part)
        # Until none is left: somebody who wrote at that very moment may have used the old key.
        while found := sum(_reseal(rows) for rows in _kept(erasure.person_id, part, old)):
            count += found
    with transaction.atomic():
        Erasure.objects.select_for_update().get(pk=erasure_id)
        destroyed = sum(person_keys.destroy_retired(owner, Part(part)) for part in erasure.parts)
        erasure.done_at, erasure.resealed = clock.now(), erasure.resealed + count
        erasure.save(update_fields=["done_at", "resealed"])
        ledger.append(
            "privacy.erased",
            f"person:{erasure.person_id}",
            "system",
            {"parts": erasure.parts, "kept": erasure.resealed, "keys_destroyed": destroyed},
        )
    return count


def _kept(
    person_id: int, part: Part, old: Sequence[bytes]
) -> Iterator[tuple[PersonalTextField, models.QuerySet[models.Model]]]:
    """What rooms keep of the person that one of the `old` keys seals, field by field."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, PersonalTextField) and field.part == part:
                whose = field.of.replace(".", "__") or "pk"
                key_used = RawSQL(  # noqa: S611 names from the models, values are parameters
                    f'substr("{model._meta.db_table}"."{field.column}", 2, 16)', []
                )
                rows = model._base_manager.filter(**{whose: person_id})
                for key_id in old:
                    yield field, rows.alias(key_used=key_used).filter(key_used=key_id)


def _reseal(kept: tuple[PersonalTextField, models.QuerySet[models.Model]]) -> int:
    """Save these values again, a few at a time, under the key in force; how many."""
    field, rows = kept
    if field.model is TimelineEntry:
        return _reseal_timeline(field, rows)
    count = 0
    while True:
        with transaction.atomic():
            batch = list(rows.select_for_update(of=("self",))[:BATCH])
            for row in batch:
                row.save(update_fields=[field.name])
        if not batch:
            return count
        count += len(batch)


def _reseal_timeline(field: PersonalTextField, rows: models.QuerySet[models.Model]) -> int:
    """The same in a table that only grows: each value is exchanged in the owner's name, unless it
    is no longer what was read (`guarded`)."""
    stored = RawSQL(f'"{field.model._meta.db_table}"."{field.column}"', [])  # noqa: S611 names from the models
    count = 0
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            batch = list(rows.annotate(stored=stored)[:BATCH])
            for row in batch:
                was, anew = bytes(row.stored), bytes(field.pre_save(row, add=False))
                cursor.execute(
                    "SELECT privacy_timeline_sealed_anew(%s, %s, %s)", [row.pk, was, anew]
                )
        if not batch:
            return count
        count += len(batch)
