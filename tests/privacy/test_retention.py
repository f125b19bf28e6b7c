"""How long data is kept: the rules as data, and the term as a pure function."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import clock
from motcua.privacy import retention
from motcua.privacy.actions.disposing import STORES
from motcua.privacy.retention import RULES, End, Rule

moments = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)).map(
    lambda at: at.replace(microsecond=0)
)
ending = st.sampled_from([rule for rule in RULES.values() if not rule.for_good])


@given(ending, moments)
def test_a_record_is_kept_at_least_its_term_and_to_the_end_of_a_day(rule, since):
    until = retention.kept_until(rule, since)
    assert until - since >= timedelta(days=365 * rule.years + rule.days) - timedelta(days=1)
    assert until - since <= timedelta(days=366 * rule.years + rule.days + 2)
    local = clock.local(until)
    assert (local.hour, local.minute, local.second) == (0, 0, 0)


@given(ending, moments, moments)
def test_what_began_later_is_never_kept_shorter(rule, one, other):
    first, second = sorted((one, other))
    assert retention.kept_until(rule, first) <= retention.kept_until(rule, second)


@given(ending, moments, moments)
def test_the_search_in_the_database_misses_nothing_that_is_over(rule, since, now):
    if retention.is_over(rule, since, now):
        assert since <= retention.no_later(rule, now)


@given(ending, moments)
def test_people_are_told_before_the_end_or_not_at_all(rule, since):
    told = retention.warns_from(rule, since)
    assert (told is None) == (not rule.warn_days)
    if told is not None:
        assert retention.kept_until(rule, since) - told == timedelta(days=rule.warn_days)


@pytest.mark.parametrize(
    ("since", "until"),
    [
        # 23:30 UTC is the next morning in Vietnam: that day does not count.
        (datetime(2026, 11, 22, 23, 30, tzinfo=UTC), datetime(2028, 11, 23, 17, tzinfo=UTC)),
        # The last day of February stands for a day that the last year does not have.
        (datetime(2028, 2, 29, 3, tzinfo=UTC), datetime(2030, 2, 28, 17, tzinfo=UTC)),
    ],
)
def test_two_years_end_with_the_same_day(since, until):
    rule = Rule("x", "X", "ngày gửi", End.DELETE, "Luật", years=2)
    assert retention.kept_until(rule, since) == until


def test_what_is_for_good_never_ends_and_every_other_kind_has_somebody_to_end_it():
    for kind, rule in RULES.items():
        assert rule.kind == kind
        assert rule.basis
        assert rule.for_good == (kind not in STORES)
        if rule.for_good:
            assert retention.kept_until(rule, datetime(1990, 1, 1, tzinfo=UTC)) is None
