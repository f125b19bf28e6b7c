"""A form is changed by steps; after each it is still a form."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.forms import building, engine, library, typed_field
from motcua.forms.definition import BadDefinition, parse

DEMO = sorted((files("motcua.demo") / "data/forms").iterdir(), key=lambda path: path.name)
FORMS = [json.loads(path.read_text(encoding="utf-8")) for path in DEMO if path.name[-4:] == "json"]


def bees():
    """A form with a question that waits for another."""
    raw = building.begun("Nuôi ong")
    raw = building.put_field(
        raw, "keeps", {"type": "yes_no", "label": "Có nuôi ong?", "required": True}, "page_1"
    )
    when = building.condition(raw, "keeps", "is", "có")
    hives = {"type": "number", "label": "Số đàn", "min": 1, "required": True, "visible": when}
    return building.put_field(raw, "hives", hives, "", "Đàn ong")


def test_a_question_waits_for_the_answer_to_another():
    form = engine.compiled(bees())
    assert [topic.key for topic in form.topics({"keeps": False})] == ["page_1"]
    assert [topic.title for topic in form.topics({"keeps": True})][-1] == "Đàn ong"
    missing = {error.field for error in form.validate({"keeps": True})}
    assert "hives" in missing


def test_what_another_question_needs_is_not_taken_away():
    with pytest.raises(BadDefinition, match="keeps"):
        building.remove_field(bees(), "keeps")
    kept = building.remove_field(bees(), "hives")
    assert [page["key"] for page in kept["topics"]] == ["page_1"], "its page goes with it"


def test_a_circle_an_unknown_name_and_an_unknown_function_are_refused():
    circle = {"type": "yes_no", "label": "Có nuôi ong?", "visible": "hives == 1"}
    for field in (circle, {**circle, "visible": "nobody == 1"}, {**circle, "visible": "f(1) == 1"}):
        with pytest.raises(BadDefinition):
            building.put_field(bees(), "keeps", field, "page_1")


def test_the_last_question_stays():
    with pytest.raises(BadDefinition):
        building.remove_field(building.begun("Một"), building.FIRST_FIELD)


@given(st.lists(st.tuples(st.sampled_from([building.FIRST_FIELD, "keeps", "hives"]),
                          st.sampled_from(["up", "down"])), max_size=12))  # fmt: skip
def test_moving_loses_nothing(moves):
    raw = bees()
    for key, way in moves:
        raw = building.move_field(raw, key, way)
        placed = [name for page in raw["topics"] for name in page["fields"]]
        assert sorted(placed) == sorted(raw["fields"])
        parse(raw)


def test_up_undoes_down_also_over_the_edge_of_a_page():
    raw = building.put_field(bees(), "note", {"type": "text", "label": "Ghi chú"}, "page_2")
    down = building.move_field(raw, "keeps", "down")
    assert down["topics"][1]["fields"][0] == "keeps"
    assert building.move_field(down, "keeps", "up") == raw


@pytest.mark.parametrize("key", library.SHARED)
def test_every_shared_question_can_be_added_once(key):
    raw = building.begun("Dùng chung")
    if key != building.FIRST_FIELD:
        raw = building.add_shared(raw, key, "page_1")
    with pytest.raises(BadDefinition, match="đã có"):
        building.add_shared(raw, key, "page_1")
    assert engine.compiled(raw).sources().get(key, "") == library.SHARED[key].get("source", "")


@pytest.mark.parametrize("raw", FORMS, ids=lambda raw: raw["title"][:30])
def test_saving_a_question_unchanged_changes_nothing(raw):
    for page in raw["topics"]:
        for key in page["fields"]:
            said = typed_field.shown(raw["fields"][key])
            posted = {k: str(v) for k, v in said.items() if k not in typed_field.TICKS}
            posted |= {name: "1" for name in typed_field.TICKS if said[name]}
            field = typed_field.read(posted, raw["fields"][key], raw)
            again = building.put_field(raw, key, field, page["key"])
            assert building.changes(raw, again) == [], key
            assert parse(again).fields[key] == parse(raw).fields[key]


def test_a_difference_is_said_in_words():
    before, after = bees(), bees()
    assert building.changes(before, after) == []
    after["fields"]["hives"]["label"] = "Số đàn ong"
    after = building.add_rule(after, "hives < 1000", "Nhiều quá.", "hives")
    after = building.add_shared(after, "applicant_phone", "page_1")
    assert building.changes(before, after) == [
        "Đổi câu hỏi Số đàn: câu hỏi",
        "Thêm câu hỏi: Số điện thoại",
        "Đổi trang hoặc thứ tự câu hỏi",
        "Thêm quy tắc: Nhiều quá.",
    ]


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"title": NaN}',
        b"[]",
        b" " * (building.LARGEST_FILE + 1),
        b'{"$ref": "https://example.org/form.json"}',
        json.dumps(
            {**building.begun("A"), "fields": {"applicant_full_name": {"$ref": "http://x.vn/a"}}}
        ).encode(),
    ],
    ids=["bytes", "deep", "nan", "list", "large", "reference", "inner reference"],
)
def test_a_file_that_is_no_form_is_refused(content):
    with pytest.raises(BadDefinition):
        building.read_file(content)


def test_a_file_comes_back_as_it_went():
    assert building.read_file(json.dumps(bees()).encode()) == bees()


@pytest.mark.parametrize(
    ("kind", "options", "value", "answer"),
    [
        ("yes_no", None, "không", False),
        ("number", None, "5", 5),
        ("choice", [["a", "Cấp mới"], ["b", "Cấp lại"]], "Cấp lại", "b"),
        ("several", [["a", "Cấp mới"], ["b", "Cấp lại"]], "Cấp lại", ["b"]),
        ("text", None, 'nói "có" \\ rồi', 'nói "có" \\ rồi'),
    ],
)
def test_conditions_are_met_by_exactly_that_answer(kind, options, value, answer):
    one = {"type": kind, "label": "Hỏi"} | ({"options": options} if options else {})
    raw = building.put_field(building.begun("A"), "asked", one, "page_1")
    for relation, shown in (("is", True), ("is_not", False)):
        waits = {"type": "text", "label": "Chờ"}
        waits["visible"] = building.condition(raw, "asked", relation, value)
        form = engine.compiled(building.put_field(raw, "waits", waits, "page_1"))
        seen = {view.key for topic in form.topics({"asked": answer}) for view in topic.fields}
        assert ("waits" in seen) is shown


def test_a_condition_on_what_cannot_be_answered_so_is_refused():
    for key, value in (("keeps", "có lẽ"), ("hives", "nhiều"), ("nobody", "1")):
        with pytest.raises(BadDefinition):
            building.condition(bees(), key, "is", value)


@given(st.text(max_size=80))
def test_a_name_for_any_label_is_a_good_one(label):
    raw = building.begun("A")
    key = building.key_for(raw, label)
    building.put_field(raw, key, {"type": "text", "label": "Hỏi"}, "page_1")
    assert key not in raw["fields"]


def rows(*members: dict[str, str]) -> dict[str, str]:
    """What the page of a group sends."""
    said = {"type": "group", "label": "Các tổ ong", "item": "Tổ"}
    for n, one in enumerate(members):
        said |= {f"m{n}.{name}": value for name, value in ({"type": "text"} | one).items()}
    return said


def test_the_questions_of_a_group_are_inputs_that_are_added_ordered_and_taken_away():
    first = typed_field.read(
        rows(
            {"label": "Tên tổ", "required": "1", "order": "2"},
            {"label": "Số cầu", "type": "number", "order": "1"},
            {"label": "Loại", "type": "choice", "options": "a = Nội\nb = Ngoại", "order": "3"},
            {"label": ""},
        ),
        {},
        bees(),
    )
    assert first["order"] == ["so_cau", "ten_to", "loai"]
    assert first["fields"]["ten_to"]["required"] is True
    assert first["fields"]["loai"]["options"] == [["a", "Nội"], ["b", "Ngoại"]]
    whole = building.put_field(bees(), "colonies", first, "page_1")
    kept = whole["fields"]["colonies"]
    kept["fields"]["so_cau"]["max"] = 30
    shown = typed_field.members_shown(kept)
    assert [one.key for one in shown if one.label] == first["order"]
    sent = [
        {
            "key": one.key, "type": one.type, "label": one.label, "options": one.options,
            "order": str(n),
        }
        | ({"required": "1"} if one.required else {})
        for n, one in enumerate(shown)
    ]  # fmt: skip
    assert typed_field.read(rows(*sent), kept, whole)["fields"] == kept["fields"]
    less = [one | ({"label": ""} if one["key"] == "ten_to" else {}) for one in sent]
    assert typed_field.read(rows(*less), kept, whole)["order"] == ["so_cau", "loai"]
    twice = [{"label": "A", "key": "a"}, {"label": "B", "key": "a"}]
    with pytest.raises(BadDefinition) as refused:
        typed_field.read(rows(*twice), {}, bees())
    assert refused.value.place == "fields"
