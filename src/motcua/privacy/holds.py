"""Legal holds: which are in force, and what they keep. `actions.holding` sets and lifts them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import Q, QuerySet

from motcua.foundation.disposal import Kept
from motcua.foundation.viewer import Viewer
from motcua.people.models import Role
from motcua.privacy.errors import PrivacyError
from motcua.privacy.models import LegalHold

_LOCK = "privacy.disposal"


class NoSuchHold(PrivacyError):
    """There is none in force, or it is not for the viewer: the two look the same."""

    message = "Không tìm thấy quyết định giữ dữ liệu này, hoặc quyết định đã hết hiệu lực."


def in_charge(viewer: Viewer) -> bool:
    """Whether the viewer answers for personal data somewhere today, or inspects it."""
    return any(post.role in (Role.DATA_OFFICER, Role.INSPECTOR) for post in viewer.posts)


def one_at_a_time() -> None:
    """Hold, to the end of the transaction, the right to dispose of data or to say what stays: a
    hold that is set is in force for the very next record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])


def in_force(now: datetime) -> QuerySet[LegalHold]:
    """The holds that keep something at `now`."""
    ends = Q(until__isnull=True) | Q(until__gt=now)
    return LegalHold.objects.filter(ends, lifted_at__isnull=True)


def free(kind: str, rows: Sequence[Kept], now: datetime) -> list[Kept]:
    """Those of `rows` that no hold keeps. At most two statements."""
    if not rows or in_force(now).filter(kind=kind).exists():
        return []
    people = {one for row in rows for one in row.person_ids}
    numbers = {row.dossier_number for row in rows} - {""}
    held = in_force(now).filter(Q(person_id__in=people) | Q(dossier_number__in=numbers))
    held_people, held_numbers = set(), set()
    for person_id, number in held.values_list("person_id", "dossier_number"):
        held_people.add(person_id)
        held_numbers.add(number)
    held_numbers.discard("")
    return [
        row
        for row in rows
        if held_people.isdisjoint(row.person_ids) and row.dossier_number not in held_numbers
    ]


def holds_person(person_id: int, now: datetime) -> bool:
    """Whether a hold keeps this person's data as a whole."""
    return in_force(now).filter(person_id=person_id).exists()
