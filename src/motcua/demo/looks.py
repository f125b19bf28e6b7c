"""Two looks of the day before that an inspector of the demonstration is asked to examine: at night
without a dossier, and at a colleague."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from motcua.demo import accounts
from motcua.foundation import clock
from motcua.people import actions, inspecting, queries
from motcua.people.access import AccessNote
from motcua.people.models import Access, Person

NIGHT, DAY = time(23, 10), time(9, 40)


def load_looks(now: datetime) -> None:
    """Record the looks and hold them against the rules, unless anybody has looked before."""
    if Access.objects.exists():
        return
    _look("receptionist-2", accounts.citizen("giam-doc").id_number, _yesterday(now, NIGHT))
    _look("handler-2", accounts.officer(f"{accounts.HOME_AGENCY}/clerk").id_number,
          _yesterday(now, DAY))  # fmt: skip
    inspecting.judge_looks(now)


def _yesterday(now: datetime, at: time) -> datetime:
    day = clock.local(now).date() - timedelta(days=1)
    return datetime.combine(day, at, clock.TZ)


def _look(desk: str, id_number: str, at: datetime) -> None:
    """An officer of the home commune types a number, and no dossier follows."""
    who = queries.person_by_id_number(accounts.officer(f"{accounts.HOME_AGENCY}/{desk}").id_number)
    assert isinstance(who, Person), "the officers are loaded before"
    viewer = queries.viewer_of(actions.expect_account(who), 2, at)
    known, unknown = queries.known_by_id_number([id_number])
    note = AccessNote(
        viewer=viewer,
        subject_ids=known,
        role=viewer.posts[0].role,
        agency_id=viewer.posts[0].agency_id,
        purpose="Tra cứu tại quầy",
        fields=("population",),
        subject_indexes=unknown,
    )
    actions.record_access(note, at)
