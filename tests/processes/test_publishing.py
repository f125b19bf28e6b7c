"""What the one who draws a process is told, before anybody has to live with it."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest
import SpiffWorkflow
from lxml import etree

from motcua.processes import actions, bpmn, queries, rules
from motcua.processes.errors import BadProcess
from motcua.processes.models import ProcessVersion
from tests.processes.conftest import NOW
from tests.processes.drawing import END, START, flow, line, node, process, step, timer

TEMPLATES = Path(str(files("motcua.processes") / "templates"))
DEMONSTRATION = Path(str(files("motcua.demo") / "data" / "processes"))
OURS = sorted([*TEMPLATES.glob("*.bpmn"), *DEMONSTRATION.glob("*.bpmn")])


def faults(text: str) -> str:
    """What publishing this file is refused with."""
    try:
        definition = bpmn.read(text)
    except BadProcess as refused:
        return str(refused)
    return "\n".join(str(problem) for problem in rules.check(definition))


def simple(*parts: str, condition: str = "", language: str = "") -> str:
    """One step, and a gateway after it with a condition."""
    return process(
        START,
        END,
        step("first", outcomes=["yes", "no"]),
        node("exclusiveGateway", "choice"),
        step("second"),
        line("start", "first", "choice", "end"),
        flow("choice", "second", condition or 'outcome == "no"', language),
        flow("second", "end"),
        *parts,
    )


@pytest.mark.parametrize(
    "condition",
    [
        "outcome is None",
        "__import__('os').system('id')",
        "outcome == 'no' and way == 'online'",
        "${approved}",
        "[x for x in outcome]",
        "lambda: True",
        "outcome.lower() == 'no'",
    ],
)
def test_a_condition_in_python_or_java_is_refused_with_its_place(condition: str) -> None:
    said = faults(simple(condition=condition))
    assert "sequenceFlow (id choice-second, dòng" in said
    assert "không phải là biểu thức CEL" in said
    assert condition in said


def test_a_condition_that_says_it_is_another_language_is_refused() -> None:
    said = faults(simple(condition="outcome == 'no'", language="python"))
    assert "choice-second" in said
    assert "ngôn ngữ khác" in said


def test_a_script_is_never_run(db: None) -> None:
    script = "<bpmn:script>import os</bpmn:script>"
    text = process(START, END, node("scriptTask", "evil", script), line("start", "evil", "end"))
    with pytest.raises(BadProcess) as refused:
        actions.publish("evil", text, NOW)
    [problem] = refused.value.problems
    assert problem.place.startswith("scriptTask “evil” (id evil, dòng ")
    assert problem.line > 0
    assert not ProcessVersion.objects.exists()


@pytest.mark.parametrize(
    ("part", "said"),
    [
        (
            node("callActivity", "other"),
            "callActivity “other” (id other, dòng 9): chưa ghi quy trình",
        ),
        (node("eventBasedGateway", "other"), "eventBasedGateway chưa được hỗ trợ"),
        (node("subProcess", "other"), "phải có đúng một đường ra"),
        (node("transaction", "other"), "transaction chưa được hỗ trợ"),
        (
            step("many", inside="<bpmn:multiInstanceLoopCharacteristics/>"),
            "chưa ghi số người (loopCardinality) hay các đơn vị (offices)",
        ),
        (
            step("again", inside="<bpmn:standardLoopCharacteristics/>"),
            "có standardLoopCharacteristics, chưa được hỗ trợ",
        ),
        (node("intermediateCatchEvent", "other"), "chỉ hỗ trợ sự kiện thời gian"),
        (step("work", hours="soon"), "số giờ “soon”"),
        (step("work", hours="-1"), "số giờ “-1”"),
        (step("work", outcomes=["a", "a"]), "phải có key riêng"),
        (step("work", outcomes=["Đồng ý"]), "chỉ gồm a-z"),
        (step("work", role="emperor"), "không ai giữ vai trò “emperor”"),
        (step("work", role=""), "chưa nằm trong làn"),
        (node("startEvent", "again"), "đúng một sự kiện bắt đầu"),
        (flow("first", "nowhere"), "không có trong tệp: nowhere"),
        (flow("first", "end"), "bước có nhiều đường ra"),
        (timer("late", "first", "soon enough"), "không phải là biểu thức CEL"),
        (timer("late", "first", own='amount="2" unit="week"'), "đơn vị “week” không có"),
        (timer("late", "nowhere", "P1D"), "phải gắn vào một bước"),
        (timer("late", "first"), "chưa có thời hạn"),
    ],
)
def test_what_cannot_run_is_named_with_its_place(part: str, said: str) -> None:
    assert said in faults(simple(part))


def test_a_step_nobody_can_reach_and_a_dead_end_are_named() -> None:
    assert "userTask “lost”" in faults(simple(step("lost"), line("lost", "end")))
    text = process(START, END, step("first"), step("stuck"), line("start", "first", "stuck"))
    said = faults(text)
    assert "userTask “stuck” (id stuck" in said
    assert "ngõ cụt" in said


def test_gateways_that_would_turn_for_ever_are_named() -> None:
    text = process(
        START,
        END,
        step("first"),
        node("exclusiveGateway", "a"),
        node("exclusiveGateway", "b"),
        line("start", "first", "a", "b", "end"),
        flow("b", "a", "way == 'online'"),
    )
    assert "vòng lặp không có bước nào" in faults(text)


def test_a_join_that_waits_for_a_branch_that_never_comes_is_named() -> None:
    text = process(
        START,
        END,
        step("first"),
        node("exclusiveGateway", "either"),
        step("left"),
        step("right"),
        node("parallelGateway", "join"),
        line("start", "first", "either", "left", "join", "end"),
        flow("either", "right", "outcome == 'done'"),
        flow("right", "join"),
    )
    said = faults(text)
    assert "parallelGateway “join”" in said
    assert "chờ mãi" in said


def test_branches_that_multiply_without_end_are_named() -> None:
    text = process(
        START,
        END,
        step("first"),
        node("parallelGateway", "split"),
        step("second"),
        line("start", "first", "split", "first"),
        line("split", "second", "end"),
    )
    assert "sinh sôi" in faults(text)


def test_a_process_that_starts_itself_anew_for_ever_is_named() -> None:
    text = process(
        START,
        END,
        step("first"),
        node("parallelGateway", "split"),
        line("start", "first", "split", "first"),
        flow("split", "end"),
    )
    assert "không bao giờ kết thúc" in faults(text)


def test_an_exclusive_gateway_needs_a_way_for_all_other_cases() -> None:
    text = simple().replace(flow("choice", "end"), flow("choice", "end", "outcome == 'yes'"))
    assert "cần một đường mặc định" in faults(text)


def test_after_a_join_there_is_no_single_outcome() -> None:
    text = process(
        START,
        END,
        node("parallelGateway", "split"),
        step("left", outcomes=["yes", "no"]),
        step("right", outcomes=["yes", "no"]),
        node("parallelGateway", "join"),
        node("exclusiveGateway", "choice"),
        step("again"),
        line("start", "split", "left", "join", "choice", "end"),
        line("split", "right", "join"),
        flow("choice", "again", 'outcome == "no"'),
        flow("again", "end"),
    )
    assert "sau cổng gộp song song có nhiều kết quả" in faults(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<a>", "không phải XML hợp lệ"),
        ("<a/>", "definitions của BPMN 2.0"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
        (process(), "đúng một quy trình"),
        ("x" * 1_000_001, "1 MB"),
    ],
)
def test_a_file_that_is_no_process_is_refused_plainly(text: str, said: str) -> None:
    assert said in faults(text)


def test_a_lane_gives_its_steps_their_role() -> None:
    lanes = (
        '<bpmn:laneSet id="lanes"><bpmn:lane id="l1" name="chuyên viên">'
        "<bpmn:flowNodeRef>first</bpmn:flowNodeRef></bpmn:lane>"
        '<bpmn:lane id="l2" name="Phòng Kinh tế"><bpmn:extensionElements>'
        '<motcua:lane role="handler" office="phong-kinh-te"/></bpmn:extensionElements>'
        "<bpmn:flowNodeRef>second</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    )
    text = process(
        lanes,
        START,
        END,
        node("userTask", "first"),
        node("userTask", "second"),
        line("start", "first", "second", "end"),
    )
    steps = [step for _, step in bpmn.read(text).steps()]
    assert [(step.role, step.office) for step in steps] == [
        ("handler", ""),
        ("handler", "phong-kinh-te"),
    ]
    assert [outcome.label for outcome in steps[0].outcomes] == ["Hoàn thành"]


def test_publishing_the_same_file_twice_gives_the_same_version(db: None) -> None:
    first = actions.publish("simple", simple(), NOW)
    assert actions.publish("simple", simple(), NOW) == first
    second = actions.publish("simple", simple(condition='outcome == "yes"'), NOW)
    assert (first.version, second.version) == (1, 2)
    assert queries.latest("simple") == second
    assert actions.publish("other", simple(), NOW).version == 1


def test_a_role_that_nobody_holds_here_is_named(db: None) -> None:
    with pytest.raises(BadProcess, match="không ai giữ vai trò “handler”"):
        actions.publish("simple", simple(), NOW, roles=["approver"])


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
def test_our_own_files_are_valid_bpmn_and_have_nothing_wrong(file: Path) -> None:
    schema = Path(SpiffWorkflow.__file__).parent / "bpmn" / "parser" / "schema" / "BPMN20.xsd"
    etree.XMLSchema(etree.parse(schema)).assertValid(etree.parse(file))
    assert faults(file.read_text()) == ""


def test_the_room_above_learns_which_values_and_offices_a_process_needs(db: None) -> None:
    text = (DEMONSTRATION / "khai_sinh.bpmn").read_text()
    birth = actions.publish("khai_sinh", text, NOW)
    assert queries.variables(birth.pk) == {"way"}
    assert queries.offices(birth.pk) == frozenset()
    assert queries.roles(birth.pk) == {
        "receptionist",
        "handler",
        "approver",
        "applicant",
        "system",
    }
    text = (DEMONSTRATION / "giay_phep_xay_dung.bpmn").read_text()
    permit = actions.publish("giay_phep_xay_dung", text, NOW)
    assert queries.offices(permit.pk) == {"phong-kinh-te"}
