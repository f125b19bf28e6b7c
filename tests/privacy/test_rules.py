"""The terms of a request hold whatever the day it comes in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import calendar, deadlines
from motcua.privacy import rules
from motcua.privacy.rights import RIGHTS, RightKey

STANDARD = calendar.standard()
# Monday 23 November 2026, 08:00 in Vietnam.
MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)

moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 10, 30), timezones=st.just(UTC)).map(
    lambda moment: moment.replace(microsecond=0)
)
rights = st.sampled_from(list(RIGHTS.values()))


def test_every_right_of_the_law_has_its_terms() -> None:
    assert set(RIGHTS) == set(RightKey)
    for key in (RightKey.WITHDRAW, RightKey.RESTRICT, RightKey.OBJECT):
        assert (RIGHTS[key].days, RIGHTS[key].days_with_others) == (15, 20)
    for right in RIGHTS.values():
        assert 10 <= right.days <= right.days_with_others <= 20


def test_the_first_answer_is_due_on_the_second_working_day_and_the_rest_on_the_15th_day() -> None:
    known = rules.terms(RIGHTS["restrict"], MONDAY, STANDARD)
    # Tuesday the 24th is a holiday.
    assert known.answer_by == datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
    assert known.done_by == datetime(2026, 12, 8, 10, 0, tzinfo=UTC)
    longer = rules.terms(RIGHTS["restrict"], MONDAY, STANDARD, others_involved=True)
    # The 20th day is a Sunday: it ends with Monday.
    assert longer.done_by == datetime(2026, 12, 14, 10, 0, tzinfo=UTC)


@given(rights, moments, st.booleans(), st.integers(0, 15))
def test_terms_end_when_the_office_is_open_and_never_before_their_days(
    right, received, others, extension
) -> None:
    known = rules.terms(right, received, STANDARD, others_involved=others, extension_days=extension)
    days = (right.days_with_others if others else right.days) + extension
    assert received < known.answer_by < known.done_by
    assert known.done_by - received > timedelta(days=days - 1)
    for due in (known.answer_by, known.done_by):
        assert STANDARD.working_time(due - timedelta(minutes=1), due) == timedelta(minutes=1)


@given(rights, moments, st.booleans(), st.integers(1, 15))
def test_an_extension_and_others_only_ever_give_more_time(right, received, others, extension):
    plain = rules.terms(right, received, STANDARD, others_involved=others)
    later = rules.terms(right, received, STANDARD, others_involved=others, extension_days=extension)
    assert plain.done_by <= later.done_by
    assert plain.answer_by == later.answer_by
    assert plain.done_by <= rules.terms(right, received, STANDARD, others_involved=True).done_by


@pytest.mark.parametrize("days", [-1, 16, 365])
def test_no_extension_goes_beyond_the_law(days: int) -> None:
    with pytest.raises(deadlines.BadInput):
        rules.terms(RIGHTS["see"], MONDAY, STANDARD, extension_days=days)


@given(rights, moments, st.integers(0, 60))
def test_who_has_not_been_answered_waits_for_the_answer_first(right, received, days) -> None:
    known = rules.terms(right, received, STANDARD)
    now = received + timedelta(days=days)
    first = rules.standing(known, None, now, STANDARD)
    then = rules.standing(known, received, now, STANDARD)
    assert (first.due, then.due) == (known.answer_by, known.done_by)
    assert (first.verdict == "overdue") is (now > known.answer_by)
    assert (then.verdict == "overdue") is (now > known.done_by)


@given(rights, moments, st.integers(0, 60), st.integers(0, 15))
def test_the_term_is_extended_once_and_before_it_has_run_out(right, received, after, taken) -> None:
    known = rules.terms(right, received, STANDARD, extension_days=taken)
    now = received + timedelta(days=after)
    assert rules.may_extend("in_hand", taken, known, now) is (taken == 0 and now <= known.done_by)
    assert not rules.may_extend("granted", taken, known, now)
