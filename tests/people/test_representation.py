"""Who may act for whom, on which day, doing what: the rules by themselves."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from motcua.people import representation, roles
from motcua.people.models import Role
from motcua.people.representation import ALL_DEEDS, Deed, Ground, Power

moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
codes = st.sampled_from(["1.001193", "1.004873", "2.000815"])
deeds = st.sampled_from(sorted(ALL_DEEDS))


@st.composite
def powers(draw: st.DrawFn) -> Power:
    starts = draw(moments)
    length = draw(st.none() | st.timedeltas(timedelta(0), timedelta(days=2000)))
    return Power(
        ground=draw(st.sampled_from(Ground.values)),
        starts=starts,
        ends=None if length is None else starts + length,
        procedures=draw(st.frozensets(codes)),
        deeds=draw(st.frozensets(deeds)),
    )


@given(powers(), deeds, codes, moments)
def test_nobody_does_for_another_what_they_may_not_see(power, deed, code, at):
    if representation.may(power, deed, code, at):
        assert representation.may_see(power, code, at)
        assert deed in power.deeds
        assert power.starts <= at
        assert power.ends is None or at < power.ends


@given(powers(), deeds, codes, moments)
def test_a_mandate_ended_at_a_moment_gives_nothing_from_that_moment_on(power, deed, code, at):
    ended = Power(power.ground, power.starts, at, power.procedures, power.deeds)
    for later in (at, at + timedelta(microseconds=1), at + timedelta(days=1)):
        assert not representation.may(ended, deed, code, later)


@given(powers(), codes, moments)
def test_a_named_procedure_is_the_only_one(power, code, at):
    if power.procedures and code not in power.procedures:
        assert not representation.may_see(power, code, at)


@given(st.dates(date(1950, 1, 1), date(2030, 1, 1)))
def test_a_child_is_a_minor_until_the_day_before_the_eighteenth_birthday(born):
    day = representation.of_age_on(born)
    assert representation.is_minor(born, day - timedelta(days=1))
    assert not representation.is_minor(born, day)
    assert day.year == born.year + 18


@given(moments, st.none() | moments, moments)
def test_an_authorisation_that_is_let_through_ends_after_it_begins_and_is_in_writing(
    starts, ends, now
):
    assert representation.wrong_with(Ground.AUTHORISED, starts, ends, [Deed.FILE], " ", now)
    if not representation.wrong_with(Ground.AUTHORISED, starts, ends, [Deed.FILE], "12/UQ", now):
        end = representation.end_of(starts, ends)
        assert starts < end <= starts + representation.LONGEST


def test_who_signs_for_an_agency_is_no_matter_of_leave():
    assert set(roles.PASSED_ON_LEAVE) == {Role.RECEPTIONIST, Role.HANDLER, Role.CLERK}


def test_every_role_says_what_it_may_do():
    assert set(roles.POWERS) == set(Role.values)
    assert all(role in roles.does(role) for role in Role.values)
    assert roles.who_may([Role.APPROVER]) == {Role.APPROVER, Role.HEAD}
