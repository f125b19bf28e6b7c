"""A definition with a mistake is refused with its place; a good one says what it asks."""

from __future__ import annotations

import copy

import pytest

from motcua.forms import engine
from motcua.forms.analysis import findings
from motcua.forms.definition import BadDefinition, parse

GOOD = {
    "title": "Thử",
    "topics": [
        {"key": "one", "title": "Một", "fields": ["name", "kind", "why", "people", "total"]}
    ],
    "fields": {
        "name": {"type": "text", "label": "Tên", "required": True},
        "kind": {"type": "choice", "label": "Loại", "options": [["a", "A"], ["b", "B"]]},
        "why": {"type": "text", "label": "Vì sao?", "visible": "kind == 'b'", "required": True},
        "people": {
            "type": "group",
            "label": "Người",
            "fields": {
                "age": {"type": "number", "label": "Tuổi", "required": True},
                "school": {"type": "text", "label": "Trường", "visible": "age < 18"},
            },
        },
        "total": {
            "type": "computed",
            "label": "Tổng",
            "computed_as": "number",
            "computed": "sum(people.map(p, p.age))",
        },
    },
    "rules": [{"when": "name != 'x'", "field": "name", "message": "Không phải x."}],
}


def changed(path: str, value):
    """The good definition with one thing changed, or taken away (None)."""
    definition = copy.deepcopy(GOOD)
    *way, last = path.split("/")
    place = definition
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place.setdefault(step, {})
    if value is None:
        del place[last]
    else:
        place[last] = value
    return definition


def test_a_good_definition_is_read():
    form = engine.compiled(GOOD)
    assert form.title == "Thử"
    assert findings(form.definition) == []


@pytest.mark.parametrize(
    ("path", "value", "place"),
    [
        ("title", "", "title"),
        ("topics", [], "topics"),
        ("surprise", 1, "surprise"),
        ("fields/name/colour", "red", "fields.name.colour"),
        ("fields/name/type", "texts", "fields.name.type"),
        ("fields/name/label", None, "fields.name.label"),
        ("fields/name/required", 1, "fields.name.required"),
        ("fields/name/max_length", 0, "fields.name.max_length"),
        ("fields/name/max_length", True, "fields.name.max_length"),
        ("fields/name/min", 3, "fields.name.min"),
        ("fields/name/pattern", "(a", "fields.name.pattern"),
        ("fields/name/pattern", "^(?=a)b", "fields.name.pattern"),
        ("fields/name/source", "neighbours.gossip", "fields.name.source"),
        ("fields/name/locked_when_sourced", True, "fields.name.locked_when_sourced"),
        ("fields/name/visible", "kind ==", "fields.name.visible"),
        ("fields/name/visible", "nobody == 1", "fields.name.visible"),
        ("fields/name/visible", "age == 1", "fields.name.visible"),
        ("fields/name/visible", "name == 'a'", "fields.name"),
        ("fields/name/computed", "1 + 1", "fields.name.computed"),
        ("fields/kind/options", None, "fields.kind.options"),
        ("fields/kind/options", [["a", "A"], ["a", "B"]], "fields.kind.options"),
        ("fields/kind/options", [["a"]], "fields.kind.options[0]"),
        ("fields/kind/options", "planets", "fields.kind.options"),
        ("fields/kind/visible", "why == 'b'", "fields.kind"),
        ("fields/people/fields", {}, "fields.people.fields"),
        ("fields/people/fields/name", {"type": "text", "label": "N"}, "fields.name"),
        ("fields/people/fields/age/visible", "school == 'x'", "fields.people.fields.age"),
        ("fields/people/min_items", 30, "fields.people.min_items"),
        ("fields/total/computed", None, "fields.total.computed"),
        ("fields/total/computed", "total + 1", "fields.total"),
        ("fields/lost", {"type": "text", "label": "Lạc"}, "fields.lost"),
        ("fields/Name", {"type": "text", "label": "N"}, "fields.Name"),
        ("fields/today", {"type": "text", "label": "N"}, "fields.today"),
        ("topics/0/fields", ["name", "ghost"], "topics[0].fields"),
        ("topics/0/fields", ["name", "name"], "topics[0].fields"),
        ("topics/0/visible", "kind == 'a'", "fields.kind"),
        ("rules/0/field", "ghost", "rules[0].field"),
        ("rules/0/when", "", "rules[0].when"),
        ("rules/0/when", "ghost == 1", "rules[0].when"),
    ],
)
def test_a_mistake_is_refused_with_its_place(path, value, place):
    with pytest.raises(BadDefinition) as refused:
        engine.compiled(changed(path, value))
    assert refused.value.place == place


@pytest.mark.parametrize("data", [None, [], "x", {"title": "x", "fields": [], "topics": {}}])
def test_what_is_no_definition_at_all_is_refused(data):
    with pytest.raises(BadDefinition):
        parse(data)


def test_a_long_circle_is_named():
    definition = copy.deepcopy(GOOD)
    for i in range(3):
        definition["fields"][f"c{i}"] = {
            "type": "text",
            "label": f"C{i}",
            "visible": f"c{(i + 1) % 3} == 'x'",
        }
        definition["topics"][0]["fields"].append(f"c{i}")
    with pytest.raises(BadDefinition, match="c0 → c1 → c2 → c0"):
        engine.compiled(definition)


@pytest.mark.parametrize(
    ("path", "value", "grave"),
    [
        ("fields/why/visible", "kind > 3", True),
        ("fields/why/visible", "kind", True),
        ("fields/name/required", "1 + 1", True),
        ("rules/0/when", "name + 1 == 2", True),
        ("fields/why/visible", "kind == 'c'", False),
        ("fields/total/computed", "'x'", False),
    ],
)
def test_samples_find_wrong_types_and_what_never_happens(path, value, grave):
    found = findings(parse(changed(path, value)))
    assert found
    assert any(one.grave for one in found) == grave


def test_the_schema_says_what_a_program_may_send():
    schema = engine.compiled(GOOD).json_schema()
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["required"] == ["name"]
    assert schema["additionalProperties"] is False
    assert schema["properties"]["why"]["x-visible"] == "kind == 'b'"
    assert schema["properties"]["people"]["items"]["required"] == ["age"]
    assert schema["properties"]["total"]["readOnly"] is True
