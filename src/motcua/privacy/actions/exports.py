"""Copies of everything kept about one person, for that person."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.db import transaction

from motcua.foundation import background, ledger
from motcua.foundation.holdings import Whose, everything
from motcua.foundation.viewer import Viewer
from motcua.people.models import Person
from motcua.privacy import queries
from motcua.privacy.errors import NoSuchExport
from motcua.privacy.models import Export, ExportPart

KEPT = timedelta(days=1)
AT_ONCE = 300
"""Up to so many rows a copy is made while the person waits; a larger one is made by a job."""
PART = 500
"""So many records of one kind are kept, and later read, at once."""


@transaction.atomic
def begin(viewer: Viewer, now: datetime) -> Export:
    """Make a copy of everything kept about the viewer, for them alone, kept for a day. A large one
    is made by a job; while one is in the making, asking again answers with that one."""
    assert viewer.person_id is not None, "who asks has signed in as a person"
    Person.objects.select_for_update().only("pk").get(pk=viewer.person_id)
    making = Export.objects.filter(person_id=viewer.person_id, state=Export.State.MAKING).first()
    if making is not None:
        return making
    copy = Export.objects.create(person_id=viewer.person_id, asked_at=now, expires_at=now + KEPT)
    person = f"person:{viewer.person_id}"
    ledger.append("privacy.export_asked", person, person, {"export": str(copy.pk)})
    whose = queries.whose(viewer.person_id)
    if sum(held.of(whose).count() for held in everything()) <= AT_ONCE:
        return fill(str(copy.pk), now)
    background.defer("privacy.export", export_id=str(copy.pk))
    return copy


@transaction.atomic
def fill(export_id: str, now: datetime) -> Export:
    """Write the copy, kind by kind. Doing it again changes nothing."""
    copy = Export.objects.select_for_update().get(pk=export_id)
    if copy.state != Export.State.MAKING:
        return copy
    whose = queries.whose(copy.person_id)
    total = 0
    for position, (key, records) in enumerate(_stretches(whose)):
        total += len(records)
        ExportPart.objects.create(
            export=copy,
            position=position,
            key=key,
            count=len(records),
            records=json.dumps(records, ensure_ascii=False),
        )
    copy.state = Export.State.READY
    copy.ready_at = now
    copy.save(update_fields=["state", "ready_at"])
    told = {"export": str(copy.pk), "records": total}
    ledger.append("privacy.export_made", f"person:{copy.person_id}", "system", told)
    return copy


def _stretches(whose: Whose) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Every kind with its records, at most `PART` at once; a kind with none comes once, empty."""
    for held in everything():
        rows = held.records(whose)
        records = list(islice(rows, PART))
        yield held.key, records
        while len(records) == PART and (records := list(islice(rows, PART))):
            yield held.key, records


@transaction.atomic
def take(viewer: Viewer, export_id: str, how: str, now: datetime) -> Export:
    """The viewer opens their copy (`how`: `json`, `zip` or `page`), which the ledger knows before
    anything is shown. Raises `NoSuchExport`."""
    copy = queries.own_export(viewer, export_id, now)
    if copy.state != Export.State.READY:
        raise NoSuchExport
    person = f"person:{copy.person_id}"
    ledger.append("privacy.export_taken", person, person, {"export": str(copy.pk), "how": how})
    return copy


@transaction.atomic
def remove_expired(now: datetime) -> int:
    """Remove the contents of copies that were kept long enough; how many copies."""
    old = list(
        Export.objects.select_for_update(skip_locked=True)
        .filter(state__in=[Export.State.MAKING, Export.State.READY], expires_at__lte=now)
        .order_by("expires_at")[:200]
    )
    for copy in old:
        ExportPart.objects.filter(export=copy).delete()
        copy.state = Export.State.EXPIRED
        copy.save(update_fields=["state"])
        told = {"export": str(copy.pk)}
        ledger.append("privacy.export_removed", f"person:{copy.person_id}", "system", told)
    return len(old)
