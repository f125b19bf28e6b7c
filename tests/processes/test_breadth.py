"""Elements beyond a line with turns: several asked at one step, some of many branches, processes
inside processes; and files as common editors write them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.agencies.models import Agency
from motcua.people.models import Account
from motcua.processes import actions, bpmn, picture, queries, rules
from motcua.processes.actions import Started
from motcua.processes.definition import from_json, to_json
from motcua.processes.engine import Compiled, Context, Run
from motcua.processes.errors import (
    AnsweredAlready,
    BadProcess,
    CannotContinue,
    OfficeMissing,
    WorkItemGone,
)
from motcua.processes.models import ProcessInstance, WorkItem
from tests.processes.conftest import NOW, make_agency, names
from tests.processes.drawing import END, START, flow, line, node, process, step, timer

Begin = Callable[..., Started]
HEAD = '<bpmn:multiInstanceLoopCharacteristics isSequential="{}">'


def several(number: str = "", until: str = "", sequential: bool = False) -> str:
    """The element inside a step that several do."""
    inside = f"<bpmn:loopCardinality>{number}</bpmn:loopCardinality>" if number else ""
    if until:
        inside += f"<bpmn:completionCondition><![CDATA[{until}]]></bpmn:completionCondition>"
    return f"{HEAD.format(str(sequential).lower())}{inside}</bpmn:multiInstanceLoopCharacteristics>"


def asking(inside: str, *more: str, **attributes: str) -> str:
    """Opinions, and a second step when somebody objected."""
    return process(
        START,
        END,
        step("opinion", outcomes=["agree", "object"], inside=inside, kind="opinion", **attributes),
        node("exclusiveGateway", "heard", default="heard-end"),
        step("settle"),
        line("start", "opinion", "heard", "end"),
        flow("heard", "settle", 'outcome == "object"'),
        flow("settle", "end"),
        *more,
    )


def answer(item: WorkItem, outcome: str, **variables: Any) -> actions.Advanced:
    return actions.complete(item.pk, outcome, None, variables, NOW)


def test_every_office_asked_has_a_step_of_its_own(begin: Begin, agency: Agency) -> None:
    asked = {key: make_agency(f"H37.105.{key}", agency, key).pk for key in ("kt", "vh", "xd")}
    bpmn_text = asking(several(), offices="kt vh xd")
    with pytest.raises(OfficeMissing):
        begin(bpmn_text, subject=9)
    started = begin(bpmn_text, offices=asked)
    assert {item.agency_id for item in started.items} == set(asked.values())
    assert [item.settings["part"] for item in started.items] == ["1/3", "2/3", "3/3"]
    assert answer(started.items[1], "object").opened == []
    assert not answer(started.items[0], "agree").ended
    with pytest.raises(WorkItemGone):
        answer(started.items[0], "agree")
    last = answer(started.items[2], "agree")
    assert names(last.opened) == ["settle"], "one objection counts, whoever answers last"
    svg = picture.svg(started.instance.version_id, 1)
    assert "lần 2" not in svg


def test_an_opinion_is_complete_as_soon_as_enough_agree(begin: Begin) -> None:
    started = begin(asking(several("5", "outcomes.agree * 2 > numberOfInstances")))
    assert len(started.items) == 5
    first = answer(started.items[0], "object")
    assert not first.cancelled
    answer(started.items[1], "agree")
    answer(started.items[2], "agree")
    done = answer(started.items[4], "agree")
    assert [item.pk for item in done.cancelled] == [started.items[3].pk]
    assert done.cancelled[0].outcome == ""
    assert names(done.opened) == ["settle"]
    assert WorkItem.objects.filter(subject=1, state="open").count() == 1


def test_nobody_answers_for_another_member(begin: Begin, officer: Account) -> None:
    started = begin(asking(several("2")))
    first, second = started.items
    actions.complete(first.pk, "object", officer.pk, {}, NOW)
    with pytest.raises(AnsweredAlready, match="Bạn đã cho ý kiến"):
        actions.complete(second.pk, "agree", officer.pk, {}, NOW)
    other = Account.objects.create(subject="officer-2", kind="local", display_name="Lê Văn Hai")
    actions.complete(second.pk, "agree", other.pk, {}, NOW)
    [settle] = queries.open_items(1)
    assert settle.step == "settle"


def test_people_are_asked_one_after_another(begin: Begin) -> None:
    started = begin(asking(several("chosen", sequential=True)), chosen=3)
    [first] = started.items
    [second] = answer(first, "agree", chosen=3).opened
    assert second.settings["part"] == "2/3"
    [third] = answer(second, "agree", chosen=3).opened
    assert answer(third, "agree", chosen=3).ended


@pytest.mark.parametrize("chosen", [0, 31, "many", True])
def test_how_many_are_asked_must_be_a_sensible_number(begin: Begin, chosen: object) -> None:
    with pytest.raises(CannotContinue, match="số người"):
        begin(asking(several("chosen")), chosen=chosen)


def test_silence_ends_every_part_that_is_still_open(begin: Begin) -> None:
    late = timer("late", "opinion", own='amount="2" unit="working_day" outcome="silence"')
    started = begin(asking(several("3"), late, flow("late", "end")))
    assert len({item.due_at for item in started.items}) == 1
    answer(started.items[0], "object")
    due = ProcessInstance.objects.get(subject=1).next_timer_at
    assert due is not None
    fired = actions.fire_timers(1, {}, due)
    assert fired.ended
    assert [item.outcome for item in fired.cancelled] == ["silence", "silence"]


def test_a_round_of_opinions_may_be_held_again(begin: Begin) -> None:
    again = asking(several("2")).replace(
        'sourceRef="settle" targetRef="end"', 'sourceRef="settle" targetRef="opinion"'
    )
    started = begin(again)
    answer(started.items[0], "object")
    [settle] = answer(started.items[1], "agree").opened
    second = answer(settle, "done").opened
    assert names(second) == ["opinion", "opinion"]
    answer(second[0], "agree")
    assert answer(second[1], "agree").ended


@settings(max_examples=60, deadline=None)
@given(
    number=st.integers(1, 30),
    quorum=st.integers(1, 30),
    sequential=st.booleans(),
    chance=st.randoms(use_true_random=False),
)
def test_no_answer_is_lost_and_none_counts_twice(
    number: int, quorum: int, sequential: bool, chance: Any
) -> None:
    """Through saving and loading, the step ends with the answer that makes the quorum."""
    until = f"nrOfCompletedInstances >= {quorum}"
    compiled = Compiled(bpmn.read(asking(several(str(number), until, sequential))))

    def no_timer(_: object) -> datetime:
        raise AssertionError

    context = Context(NOW, {}, no_timer)
    run = Run(compiled, context, None)
    state = run.save()
    answers: list[str] = []
    while "settle" not in {one.node.id for one in run.open_steps().values()} and not run.ended():
        opened = run.open_steps()
        assert len(opened) == (1 if sequential else number - len(answers))
        serial = chance.choice(sorted(opened))
        answers.append(chance.choice(["agree", "object"]))
        run = Run(compiled, context, json.loads(json.dumps(state)))
        assert run.complete(serial, answers[-1])
        state = run.save()
        assert not run.complete(serial, "agree")
        assert len(json.dumps(state)) < 12_000
    assert len(answers) == min(number, quorum)
    assert run.ended() == ("object" not in answers)
    assert "parts" not in state


SOME = process(
    START,
    END,
    step("look"),
    node("inclusiveGateway", "which", default="which-basic"),
    step("fire"),
    step("water"),
    step("basic"),
    node("inclusiveGateway", "all"),
    step("sum_up"),
    line("start", "look", "which"),
    flow("which", "fire", 'floors > 5 || use == "karaoke"'),
    flow("which", "water", "river"),
    flow("which", "basic"),
    *(flow(name, "all") for name in ("fire", "water", "basic")),
    line("all", "sum_up", "end"),
)


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        ({"floors": 7, "use": "home", "river": True}, ["fire", "water"]),
        ({"floors": 2, "use": "karaoke", "river": False}, ["fire"]),
        ({"floors": 2, "use": "home", "river": False}, ["basic"]),
    ],
)
def test_those_branches_run_that_the_case_needs(
    begin: Begin, case: dict[str, Any], expected: list[str]
) -> None:
    [look] = begin(SOME, **case).items
    opened = answer(look, "done", **case).opened
    assert names(opened) == expected
    for item in opened[:-1]:
        assert answer(item, "done", **case).opened == []
    assert names(answer(opened[-1], "done", **case).opened) == ["sum_up"]


def test_a_join_goes_on_when_the_branch_it_waits_for_went_elsewhere(begin: Begin) -> None:
    text = process(
        START,
        END,
        node("endEvent", "aside"),
        step("a"),
        step("b", outcomes=["come", "leave"]),
        node("parallelGateway", "both"),
        node("exclusiveGateway", "turn", default="turn-join"),
        node("inclusiveGateway", "join"),
        step("after"),
        line("start", "both", "a", "join", "after", "end"),
        line("both", "b", "turn", "join"),
        flow("turn", "aside", 'outcome == "leave"'),
    )
    items = {item.step: item for item in begin(text).items}
    assert answer(items["a"], "done").opened == []
    assert names(answer(items["b"], "leave").opened) == ["after"]


@pytest.mark.parametrize(
    ("gateway", "said"),
    [
        (node("inclusiveGateway", "g"), "cần một đường mặc định"),
        (node("inclusiveGateway", "g", default="g-b") + flow("b", "g"), "vừa gộp vừa tách"),
    ],
)
def test_faults_of_inclusive_gateways_are_named(gateway: str, said: str) -> None:
    text = process(
        START, END, step("a"), step("b"), gateway, line("start", "a", "g", "end"), flow("g", "b")
    )
    assert said in "\n".join(str(problem) for problem in rules.check(bpmn.read(text)))


CALLED = process(
    START,
    END,
    step("check", outcomes=["good", "bad"]),
    node("exclusiveGateway", "result", default="result-end"),
    step("report"),
    line("start", "check", "result", "end"),
    flow("result", "report", 'outcome == "bad"'),
    flow("report", "end"),
)
CALLER = process(
    START,
    END,
    step("before"),
    node("callActivity", "field", calledElement="kiem_tra"),
    step("after"),
    line("start", "before", "field", "after", "end"),
)


def test_a_called_process_runs_in_the_place_of_its_call(begin: Begin) -> None:
    actions.publish("kiem_tra", CALLED, NOW)
    started = begin(CALLER)
    [check] = answer(started.items[0], "done").opened
    assert (check.step, check.name) == ("field/check", "check")
    actions.publish(
        "kiem_tra", CALLED.replace('id="report" name="report"', 'id="report" name="x"'), NOW
    )
    [report] = answer(check, "bad").opened
    assert report.name == "report", "a later version of the called process changes nothing"
    assert names(answer(report, "done").opened) == ["after"]
    assert "check" in picture.svg(started.instance.version_id, 1)


def test_a_call_that_cannot_be_is_named_with_its_place(db: None) -> None:
    with pytest.raises(BadProcess, match=r"callActivity “field” \(id field, dòng \d+\).*kiem_tra"):
        actions.publish("test", CALLER, NOW)
    actions.publish(
        "kiem_tra",
        process(
            START,
            END,
            step("a"),
            step("b"),
            node("parallelGateway", "both"),
            line("start", "both", "a", "end"),
            line("both", "b", "end"),
        ),
        NOW,
    )
    with pytest.raises(BadProcess, match="kết thúc khi còn việc dở"):
        actions.publish("test", CALLER, NOW)


def test_a_process_drawn_inside_a_process_runs(begin: Begin) -> None:
    inside = START.replace("start", "s").replace("sEvent", "startEvent") + END.replace(
        'id="end"', 'id="e"'
    )
    text = process(
        START,
        END,
        node("subProcess", "inner", inside + step("work") + line("s", "work", "e")),
        step("after"),
        line("start", "inner", "after", "end"),
    )
    [work] = begin(text).items
    assert work.step == "inner/work"
    assert names(answer(work, "done").opened) == ["after"]


@pytest.mark.parametrize("text", [asking(several("3", "nrOfInstances > 1")), SOME, CALLED])
def test_a_stored_definition_is_the_definition(text: str) -> None:
    definition = bpmn.read(text)
    assert from_json(json.loads(json.dumps(to_json(definition)))) == definition


def test_values_of_the_case_that_several_need_are_asked_for(db: None) -> None:
    text = asking(several("members", "outcomes.agree >= quorum"))
    assert queries.variables(actions.publish("test", text, NOW).pk) == {"members", "quorum"}


BPMN_IO = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0" id="Definitions_1"
 targetNamespace="http://bpmn.io/schema/bpmn" exporter="bpmn-js" exporterVersion="18">
 <bpmn:collaboration id="C"><bpmn:participant id="P" processRef="Process_1"/>
  <bpmn:textAnnotation id="T"><bpmn:text>ghi chú</bpmn:text></bpmn:textAnnotation>
 </bpmn:collaboration>
 <bpmn:process id="Process_1" isExecutable="false"><bpmn:laneSet id="L">
  <bpmn:lane id="L1" name="Chuyên&#10;viên"><bpmn:flowNodeRef>S</bpmn:flowNodeRef>
   <bpmn:flowNodeRef>A</bpmn:flowNodeRef><bpmn:flowNodeRef>E</bpmn:flowNodeRef></bpmn:lane>
  </bpmn:laneSet>
  <bpmn:startEvent id="S"><bpmn:outgoing>F1</bpmn:outgoing></bpmn:startEvent>
  <bpmn:task id="A" name="Xử lý"><bpmn:incoming>F1</bpmn:incoming></bpmn:task>
  <bpmn:endEvent id="E"/>
  <bpmn:sequenceFlow id="F1" sourceRef="S" targetRef="A"/>
  <bpmn:sequenceFlow id="F2" sourceRef="A" targetRef="E"/>
  <bpmn:dataStoreReference id="D"/><bpmn:group id="G"/></bpmn:process>
 <bpmndi:BPMNDiagram id="BD"><bpmndi:BPMNPlane id="BP" bpmnElement="C">
  <bpmndi:BPMNShape id="x" bpmnElement="A" bioc:stroke="#831311"/></bpmndi:BPMNPlane>
 </bpmndi:BPMNDiagram></bpmn:definitions>"""

CAMUNDA = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="D" targetNamespace="x"
 modeler:executionPlatform="Camunda Platform">
 <bpmn:process id="P" name="Quy trình" isExecutable="true" camunda:historyTimeToLive="30">
  <bpmn:laneSet id="LS"><bpmn:lane id="L" name="Lãnh đạo"><bpmn:flowNodeRef>A</bpmn:flowNodeRef>
  </bpmn:lane></bpmn:laneSet>
  <bpmn:startEvent id="S" camunda:initiator="who"/>
  <bpmn:userTask id="A" name="Ký" camunda:assignee="${who}" camunda:candidateGroups="sign">
   <bpmn:extensionElements><camunda:formData><camunda:formField id="f" type="string"/>
    </camunda:formData><camunda:taskListener event="create" class="x.Y"/>
   </bpmn:extensionElements></bpmn:userTask>
  <bpmn:exclusiveGateway id="G" default="F4"/>
  <bpmn:endEvent id="E"><bpmn:terminateEventDefinition id="TT"/></bpmn:endEvent>
  <bpmn:sequenceFlow id="F1" sourceRef="S" targetRef="A"/>
  <bpmn:sequenceFlow id="F2" sourceRef="A" targetRef="G"/>
  <bpmn:sequenceFlow id="F3" sourceRef="G" targetRef="A">CONDITION</bpmn:sequenceFlow>
  <bpmn:sequenceFlow id="F4" sourceRef="G" targetRef="E"/>
 </bpmn:process></bpmn:definitions>"""

SIGNAVIO = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"
 xmlns:signavio="http://www.signavio.com" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
 id="sid-1" targetNamespace="http://www.signavio.com" exporter="Signavio Process Editor"
 expressionLanguage="http://www.w3.org/TR/XPath" typeLanguage="http://www.w3.org/2001/XMLSchema">
 <collaboration id="sid-2"><extensionElements/><participant id="sid-3" name="Cơ quan"
  processRef="sid-4"><extensionElements/></participant>
  <participant id="sid-5" name="Người dân"/></collaboration>
 <process id="sid-4" name="Quy trình" processType="None" isClosed="false">
  <extensionElements/>
  <laneSet id="sid-6"><lane id="sid-7" name="Văn thư cơ quan"><extensionElements>
   <signavio:signavioMetaData metaKey="bgcolor" metaValue=""/></extensionElements>
   <flowNodeRef>sid-8</flowNodeRef><flowNodeRef>sid-9</flowNodeRef></lane></laneSet>
  <startEvent id="sid-8" name=""><outgoing>sid-11</outgoing></startEvent>
  <userTask completionQuantity="1" id="sid-9" implementation="webService" isForCompensation="false"
   name="Vào sổ" startQuantity="1"><extensionElements/><incoming>sid-11</incoming>
   <potentialOwner id="sid-14"/></userTask>
  <endEvent id="sid-10" name="Xong"/>
  <sequenceFlow id="sid-11" isImmediate="true" name="" sourceRef="sid-8" targetRef="sid-9"/>
  <sequenceFlow id="sid-12" sourceRef="sid-9" targetRef="sid-10">
   <conditionExpression id="sid-13" xsi:type="tFormalExpression"/></sequenceFlow>
 </process></definitions>"""


@pytest.mark.parametrize(
    ("text", "role"),
    [
        (BPMN_IO, "handler"),
        (
            CAMUNDA.replace(
                "CONDITION",
                '<bpmn:conditionExpression>outcome == "again"</bpmn:conditionExpression>',
            ),
            "approver",
        ),
        (SIGNAVIO, "clerk"),
        ("\ufeff" + SIGNAVIO, "clerk"),
    ],
    ids=["bpmn.io", "Camunda", "Signavio", "byte order mark"],
)
def test_a_file_of_a_common_editor_runs_and_has_a_picture(
    text: str, role: str, agency: Agency
) -> None:
    version = actions.publish("test", text, NOW)
    started = actions.start(version.pk, 1, agency.pk, {}, {}, NOW)
    [item] = started.items
    assert item.role == role
    assert item.name in picture.svg(version.pk, 1)
    assert actions.complete(item.pk, "done", None, {}, NOW).ended


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("<bpmn:conditionExpression>${approved}</bpmn:conditionExpression>", "không phải là biểu"),
        (
            '<bpmn:conditionExpression language="groovy">x == 1</bpmn:conditionExpression>',
            "viết bằng ngôn ngữ khác",
        ),
        ("<bpmn:conditionExpression>=approved = true</bpmn:conditionExpression>", "không phải là"),
    ],
)
def test_a_condition_of_another_engine_is_named_with_its_place(
    condition: str, said: str, db: None
) -> None:
    text = CAMUNDA.replace("CONDITION", condition)
    with pytest.raises(BadProcess) as raised:
        actions.publish("test", text, NOW)
    [problem] = raised.value.problems
    assert "F3" in problem.place
    assert f"dòng {problem.line}" in problem.place
    assert said in problem.message


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("PT4H", datetime(2026, 11, 23, 5, 0, tzinfo=UTC)),
        ("P1M", datetime(2026, 12, 23, 1, 0, tzinfo=UTC)),
        ("2026-12-31T17:00", datetime(2026, 12, 31, 10, 0, tzinfo=UTC)),
        ('urgent ? "PT1H" : "P3D"', datetime(2026, 11, 23, 2, 0, tzinfo=UTC)),
        ('duration("90m")', datetime(2026, 11, 23, 2, 30, tzinfo=UTC)),
    ],
)
def test_a_timer_is_an_iso_text_or_cel(begin: Begin, text: str, due: datetime) -> None:
    late = timer("late", "opinion", text.replace('"', "&quot;"))
    started = begin(asking(several("2"), late, flow("late", "end")), urgent=True)
    assert started.instance.next_timer_at == due
