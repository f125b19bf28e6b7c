"""The check before publication: each kind of finding, on a process that has it and one without."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings

from motcua.processes import bpmn, inspection, patterns, steplist
from motcua.processes.inspection import Surroundings, inspect, longest
from motcua.processes.steplist import StepList
from tests.processes.drawing import END, START, flow, line, node, process, step, timer
from tests.processes.test_breadth import several
from tests.processes.test_steplist import lists

EVERYBODY = frozenset(bpmn.ROLES)


def codes(text: str, around: Surroundings | None = None) -> list[str]:
    return [problem.code for problem in inspect(bpmn.read(text), around or Surroundings())]


GOOD = process(
    START,
    END,
    step("first", outcomes=["yes", "no"], hours="8"),
    node("exclusiveGateway", "choice", default="choice-end"),
    step("second", role="approver", hours="4"),
    line("start", "first", "choice", "end"),
    flow("choice", "second", 'outcome == "no" && area > 100'),
    flow("second", "end"),
)


def test_nothing_is_found_in_a_good_process() -> None:
    around = Surroundings({"": EVERYBODY}, Decimal(12), frozenset({"area"}))
    assert codes(GOOD, around) == []


@pytest.mark.parametrize(
    ("text", "around", "code"),
    [
        (GOOD.replace(' default="choice-end"', "").replace(
            'sourceRef="choice" targetRef="end">',
            'sourceRef="choice" targetRef="end"><bpmn:conditionExpression>area == 1'
            "</bpmn:conditionExpression>"), None, "no_default"),
        (GOOD.replace("area &gt; 100", "x").replace("area > 100", "area >"), None, "not_cel"),
        (GOOD, Surroundings(names=frozenset({"floors"})), "unknown_name"),
        (GOOD, Surroundings({"": frozenset({"handler"})}), "no_holder"),
        (GOOD.replace('role="approver"', 'role="approver" office="kt"'),
         Surroundings({"": EVERYBODY}), "no_office"),
        (GOOD, Surroundings(limit=Decimal("11.5")), "too_long"),
        (GOOD.replace("</bpmn:process>", step("alone") + flow("alone", "end") + "</bpmn:process>"),
         None, "unreachable"),
        (GOOD.replace(flow("second", "end"), ""), None, "dead_end"),
        (GOOD.replace('role="approver"', 'role=""'), None, "no_role"),
    ],
)  # fmt: skip
def test_each_fault_has_a_name(text: str, around: Surroundings | None, code: str) -> None:
    assert codes(text, around) == [code]
    assert inspection.NAMES[code]


def test_a_finding_names_the_step_and_who_is_missing() -> None:
    text = process(
        START, END, step("ask", inside=several(), offices="kt vh"), line("start", "ask", "end")
    )
    around = Surroundings({"": EVERYBODY, "kt": EVERYBODY, "vh": frozenset({"clerk"})})
    [problem] = inspect(bpmn.read(text), around)
    assert "“ask”" in problem.place
    assert problem.message == "chưa có ai ở đơn vị “vh” giữ vai trò “Chuyên viên”"


def test_steps_side_by_side_count_once_and_turns_back_not_at_all() -> None:
    text = process(
        START, END,
        step("a", hours="4", outcomes=["on", "back"]),
        step("b", hours="16"), step("c", hours="6"), step("d", hours="1", outcomes=["on", "back"]),
        node("parallelGateway", "split"), node("parallelGateway", "join"),
        node("exclusiveGateway", "turn", default="turn-end"),
        line("start", "a", "split", "b", "join", "d", "turn", "end"),
        line("split", "c", "join"),
        flow("turn", "a", 'outcome == "back"'),
    )  # fmt: skip
    way = longest(bpmn.read(text))
    assert (way.hours, way.steps) == (Decimal(21), ("a", "b", "d"))


def test_waiting_for_silence_counts_in_place_of_the_step() -> None:
    text = process(
        START, END, step("ask"), step("then", hours="3"),
        timer("late", "ask", own='amount="2" unit="working_day"'),
        line("start", "ask", "then", "end"), flow("late", "then"),
    )  # fmt: skip
    assert longest(bpmn.read(text)).hours == Decimal(19)


@settings(max_examples=100, deadline=None)
@given(lists())
def test_the_longest_way_is_at_least_any_step_and_at_most_all(given_list: StepList) -> None:
    definition = bpmn.read(steplist.write(given_list))
    way = longest(definition)
    allowed = [(one.hours or Decimal(0)) + one.answer_days * 8 for one in given_list.steps]
    assert Decimal(0) <= way.hours <= sum(allowed)
    first = given_list.steps[0]
    assert way.hours >= (first.hours or Decimal(0))
    assert set(way.steps) <= {one.name for one in given_list.steps}


@pytest.mark.parametrize("key", patterns.KEYS)
def test_a_template_fits_into_twenty_working_days_of_a_full_agency(key: str) -> None:
    definition = bpmn.read(patterns.template(key).bpmn)
    assert inspect(definition, Surroundings({"": EVERYBODY}, Decimal(160), frozenset())) == []
