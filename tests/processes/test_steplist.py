"""The simple editor's list and BPMN say the same, and its picture can be read."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from motcua.processes import bpmn, patterns, queries, rules, steplist
from motcua.processes.definition import Definition
from motcua.processes.errors import BadProcess, UnknownTemplate
from motcua.processes.layout import Box, Layout, Point, lay_out
from motcua.processes.steplist import END, ListStep, NotAList, StepList, Way
from tests.processes import drawing

TEMPLATES = Path(patterns.__file__).parent / "templates"
NAMES = st.text("abcĐđêơ &<>\"'", min_size=1, max_size=30).map(lambda t: " ".join(t.split()) or "a")
HOURS = st.none() | st.decimals("0.25", "400", places=2)


@st.composite
def lists(draw: st.DrawFn) -> StepList:
    """A list of one to six steps that has no faults."""
    number = draw(st.integers(1, 6))
    keys = [f"step_{index}" for index in range(number)]
    steps = tuple(_step(draw, keys, index) for index in range(number))
    description = draw(st.just("") | NAMES)
    return StepList("quy_trinh", draw(NAMES), description, steps)


def _step(draw: st.DrawFn, keys: list[str], index: int) -> ListStep:
    following = keys[index + 1] if index + 1 < len(keys) else END
    places = [place for place in (*keys, END) if place != following]
    ways = tuple(
        Way(f"way_{number}", draw(NAMES), to)
        for number, to in enumerate(
            draw(st.lists(st.just("") | st.sampled_from(places), min_size=1, max_size=4))
        )
    )
    role = draw(st.sampled_from(["handler", "approver", "system", "applicant"]))
    officer = role in ("handler", "approver")
    asking = draw(st.sampled_from(["one", "office", "offices", "people"])) if officer else "one"
    return ListStep(
        keys[index],
        draw(NAMES),
        role,
        draw(st.sampled_from(["work", "opinion", "system"])),
        draw(HOURS),
        "phong-kinh-te" if asking == "office" else "",
        ways,
        asked=("phong-kinh-te", "phong-van-hoa") if asking == "offices" else (),
        answers=3 if asking == "people" else 0,
        answer_days=draw(st.integers(0, 3)) if officer else 0,
        settings={"action": "registers.record"} if role == "system" else {},
    )


@settings(max_examples=150, deadline=None)
@given(lists())
def test_a_list_comes_back_from_bpmn_as_it_was(given_list: StepList) -> None:
    assert steplist.faults(given_list) == []
    text = steplist.write(given_list)
    again = steplist.read(text)
    assert again == given_list
    assert steplist.write(again) == text


@pytest.mark.parametrize("key", patterns.KEYS)
def test_a_template_is_a_list_and_may_be_published(key: str) -> None:
    text = (TEMPLATES / f"{key}.bpmn").read_text()
    given_list = steplist.read(text)
    assert steplist.write(given_list) == text
    assert rules.check(bpmn.read(text)) == []


def test_every_template_file_is_listed() -> None:
    assert sorted(patterns.KEYS) == sorted(file.stem for file in TEMPLATES.glob("*.bpmn"))
    for template in queries.templates():
        assert template.name
        assert template.description.endswith(".")
        assert [p.step for p in template.parameters if p.name and p.role]


def test_a_procedure_gets_a_process_of_its_own_from_a_template() -> None:
    text = queries.from_template(
        "appraise_and_sign",
        "cap_phep_quang_cao",
        "Cấp phép quảng cáo",
        hours={"appraise": Decimal("12.5"), "intake": None},
        roles={"sign": "head"},
    )
    definition = bpmn.read(text)
    assert (definition.id, definition.name) == ("cap_phep_quang_cao", "Cấp phép quảng cáo")
    steps = {node.id: step for node, step in definition.steps()}
    assert steps["appraise"].hours == Decimal("12.5")
    assert steps["intake"].hours is None
    assert steps["sign"].role == "head"
    assert rules.check(definition) == []


def test_what_cannot_be_set_in_a_template_is_named() -> None:
    with pytest.raises(UnknownTemplate):
        queries.from_template("nothing", "a", "A")
    with pytest.raises(BadProcess, match="số giờ phải là số dương"):
        queries.from_template("direct_result", "a", "A", hours={"intake": Decimal(0)})
    with pytest.raises(BadProcess, match="không có vai trò “vua”"):
        queries.from_template("direct_result", "a", "A", roles={"intake": "vua"})


def test_faults_of_a_list_are_named_with_the_step() -> None:
    good = steplist.read((TEMPLATES / "appraise_and_sign.bpmn").read_text())
    wrong = replace(good.steps[1], name="", outcomes=(Way("x", "X", "nowhere"), Way("x", "", "")))
    said = [str(p) for p in steplist.faults(replace(good, steps=(good.steps[0], wrong)))]
    assert "Bước 2 “appraise”: chưa có tên" in said
    assert "Bước 2 “appraise”: kết quả “X” dẫn tới bước không có: nowhere" in said
    assert any("trùng" in line for line in said)
    back = replace(good.steps[1], outcomes=(Way("again", "Làm lại", "intake"),))
    found = steplist.faults(replace(good, steps=(good.steps[0], back)))
    assert any("chỉ được tiếp nhận một lần" in str(problem) for problem in found)


def test_what_a_list_cannot_say_is_named_with_its_place() -> None:
    text = drawing.process(
        drawing.START,
        drawing.step("a"),
        drawing.step("b"),
        drawing.node("parallelGateway", "split"),
        drawing.node("parallelGateway", "join"),
        drawing.END,
        drawing.line("start", "split", "a", "join", "end"),
        drawing.line("split", "b", "join"),
    )
    with pytest.raises(NotAList) as raised:
        steplist.read(text)
    assert any("split" in str(problem) for problem in raised.value.problems)


def _apart(one: Box, other: Box) -> bool:
    return (
        one.x + one.width <= other.x
        or other.x + other.width <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def _parts(way: list[Point]) -> list[tuple[Point, Point]]:
    return [tuple(sorted(part)) for part in pairwise(way)]  # type: ignore[misc]


def _lie_on_each_other(one: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two straight parts share more than a point."""
    (ax, ay), (bx, by) = one
    (cx, cy), (dx, dy) = other
    if ax == bx == cx == dx:
        return min(by, dy) - max(ay, cy) > 0.01
    if ay == by == cy == dy:
        return min(bx, dx) - max(ax, cx) > 0.01
    return False


def overlaps(layout: Layout, definition: Definition) -> list[str]:
    """What lies on what: boxes, names, ways."""
    found = []
    hosts = {node.id: node.attached_to for node in definition.nodes}
    for (a, one), (b, other) in combinations(layout.boxes.items(), 2):
        if not _apart(one, other) and hosts[a] != b and hosts[b] != a:
            found.append(f"{a} lies on {b}")
    flows = {flow.id: flow for flow in definition.flows}
    for name, label in layout.labels.items():
        found += [
            f"the name of {name} lies on {node}"
            for node, box in layout.boxes.items()
            if not _apart(label, box)
        ]
    for (a, one), (b, other) in combinations(layout.labels.items(), 2):
        if not _apart(one, other):
            found.append(f"the names of {a} and {b} lie on each other")
    for (a, way), (b, other_way) in combinations(layout.ways.items(), 2):
        if any(_lie_on_each_other(p, q) for p in _parts(way) for q in _parts(other_way)):
            found.append(f"{a} lies on {b}")
    for key, way in layout.ways.items():
        own = {flows[key].source, flows[key].target} | {hosts[flows[key].source]}
        for (ax, ay), (bx, by) in _parts(way):
            line = Box(min(ax, bx), min(ay, by), abs(ax - bx), abs(ay - by))
            found += [
                f"{key} runs through {node}"
                for node, box in layout.boxes.items()
                if node not in own and not _apart(box, line)
            ]
    return found


@pytest.mark.parametrize("key", patterns.KEYS)
def test_nothing_lies_on_anything_else_in_the_picture_of_a_template(key: str) -> None:
    text = (TEMPLATES / f"{key}.bpmn").read_text()
    definition = bpmn.read(text)
    layout = lay_out(text, definition)
    assert layout.labels, "the diagram of the file is used"
    assert overlaps(layout, definition) == []


@settings(max_examples=60, deadline=None)
@given(lists())
def test_no_step_lies_on_another_and_no_line_runs_along_another(given_list: StepList) -> None:
    text = steplist.write(given_list)
    definition = bpmn.read(text)
    found = overlaps(lay_out(text, definition), definition)
    assert [what for what in found if "name" not in what] == []
