"""Records of looks and consents that have been kept long enough."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from motcua.foundation.disposal import Kept
from motcua.people.models import Access, Consent, OddLook


def looked_since(before: datetime, after: int, limit: int) -> list[Kept]:
    """Looks at or before `before`, by key from behind `after` on. An odd look nobody has examined
    is not among them."""
    rows = Access.objects.filter(at__lte=before, pk__gt=after).order_by("pk")
    rows = rows.exclude(odd__isnull=False, odd__examined_at__isnull=True)
    return [
        Kept(pk, at, (subject,) if subject else (), number)
        for pk, at, subject, number in rows.values_list("pk", "at", "subject_id", "dossier_number")[
            :limit
        ]
    ]


def remove_looks(pks: Sequence[int]) -> int:
    """Delete these looks with what was found on examining them; how many."""
    OddLook.objects.filter(access_id__in=pks).delete()
    return Access.objects.filter(pk__in=pks).delete()[0]


def withdrawn_since(before: datetime, after: int, limit: int) -> list[Kept]:
    """Consents withdrawn at or before `before`."""
    rows = Consent.objects.filter(withdrawn_at__lte=before, pk__gt=after).order_by("pk")
    found = rows.values_list("pk", "withdrawn_at", "person_id")[:limit]
    return [Kept(pk, at, (person,)) for pk, at, person in found if at is not None]


def remove_consents(pks: Sequence[int]) -> int:
    """Delete these consents; how many."""
    return Consent.objects.filter(pk__in=pks).delete()[0]
