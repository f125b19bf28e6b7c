"""Where papers of a vault were given again, and how much of what is given comes from there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from motcua.dossiers.models import Attachment, Dossier
from motcua.dossiers.queries import scope
from motcua.foundation.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Share:
    """Of the papers given with dossiers, how many came from a vault."""

    given: int
    reused: int

    @property
    def percent(self) -> float:
        """0 to 100; 0 where nothing was given."""
        return round(100 * self.reused / self.given, 1) if self.given else 0.0


def of_file(viewer: Viewer, file_id: UUID) -> list[tuple[str, str, datetime]]:
    """The viewer's own dossiers in which this file was given from the vault, newest first: number,
    procedure, when."""
    mine = Dossier.objects.filter(scope.visible(viewer))
    rows = Attachment.objects.filter(file_id=file_id, dossier__in=mine).exclude(reused_from="")
    found = rows.order_by("-added_at").values_list(
        "dossier__number", "dossier__procedure__short_name", "added_at"
    )
    return list(found[:50])


def share(agencies: Sequence[int], since: datetime, until: datetime) -> Share:
    """Of the papers given with dossiers filed with these agencies from `since` to before `until`,
    how many came from vaults (the part of the index on digitised data that is used again)."""
    rows = Attachment.objects.filter(
        dossier__agency_id__in=agencies,
        dossier__submitted_at__gte=since,
        dossier__submitted_at__lt=until,
    )
    counted = rows.aggregate(given=Count("pk"), reused=Count("pk", filter=~Q(reused_from="")))
    return Share(counted["given"], counted["reused"])
