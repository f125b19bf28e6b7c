"""The simulator: sums hold, shares are shares, the same plan gives the same, and more people do
not make it later where that can be proved."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.foundation import calendar
from motcua.processes import bpmn, patterns
from motcua.processes.errors import BadPlan, CannotContinue
from motcua.processes.simulation import Plan, simulate
from tests.processes.drawing import END, START, flow, line, process, step, timer
from tests.processes.test_breadth import SOME, asking, several

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
BASE = Plan(30, 1, MONDAY, calendar.standard(), limit=(Decimal(5), "working_day"))


def plans() -> st.SearchStrategy[Plan]:
    people = st.integers(1, 5)
    return st.builds(
        lambda number, seed, per_day, staff, effort, share: replace(
            BASE, number=number, seed=seed, per_day=per_day, staff=staff, effort=effort,
            first_share=share,
        ),
        st.integers(1, 25), st.integers(0, 99), st.decimals("1", "60", places=1),
        st.dictionaries(st.sampled_from(["handler", "approver", "receptionist", "clerk"]), people),
        st.decimals("0.05", "1", places=2), st.floats(0, 1),
    )  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(plans(), st.sampled_from(patterns.KEYS))
def test_sums_hold_and_shares_are_shares(plan: Plan, key: str) -> None:
    result = simulate(bpmn.read(patterns.template(key).bpmn), plan)
    assert len(result.dossiers) == plan.number
    share = result.share_on_time
    assert share is not None
    assert 0 <= share <= 1
    for of in result.steps:
        assert of.share_in_time is None or 0 <= of.share_in_time <= 1
        assert of.waited >= timedelta()
        assert of.longest_queue <= plan.number * 3
    for dossier in result.dossiers:
        assert dossier.arrived <= dossier.ended
    assert result.mean <= max(one.took for one in result.dossiers)
    assert result.ninth_in_ten <= max(one.took for one in result.dossiers)
    if key in ("direct_result", "appraise_and_sign", "internal"):
        # Nothing runs side by side and no timer cuts a step short: time is waiting and working.
        spent = sum((of.waited + of.worked for of in result.steps), timedelta())
        assert sum((one.took for one in result.dossiers), timedelta()) == spent
    assert simulate(bpmn.read(patterns.template(key).bpmn), plan) == result


ONE = bpmn.read(process(START, END, step("work", hours="8"), line("start", "work", "end")))


@settings(max_examples=40, deadline=None)
@given(plans(), st.integers(1, 4), st.integers(1, 4))
def test_more_people_at_one_queue_make_no_dossier_wait_longer(
    plan: Plan, few: int, more: int
) -> None:
    """Kiefer and Wolfowitz: first come, first served, each dossier with its own time of work."""
    small = simulate(ONE, replace(plan, staff={"handler": few}))
    large = simulate(ONE, replace(plan, staff={"handler": few + more}))
    for before, after in zip(small.dossiers, large.dossiers, strict=True):
        assert after.took <= before.took
    assert large.mean <= small.mean
    assert (large.share_on_time or 0) >= (small.share_on_time or 0)


def test_a_single_dossier_waits_for_nobody() -> None:
    result = simulate(ONE, replace(BASE, number=1, effort=Decimal("0.5")))
    [of] = result.steps
    assert (of.done, of.waited, of.longest_queue) == (1, timedelta(), 0)
    assert timedelta(hours=2) <= of.worked <= timedelta(hours=6)
    assert result.dossiers[0].took == of.worked


def test_work_beyond_what_people_can_do_piles_up() -> None:
    full = replace(BASE, number=60, per_day=Decimal(16), effort=Decimal(1))
    result = simulate(ONE, full)
    assert result.steps[0].longest_queue > 40
    assert (result.share_on_time or 0) < 0.3
    helped = simulate(ONE, replace(full, staff={"handler": 30}))
    assert helped.steps[0].longest_queue == 0
    assert helped.share_on_time == 1


def test_silence_ends_an_opinion_in_the_simulation_too() -> None:
    late = timer("late", "opinion", own='amount="1" unit="working_hour" outcome="silence"')
    text = asking(several("3"), late, flow("late", "end"))
    plan = replace(BASE, number=3, per_day=Decimal(1), bare_hours=Decimal(40), effort=Decimal(1))
    result = simulate(bpmn.read(text), plan)
    assert [of.done for of in result.steps] == [0, 0]
    assert {one.took for one in result.dossiers} == {timedelta(hours=1)}


def test_conditions_ask_the_case_of_the_plan() -> None:
    plan = replace(BASE, number=5)
    with pytest.raises(CannotContinue):
        simulate(bpmn.read(SOME), plan)
    case = {"floors": 9, "use": "home", "river": True}
    result = simulate(bpmn.read(SOME), replace(plan, case=case))
    assert {of.step: of.done for of in result.steps} == {
        "look": 5, "fire": 5, "water": 5, "basic": 0, "sum_up": 5,
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": 0}, {"number": 5001}, {"per_day": Decimal(0)}, {"effort": Decimal(2)},
        {"staff": {"handler": 0}}, {"first_share": 1.5},
    ],
)  # fmt: skip
def test_a_plan_that_makes_no_sense_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(BadPlan):
        simulate(ONE, replace(BASE, **wrong))
