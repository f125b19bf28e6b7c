"""The law of a dossier's life, as rules that can be read aloud."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers import rules
from motcua.dossiers.models import Status
from motcua.foundation import calendar
from motcua.foundation.deadlines import Pause

CALENDAR = calendar.standard()
ENDED = {Status.REFUSED, Status.STOPPED, Status.RETURNED}
states = st.sampled_from(list(Status))


@given(states, states)
def test_nothing_follows_an_end(before, after):
    if before in rules.ENDED:
        assert rules.transition(before, after) is None


def test_the_ends_are_refused_stopped_and_returned():
    assert set(rules.ENDED) == ENDED


def test_every_state_is_reached_and_every_other_one_left_again():
    assert {row.after for row in rules.TRANSITIONS} == set(Status) - {Status.REGISTERED} | {
        Status.REGISTERED
    }
    assert {row.before for row in rules.TRANSITIONS} == set(Status) - ENDED


def test_every_state_leads_to_an_end():
    reached = set(ENDED)
    while more := {r.before for r in rules.TRANSITIONS if r.after in reached} - reached:
        reached |= more
    assert reached == set(Status)


def test_every_move_cites_why():
    assert all(len(row.reason) > 5 for row in rules.TRANSITIONS)
    pairs = [(row.before, row.after) for row in rules.TRANSITIONS]
    assert len(pairs) == len(set(pairs))


@given(st.lists(states, max_size=12))
def test_whatever_is_tried_a_dossier_never_comes_back_from_its_end(tried):
    at = Status.REGISTERED
    ended = None
    for wanted in tried:
        if rules.transition(at, wanted) is not None:
            assert ended is None
            at = wanted
            ended = at if at in ENDED else None


@given(states, st.booleans())
def test_a_dossier_is_withdrawn_only_before_the_decision(status, decided):
    allowed = rules.may_withdraw(status, decided)
    before = {Status.REGISTERED, Status.ACCEPTED, Status.IN_PROCESS, Status.SUPPLEMENT,
              Status.PAYMENT}  # fmt: skip
    assert allowed == (status in before and not decided)


@given(
    st.integers(0, 6),
    st.sampled_from(["receptionist", "handler", "approver", "head"]),
    st.one_of(st.none(), st.integers(0, 5)),
    st.booleans(),
)
def test_who_follows_guidance_is_asked_twice_at_most_the_second_time_by_the_approver(
    asked, role, limit, not_followed
):
    verdict = rules.may_ask_supplement(asked, role, limit, not_followed)
    assert verdict.allowed == (not verdict.message)
    if verdict.allowed:
        assert asked < 2 or not_followed
        assert limit is None or limit >= 2 or asked < limit
        assert asked == 0 or role in ("approver", "head")


def test_the_first_request_is_anybodys_unless_the_procedure_forbids_it():
    assert rules.may_ask_supplement(0, "receptionist", None).allowed
    assert not rules.may_ask_supplement(0, "head", 0).allowed


@pytest.mark.parametrize(
    ("way", "online", "answers", "through_the_vault"),
    [
        ("online", "full", {"result_way": "electronic"}, True),
        ("online", "full", {}, True),
        ("online", "full", {"result_way": "post"}, False),
        ("online", "partial", {"result_way": "counter"}, False),
        ("online", "counter", {}, False),
        ("counter", "full", {"result_way": "electronic"}, False),
        ("post", "full", {}, False),
    ],
)
def test_a_result_goes_out_alone_only_where_nobody_waits_for_paper(
    way, online, answers, through_the_vault
):
    assert rules.returned_online(way, online, answers) is through_the_vault


@pytest.mark.parametrize(
    ("state", "owed"),
    [("pending", True), ("expired", True), ("paid", False), ("cancelled", False), (None, False)],
)
def test_a_fee_whose_time_ran_out_is_still_owed(state, owed):
    assert rules.is_owed(state) is owed


moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 11, 30)).map(
    lambda m: m.replace(microsecond=0, tzinfo=UTC)
)


@given(moments, st.integers(1, 20), st.integers(0, 60 * 24 * 40))
def test_an_open_dossier_is_overdue_exactly_when_its_due_moment_has_passed(received, days, after):
    clock = rules.Clock(received, Decimal(days), "working_day", ())
    at = received + timedelta(minutes=after)
    due = rules.due_moment(clock, CALENDAR, at)
    verdict = rules.standing(clock, CALENDAR, at, None)
    assert (verdict == "overdue") == (at > due)
    assert verdict in {"overdue", "due_soon", "running"}
    finished = rules.standing(clock, CALENDAR, at, at)
    assert (finished == "late") == (at > due)


@given(moments, st.integers(1, 10), st.integers(0, 2000), st.integers(0, 20_000))
def test_while_the_applicant_is_asked_the_due_moment_only_moves_away(received, days, start, longer):
    begun = received + timedelta(minutes=start)
    ended = begun + timedelta(minutes=longer)
    plain = rules.Clock(received, Decimal(days), "working_day", ())
    paused = rules.Clock(received, Decimal(days), "working_day", (Pause(begun, ended),))
    assert rules.due_moment(paused, CALENDAR, ended) >= rules.due_moment(plain, CALENDAR, ended)


@given(moments, st.integers(1, 10), st.integers(0, 20_000))
def test_an_open_pause_stands_still_for_as_long_as_it_is_open(received, days, later):
    clock = rules.Clock(received, Decimal(days), "working_day", (Pause(received, None),))
    assert rules.standing(clock, CALENDAR, received + timedelta(minutes=later), None) == "paused"
