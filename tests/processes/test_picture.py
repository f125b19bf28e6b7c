"""The picture of a process: everything is on it, and it says where the dossier is without
colours."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from motcua.people.models import Account
from motcua.processes import actions, picture
from motcua.processes.actions import Started
from motcua.processes.bpmn import read
from motcua.processes.layout import arrange, lay_out
from motcua.processes.lettering import width, wrapped
from motcua.processes.models import WorkItem
from tests.processes.conftest import NOW
from tests.processes.test_publishing import DEMONSTRATION, OURS
from tests.processes.test_running import LOOP, PARALLEL, SILENCE

SVG = "{http://www.w3.org/2000/svg}"
Begin = Callable[..., Started]


def drawn(markup: str) -> etree._Element:
    return etree.fromstring(markup.encode())


def words(element: etree._Element) -> str:
    return " ".join(part.strip() for part in element.itertext() if part.strip())


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.stem)
def test_every_step_lane_and_flow_is_on_the_picture(file: Path, db: None) -> None:
    version = actions.publish(file.stem, file.read_text(), NOW)
    definition = read(file.read_text())
    root = drawn(picture.svg(version.pk))
    steps = {group.get("data-step"): group for group in root.iter(f"{SVG}g")}
    for node, _ in definition.steps():
        assert words(steps[node.id]).replace("⚙", "").strip() == node.name
    assert len(root.findall(f"{SVG}polyline")) == len(definition.flows)
    assert len(root.findall(f"{SVG}polygon[@class='process-arrow']")) == len(definition.flows)
    assert file.read_text().count("<bpmn:lane ") == len(
        root.findall(f"{SVG}rect[@class='process-lane']")
    )


def test_the_picture_may_stand_on_a_page_with_a_strict_policy(db: None) -> None:
    text = (DEMONSTRATION / "khai_sinh.bpmn").read_text()
    root = drawn(picture.svg(actions.publish("khai_sinh", text, NOW).pk))
    assert root.get("role") == "img"
    title, described = root[0], root[1]
    assert root.get("aria-labelledby") == f"{title.get('id')} {described.get('id')}"
    assert title.text == "Quy trình: Đăng ký khai sinh"
    assert "Thẩm tra hồ sơ hộ tịch, lập bản thảo" in (described.text or "")
    for element in root.iter():
        assert element.get("style") is None
        assert not any(name.startswith("on") for name in element.attrib)
        assert element.tag not in (f"{SVG}style", f"{SVG}script", f"{SVG}image")


def test_a_name_is_text_and_never_markup(db: None) -> None:
    evil = LOOP.replace('name="sign"', 'name="&lt;script&gt;alert(1)&lt;/script&gt;"')
    markup = picture.svg(actions.publish("evil", evil, NOW).pk)
    assert "<script" not in markup
    assert "alert(1)" in words(drawn(markup))


def test_it_shows_by_sign_and_words_where_the_dossier_is(begin: Begin, officer: Account) -> None:
    started = begin(LOOP)
    version = started.instance.version_id
    [appraise] = actions.complete(started.items[0].pk, "accept", officer.pk, {}, NOW).opened
    actions.assign(appraise.pk, officer.pk, NOW)
    root = drawn(picture.svg(version, 1))
    groups = {group.get("data-step"): group for group in root.iter(f"{SVG}g")}
    assert groups["intake"].get("class") == "process-step is-done"
    assert words(groups["intake"]) == "intake Hoàng Thị Lan 08:00 23/11/2026 ✓"
    assert groups["appraise"].get("class") == "process-step is-now"
    assert "đang ở đây" in words(groups["appraise"])
    assert groups["sign"].get("class") == "process-step is-ahead"
    assert "Hồ sơ đang ở bước: appraise." in (root[1].text or "")


def test_the_outline_says_the_same_as_a_list(begin: Begin, officer: Account) -> None:
    started = begin(LOOP)
    version = started.instance.version_id
    actions.complete(started.items[0].pk, "accept", officer.pk, {}, NOW)
    told = [(p.name, p.words, p.role) for p in picture.outline(version, 1)]
    assert told == [
        ("intake", "đã xong", "Người tiếp nhận hồ sơ"),
        ("appraise", "đang ở đây", "Chuyên viên"),
        ("sign", "chưa tới", "Lãnh đạo"),
    ]
    assert picture.outline(version, 1)[0].who == "Hoàng Thị Lan"
    assert [p.name for p in picture.outline(version)] == ["intake", "appraise", "sign"]


def test_silence_and_a_stop_are_told_apart_from_work_done(begin: Begin) -> None:
    version = begin(SILENCE).instance.version_id
    item = WorkItem.objects.get()
    assert item.due_at is not None
    actions.fire_timers(1, {}, item.due_at)
    assert "hết thời hạn" in words(drawn(picture.svg(version, 1)))
    actions.cancel(1, item.due_at)
    outline = [(p.name, p.words) for p in picture.outline(version, 1)]
    assert outline == [("ask", "hết thời hạn"), ("sign", "đã dừng")]
    # A citizen's name is not needed to say who did not answer.
    assert picture.outline(version, 1)[0].who == "Người nộp hồ sơ"


@pytest.mark.parametrize("text", [LOOP, PARALLEL, SILENCE], ids=["loop", "parallel", "silence"])
def test_a_file_without_a_diagram_is_arranged_without_overlaps(text: str) -> None:
    definition = read(text)
    layout = lay_out(text, definition)
    assert layout == arrange(definition)
    boxes = [layout.boxes[node.id] for node in definition.nodes if node.type != "boundary"]
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart = (
                one.x + one.width <= other.x
                or other.x + other.width <= one.x
                or one.y + one.height <= other.y
                or other.y + other.height <= one.y
            )
            assert apart, (one, other)


def test_long_names_are_broken_between_words() -> None:
    lines = wrapped("Đối chiếu bản chính, đếm trang, tiếp nhận hồ sơ", 106, 12)
    assert " ".join(lines) == "Đối chiếu bản chính, đếm trang, tiếp nhận hồ sơ"
    assert len(lines) > 1
    assert all(width(line, 12) <= 106 for line in lines)
    assert wrapped("W" * 60, 106, 12)[0].endswith("…")
