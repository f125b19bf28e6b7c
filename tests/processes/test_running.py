"""What people see of a running process."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from motcua.agencies.models import Agency
from motcua.people.models import Account
from motcua.processes import actions, queries
from motcua.processes.actions import Started
from motcua.processes.errors import (
    CannotContinue,
    NoRunningProcess,
    OfficeMissing,
    UnknownOutcome,
    WorkItemGone,
)
from motcua.processes.models import ProcessInstance, WorkItem
from tests.processes.conftest import NOW, names
from tests.processes.drawing import END, START, flow, line, node, process, step, timer

Begin = Callable[..., Started]

LOOP = process(
    START,
    END,
    step("intake", "receptionist", ["accept"], kind="intake", hours="4"),
    step("appraise", "handler", ["propose", "refuse"], kind="appraise", hours="8"),
    step("sign", "approver", ["approve", "return"], kind="approve"),
    node("exclusiveGateway", "signed"),
    line("start", "intake", "appraise", "sign", "signed", "end"),
    flow("signed", "appraise", 'outcome == "return"'),
)

PARALLEL = process(
    START,
    END,
    step("first"),
    node("parallelGateway", "split"),
    step("left"),
    step("right", office="phong-kinh-te"),
    node("parallelGateway", "join"),
    step("last"),
    line("start", "first", "split", "left", "join", "last", "end"),
    line("split", "right", "join"),
)


def do(item: WorkItem, outcome: str = "done", later: int = 0, **variables: object):
    return actions.complete(item.pk, outcome, None, variables, NOW + timedelta(minutes=later))


def saved(subject: int = 1) -> ProcessInstance:
    return ProcessInstance.objects.get(subject=subject)


def test_the_first_step_waits_for_the_role_of_its_lane(begin: Begin, agency: Agency) -> None:
    started = begin(LOOP)
    [item] = queries.open_items(1)
    assert started.items == [item]
    assert (item.step, item.role, item.kind, item.agency_id) == (
        "intake",
        "receptionist",
        "intake",
        agency.pk,
    )
    assert item.outcomes == [{"key": "accept", "label": "accept"}]
    assert item.due_at is not None
    assert item.due_at > NOW


def test_starting_costs_two_statements(
    begin: Begin, agency: Agency, django_assert_num_queries: Callable[..., object]
) -> None:
    version = begin(LOOP).instance.version
    with django_assert_num_queries(2):
        actions.start(version.pk, 2, agency.pk, {}, {}, NOW)


def test_finishing_a_step_costs_four_statements(
    begin: Begin, django_assert_num_queries: Callable[..., object]
) -> None:
    started = begin(LOOP)
    with django_assert_num_queries(6):  # with SAVEPOINT and RELEASE SAVEPOINT
        do(started.items[0], "accept")


def test_a_returned_dossier_comes_back_to_the_handler_and_then_ends(
    begin: Begin, officer: Account
) -> None:
    [intake] = begin(LOOP).items
    [appraise] = do(intake, "accept").opened
    [sign] = do(appraise, "propose").opened
    [again] = do(sign, "return").opened
    assert again.step == "appraise"
    [sign] = do(again, "propose").opened
    done = actions.complete(sign.pk, "approve", officer.pk, {}, NOW)
    assert done.ended
    assert done.opened == []
    assert saved().state == "ended"
    told = [(item.step, item.outcome) for item in queries.history(1)]
    assert told == [
        ("intake", "accept"),
        ("appraise", "propose"),
        ("sign", "return"),
        ("appraise", "propose"),
        ("sign", "approve"),
    ]
    assert queries.history(1)[-1].done_by == officer


def test_going_in_circles_does_not_make_the_state_grow(begin: Begin) -> None:
    [intake] = begin(LOOP).items
    [item] = do(intake, "accept").opened
    sizes = []
    for _ in range(30):
        [item] = do(item, "propose").opened
        [item] = do(item, "return").opened
        sizes.append(len(json.dumps(saved().engine_state)))
    assert sizes[-1] <= sizes[0] + 10
    assert max(sizes) < 1_000


def test_an_unknown_outcome_names_the_ones_there_are(begin: Begin) -> None:
    [intake] = begin(LOOP).items
    [appraise] = do(intake, "accept").opened
    with pytest.raises(UnknownOutcome) as caught:
        do(appraise, "approve")
    assert caught.value.allowed == ("propose", "refuse")
    assert names(queries.open_items(1)) == ["appraise"]


def test_a_step_is_finished_only_once(begin: Begin) -> None:
    [intake] = begin(LOOP).items
    do(intake, "accept")
    with pytest.raises(WorkItemGone):
        do(intake, "accept")
    with pytest.raises(WorkItemGone):
        actions.complete(10**9, "accept", None, {}, NOW)


def test_the_last_step_waits_for_both_branches(begin: Begin, office: Agency) -> None:
    [first] = begin(PARALLEL, offices={"phong-kinh-te": office.pk}).items
    both = do(first).opened
    assert names(both) == ["left", "right"]
    assert {item.step: item.agency_id for item in both}["right"] == office.pk
    left, right = sorted(both, key=lambda item: item.step)
    assert do(right).opened == []
    assert names(do(left).opened) == ["last"]


def test_a_process_needs_the_offices_it_names(begin: Begin) -> None:
    with pytest.raises(OfficeMissing) as caught:
        begin(PARALLEL)
    assert caught.value.office == "phong-kinh-te"
    assert caught.value.steps == ("right",)
    assert not ProcessInstance.objects.exists()


def test_a_condition_chooses_by_the_case(begin: Begin) -> None:
    way = process(
        START,
        END,
        node("exclusiveGateway", "online"),
        step("confirm", "applicant", ["agree"]),
        step("print"),
        line("start", "online", "print", "end"),
        flow("online", "confirm", 'way == "online"'),
        flow("confirm", "end"),
    )
    assert names(begin(way, 1, way="online").items) == ["confirm"]
    assert names(begin(way, 2, way="counter").items) == ["print"]
    with pytest.raises(CannotContinue, match="online"):
        begin(way, 3)
    assert not ProcessInstance.objects.filter(subject=3).exists()


def test_a_condition_that_fails_leaves_the_step_open(begin: Begin) -> None:
    text = process(
        START,
        END,
        step("first"),
        node("exclusiveGateway", "big"),
        step("second"),
        line("start", "first", "big", "end"),
        flow("big", "second", "pages > 3"),
        flow("second", "end"),
    )
    [first] = begin(text).items
    with pytest.raises(CannotContinue, match="pages"):
        do(first, pages="many")
    assert names(queries.open_items(1)) == ["first"]
    assert names(do(first, pages=4).opened) == ["second"]


SILENCE = process(
    START,
    END,
    step("ask", "applicant", ["agree", "disagree"], kind="confirm"),
    timer("silence", "ask", "P1D", 'outcome="silent"'),
    node("exclusiveGateway", "heard"),
    step("redo"),
    step("sign", "approver"),
    line("start", "ask", "heard", "sign", "end"),
    flow("heard", "redo", 'outcome == "disagree"'),
    flow("redo", "ask"),
    flow("silence", "heard"),
)


def test_silence_is_consent_after_a_day(begin: Begin) -> None:
    [ask] = begin(SILENCE).items
    day = timedelta(days=1)
    assert datetime.fromisoformat(ask.settings["answer_by"]) == NOW + day == ask.due_at
    assert list(queries.subjects_with_due_timers(NOW)) == []
    early = actions.fire_timers(1, {}, NOW + day - timedelta(seconds=1))
    assert (early.opened, early.cancelled, early.ended) == ([], [], False)
    assert list(queries.subjects_with_due_timers(NOW + day)) == [[1]]
    fired = actions.fire_timers(1, {}, NOW + day)
    assert names(fired.opened) == ["sign"]
    assert [(item.step, item.state, item.outcome) for item in fired.cancelled] == [
        ("ask", "cancelled", "silent")
    ]
    assert saved().next_timer_at is None
    with pytest.raises(WorkItemGone):
        do(ask, "agree")
    again = actions.fire_timers(1, {}, NOW + day)
    assert (again.opened, again.cancelled) == ([], [])


def test_an_answer_before_the_timer_fires_counts(begin: Begin) -> None:
    [ask] = begin(SILENCE).items
    late = actions.complete(ask.pk, "disagree", None, {}, NOW + timedelta(days=1, seconds=30))
    assert names(late.opened) == ["redo"]
    [again] = do(late.opened[0], later=3000).opened
    assert again.settings["answer_by"] == (NOW + timedelta(days=1, minutes=3000)).isoformat()
    assert saved().next_timer_at == NOW + timedelta(days=1, minutes=3000)


def test_a_reminder_opens_a_step_beside_the_one_it_reminds_of(begin: Begin) -> None:
    text = process(
        START,
        END,
        step("work"),
        timer("reminder", "work", "PT4H", interrupting=False),
        step("remind", "head"),
        line("start", "work", "end"),
        line("reminder", "remind", "end"),
    )
    [work] = begin(text).items
    fired = actions.fire_timers(1, {}, NOW + timedelta(hours=4))
    assert (names(fired.opened), fired.cancelled) == (["remind"], [])
    assert names(queries.open_items(1)) == ["remind", "work"]
    assert not do(work).ended
    assert do(fired.opened[0]).ended


def test_a_timer_may_be_asked_of_the_case_and_may_stand_on_the_way(begin: Begin) -> None:
    text = process(
        START,
        END,
        node(
            "intermediateCatchEvent",
            "wait",
            "<bpmn:timerEventDefinition><bpmn:timeDate>hearing_on</bpmn:timeDate>"
            "</bpmn:timerEventDefinition>",
        ),
        step("hear"),
        line("start", "wait", "hear", "end"),
    )
    assert begin(text, hearing_on="2026-11-25").items == []
    assert saved().next_timer_at == datetime.fromisoformat("2026-11-25T00:00+07:00")
    fired = actions.fire_timers(1, {}, datetime.fromisoformat("2026-11-25T00:00+07:00"))
    assert names(fired.opened) == ["hear"]
    with pytest.raises(CannotContinue, match="wait"):
        begin(text, 2, hearing_on="tomorrow")


def test_an_ending_for_all_takes_back_the_other_branch(begin: Begin) -> None:
    text = process(
        START,
        END,
        node("endEvent", "stop", "<bpmn:terminateEventDefinition/>"),
        node("parallelGateway", "split"),
        step("check", "handler", ["fine", "refuse"]),
        node("exclusiveGateway", "refused"),
        step("other"),
        line("start", "split", "check", "refused", "end"),
        line("split", "other", "end"),
        flow("refused", "stop", 'outcome == "refuse"'),
    )
    check, other = sorted(begin(text).items, key=lambda item: item.step)
    done = do(check, "refuse")
    assert done.ended
    assert [item.pk for item in done.cancelled] == [other.pk]
    assert queries.open_items(1) == []


def test_a_stopped_process_takes_its_steps_back(begin: Begin) -> None:
    [intake] = begin(LOOP).items
    [cancelled] = actions.cancel(1, NOW)
    assert (cancelled.pk, cancelled.state) == (intake.pk, "cancelled")
    assert saved().state == "cancelled"
    assert queries.open_items(1) == []
    assert actions.cancel(1, NOW) == []
    assert actions.fire_timers(1, {}, NOW).ended
    with pytest.raises(WorkItemGone):
        do(intake, "accept")
    with pytest.raises(NoRunningProcess):
        actions.cancel(99, NOW)


def test_a_step_is_given_to_a_colleague_and_back_to_all(begin: Begin, officer: Account) -> None:
    [intake] = begin(LOOP).items
    assert actions.assign(intake.pk, officer.pk, NOW).assignee == officer
    assert actions.assign(intake.pk, None, NOW).assignee is None
    do(intake, "accept")
    with pytest.raises(WorkItemGone):
        actions.assign(intake.pk, officer.pk, NOW)


def test_a_job_does_the_steps_of_the_system(begin: Begin) -> None:
    text = process(
        START,
        END,
        step("register", "", tag="serviceTask", action="registers.record"),
        line("start", "register", "end"),
    )
    [item] = begin(text).items
    assert (item.role, item.kind, item.settings["action"]) == (
        "system",
        "system",
        "registers.record",
    )
    assert do(item).ended


def test_adding_a_step_to_the_file_changes_who_must_act(begin: Begin, agency: Agency) -> None:
    """No code changes between the two: the new step asks a clerk before the approver signs, and
    a dossier already under way keeps the version it began with."""
    [old] = begin(LOOP, 1).items
    longer = LOOP.replace(
        flow("appraise", "sign"),
        step("number", "clerk") + line("appraise", "number", "sign"),
    )
    [new] = begin(longer, 2).items
    for intake in (old, new):
        [appraise] = do(intake, "accept").opened
        do(appraise, "propose")
    assert [(i.step, i.role) for i in queries.open_items(1)] == [("sign", "approver")]
    assert [(i.step, i.role) for i in queries.open_items(2)] == [("number", "clerk")]
