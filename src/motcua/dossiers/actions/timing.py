"""The dossier's clock as rows: pauses opened and closed, the due moment kept on the summary."""

from __future__ import annotations

from datetime import date, datetime

from motcua.agencies import queries as agencies
from motcua.dossiers import rules
from motcua.dossiers.models import Dossier, Pause
from motcua.foundation import clock, deadlines


def local_date(moment: datetime) -> date:
    return clock.local(moment).date()


def clock_of(dossier: Dossier) -> rules.Clock:
    """What the due moment of an accepted dossier is computed from."""
    assert dossier.accepted_at is not None
    return rules.Clock(
        received=dossier.accepted_at,
        amount=dossier.limit_amount,
        unit=dossier.limit_unit,
        pauses=tuple(
            deadlines.Pause(row.started_at, row.ended_at, row.restart)
            for row in dossier.pauses.all()
            if row.started_at >= dossier.accepted_at  # before that, an earlier settling's
        ),
        extended_to=dossier.extended_to,
    )


def resume(dossier: Dossier, now: datetime) -> None:
    """End the open pause, if any, and move the due moment by it. The caller saves the dossier."""
    if not Pause.objects.filter(dossier=dossier, ended_at__isnull=True).update(ended_at=now):
        return
    dossier.paused_since = None
    calendar = agencies.calendar_of(dossier.agency_id, local_date(now))
    dossier.due_at = rules.due_moment(clock_of(dossier), calendar, now)
