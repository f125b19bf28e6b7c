"""Which looks an inspector is asked to examine, whatever the looks are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given
from hypothesis import strategies as st

from motcua.foundation.calendar import standard
from motcua.people import odd_looks
from motcua.people.odd_looks import BULK, Reason, Seen, reasons

CALENDAR = standard()
AT_WORK = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 09:00 in Vietnam
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 30), timezones=st.just(UTC))
looks = st.builds(
    Seen,
    at=moments,
    dossier=st.sampled_from(["", "H37.105-261123-0001"]),
    followed=st.booleans(),
    of_colleague=st.booleans(),
    of_relative=st.booleans(),
    same_home=st.booleans(),
    people_in_hour=st.integers(1, 200),
)


def plain(**changes) -> Seen:
    usual = {
        "at": AT_WORK,
        "dossier": "H37.105-261123-0001",
        "followed": False,
        "of_colleague": False,
        "of_relative": False,
        "same_home": False,
        "people_in_hour": 1,
    }
    return Seen(**{**usual, **changes})


def test_a_look_at_a_dossier_at_work_is_not_odd():
    assert reasons(plain(), CALENDAR) == ()


@given(looks)
def test_each_reason_stands_for_one_fact(seen):
    found = set(reasons(seen, CALENDAR))
    assert (Reason.COLLEAGUE in found) == seen.of_colleague
    assert (Reason.RELATIVE in found) == seen.of_relative
    assert (Reason.SAME_HOME in found) == seen.same_home
    assert (Reason.BULK in found) == (seen.people_in_hour > BULK)
    assert (Reason.NO_DOSSIER in found) == (not seen.dossier and not seen.followed)


@given(looks)
def test_a_number_typed_at_the_counter_is_not_odd_when_the_dossier_follows(seen):
    assume(seen.followed)
    assert Reason.NO_DOSSIER not in reasons(seen, CALENDAR)


@given(moments)
def test_who_looks_while_the_office_is_open_is_never_outside_hours(at):
    assume(CALENDAR.is_open(at))
    assert not odd_looks.outside_hours(at, CALENDAR)


@given(st.dates(datetime(2026, 1, 1).date(), datetime(2027, 12, 30).date()), st.integers(0, 239))
def test_the_night_is_always_outside_hours(day, minutes):
    """From 00:00 to 03:59 in Vietnam."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=7)
    assert odd_looks.outside_hours(midnight + timedelta(minutes=minutes), CALENDAR)


@given(looks, st.timedeltas(timedelta(0), timedelta(days=1)))
def test_what_is_ripe_stays_ripe(seen, later):
    one_look = timedelta(minutes=15)
    now = seen.at + timedelta(minutes=30)
    if odd_looks.ripe(seen.at, seen.dossier, now, one_look):
        assert odd_looks.ripe(seen.at, seen.dossier, now + later, one_look)
