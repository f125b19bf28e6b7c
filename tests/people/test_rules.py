from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.people import rules
from motcua.people.rules import Look

MOMENT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@given(st.integers(0, 3600))
def test_looks_within_fifteen_minutes_are_one_and_later_ones_are_new(seconds):
    first = Look(1, 2, "H37.105-261123-0001", MOMENT)
    later = Look(1, 2, "H37.105-261123-0001", MOMENT + timedelta(seconds=seconds))
    assert rules.same_look(first, later) == (seconds < 15 * 60)


@pytest.mark.parametrize(
    "other",
    [Look(9, 2, "A", MOMENT), Look(1, 9, "A", MOMENT), Look(1, 2, "B", MOMENT)],
)
def test_another_viewer_subject_or_dossier_is_another_look(other):
    assert not rules.same_look(Look(1, 2, "A", MOMENT), other)


@given(st.integers(0, 10_000))
def test_guessing_is_slowed_more_with_every_try_but_never_for_ever(failures):
    assert rules.pause_after(failures) <= rules.pause_after(failures + 1) <= rules.SLOWEST


@given(st.integers(0, 10_000))
def test_others_can_never_make_the_owner_wait_longer_than_two_seconds(failures):
    assert rules.pause_for_everyone_after(failures) <= timedelta(seconds=2)


def test_two_slips_of_the_finger_cost_nothing():
    assert rules.pause_after(2) == timedelta(0)


def test_an_id_number_may_be_typed_with_spaces():
    assert rules.id_number("020 196 900 002") == "020196900002"


@pytest.mark.parametrize("text", ["", "02019690000", "0201969000021", "02019690000x", "²" * 12])
def test_what_is_no_id_number_is_refused(text):
    with pytest.raises(rules.BadIdNumber):
        rules.id_number(text)


@given(
    st.timedeltas(timedelta(minutes=1), timedelta(hours=2)),
    st.timedeltas(timedelta(hours=1), timedelta(hours=12)),
    st.timedeltas(timedelta(0), timedelta(hours=12)),
)
def test_a_session_ends_after_idleness_or_at_its_longest_whichever_comes_first(
    idle, longest, later
):
    limits = rules.SessionLimits(idle, longest)
    end = rules.session_end(limits, MOMENT, MOMENT + later)
    assert end <= MOMENT + longest
    assert end <= MOMENT + later + idle
    assert end in (MOMENT + longest, MOMENT + later + idle)
