"""Decrees whose day has come and that take open dossiers along."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from motcua.foundation import clock

from . import decree_file, rehearsal
from .competence import Rule
from .deciding import as_rule
from .models import Competence, Decree, Procedure
from .passing import Passed


def to_hand_over(now: datetime) -> list[tuple[Decree, list[Passed]]]:
    """Decrees whose day has come and that take open dossiers along, with what has passed over by
    now; those that are done with are not asked again."""
    today = clock.local(now).date()
    due = Decree.objects.filter(
        state__in=(Decree.State.SCHEDULED, Decree.State.IN_FORCE),
        moves=True,
        handed_over_at=None,
        effective__lte=today,
    )
    return [(decree, passed_by(decree, today)) for decree in due.order_by("effective", "pk")]


def passed_by(decree: Decree, on: date) -> list[Passed]:
    """What a decree hands over together with open dossiers, as far as its days have come."""
    lines, _ = decree_file.read(decree.text)
    lines = [rehearsal.within(one, decree.territory, []) for one in lines if one.moves]
    codes = {one.procedure for one in lines}
    ids = dict(Procedure.objects.filter(code__in=codes).values_list("code", "pk"))
    return [
        Passed(ids[one.procedure], one.procedure, one.case, one.territory, one.since)
        for one in lines
        if one.since <= on
    ]


AFTERWARDS = timedelta(hours=1)
"""So long after midnight a filing may still have been on its way to the first agency."""


def is_past(decree: Decree, now: datetime) -> bool:
    """Whether the last day on which the decree takes open dossiers along has begun an hour ago."""
    lines, _ = decree_file.read(decree.text)
    last = max((one.since for one in lines if one.moves), default=date.min)
    return now >= datetime.combine(last, time(), clock.TZ) + AFTERWARDS


def rules_in_force(procedure_id: int, on: date) -> list[Rule]:
    """Who decides a procedure on a day, as stored now and not as remembered. One statement."""
    rows = Competence.objects.filter(procedure_id=procedure_id, valid__contains=on)
    return [as_rule(row) for row in rows.order_by("pk")]
