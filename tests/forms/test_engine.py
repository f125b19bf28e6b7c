"""What holds for every form and every answer, whatever an administrator or a browser thinks of."""

from __future__ import annotations

import json
import random
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.forms import engine
from motcua.forms.values import Fault
from tests.forms.strategies import answers, definitions, forms_and_answers

TODAY = date(2026, 11, 22)
QUICK = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


@QUICK
@given(forms_and_answers())
def test_what_is_hidden_is_never_kept_shown_or_asked_for(pair):
    definition, given_answers = pair
    form = engine.compiled(definition)
    shown = {v.key for page in form.topics(given_answers, today=TODAY) for v in page.fields}
    visible = form.state(given_answers, TODAY).visible
    cleaned = form.cleaned(given_answers, TODAY)
    assert set(cleaned) <= visible
    assert shown <= visible
    asked = {error.field.partition(".")[0] for error in form.validate(given_answers, today=TODAY)}
    assert asked & set(definition["fields"]) <= visible
    read_back = form.readable(given_answers, today=TODAY)
    read = {row[2].partition(".")[0] for _, rows in read_back for row in rows}
    assert read <= visible


@QUICK
@given(forms_and_answers())
def test_cleaning_again_changes_nothing_and_finds_the_same_mistakes(pair):
    definition, given_answers = pair
    form = engine.compiled(definition)
    once = form.cleaned(given_answers, TODAY)
    assert form.cleaned(once, TODAY) == once
    known = {k: v for k, v in given_answers.items() if k in definition["fields"]}
    first = {error.field for error in form.validate(known, today=TODAY)}
    again = {error.field for error in form.validate(once, today=TODAY)}
    # An unfit answer that could not be stored at all is then missing, or gone if not needed.
    assert again <= first | {field for field in again if field.partition(".")[0] in first}
    if not first:
        assert form.validate(once, today=TODAY) == []
    json.dumps(once, allow_nan=False).encode("utf-8")
    json.dumps(once, ensure_ascii=False).encode("utf-8")


@QUICK
@given(forms_and_answers(), st.randoms(use_true_random=False))
def test_the_order_of_answers_and_of_writing_makes_no_difference(pair, chance: random.Random):
    definition, given_answers = pair
    form = engine.compiled(definition)
    shuffled = list(given_answers.items())
    chance.shuffle(shuffled)
    assert form.cleaned(dict(shuffled), TODAY) == form.cleaned(given_answers, TODAY)
    assert form.validate(dict(shuffled), today=TODAY) == form.validate(given_answers, today=TODAY)
    written = list(definition["fields"].items())
    chance.shuffle(written)
    other = engine.compiled({**definition, "fields": dict(written)})
    assert other.cleaned(given_answers, TODAY) == form.cleaned(given_answers, TODAY)
    assert other.validate(given_answers, today=TODAY) == form.validate(given_answers, today=TODAY)


@QUICK
@given(forms_and_answers())
def test_formulas_are_worked_out_here_whatever_was_sent(pair):
    definition, given_answers = pair
    form = engine.compiled(definition)
    computed = {k for k, one in definition["fields"].items() if one["type"] == "computed"}
    without = {k: v for k, v in given_answers.items() if k not in computed}
    assert form.cleaned(given_answers, TODAY) == form.cleaned(without, TODAY)


@QUICK
@given(forms_and_answers(fitting=True))
def test_accepted_answers_fit_the_published_schema(pair):
    """A program that reads only the schema and an officer who reads the answers agree."""
    import jsonschema_rs

    definition, given_answers = pair
    form = engine.compiled(definition)
    if form.validate(given_answers, today=TODAY):
        return
    schema = form.json_schema()
    if not any("visible" in one for one in definition["fields"].values()):
        jsonschema_rs.Draft202012Validator(schema).validate(form.cleaned(given_answers, TODAY))
    del schema["required"]
    jsonschema_rs.Draft202012Validator(schema).validate(form.cleaned(given_answers, TODAY))


@QUICK
@given(st.data())
def test_a_change_touches_only_what_depends_on_it_and_ends_in_the_same_state(data):
    definition = data.draw(definitions())
    form = engine.compiled(definition)
    before = data.draw(answers(definition))
    changed = {**before, **data.draw(answers(definition))}
    for key in data.draw(st.sets(st.sampled_from(sorted(definition["fields"])))):
        changed.pop(key, None)
    direct = form.state(changed, TODAY)
    stepwise = form.state(changed, TODAY, before=form.state(before, TODAY))
    assert stepwise.visible == direct.visible
    for name in ("values", "bound"):
        found, wanted = getattr(stepwise, name), getattr(direct, name)
        assert repr(sorted(found.items())) == repr(sorted(wanted.items()))
    assert stepwise.faults.keys() == direct.faults.keys()
    assert all(isinstance(fault, Fault) for fault in stepwise.faults.values())


def test_a_question_whose_reason_is_hidden_is_hidden_too():
    form = engine.compiled(
        {
            "title": "F",
            "topics": [{"key": "t", "title": "T", "fields": ["a", "b", "c"]}],
            "fields": {
                "a": {"type": "yes_no", "label": "A"},
                "b": {"type": "yes_no", "label": "B", "visible": "a == true"},
                "c": {"type": "text", "label": "C", "visible": "b == true", "required": True},
            },
        }
    )
    assert form.cleaned({"a": False, "b": True, "c": "x"}) == {"a": False}
    assert form.validate({"a": False, "b": True}) == []
    assert [e.field for e in form.validate({"a": True, "b": True})] == ["c"]


def test_a_rule_that_cannot_be_worked_out_counts_against_the_answers():
    form = engine.compiled(
        {
            "title": "F",
            "topics": [{"key": "t", "title": "T", "fields": ["a", "b"]}],
            "fields": {
                "a": {"type": "number", "label": "A"},
                "b": {"type": "number", "label": "B"},
            },
            "rules": [{"when": "a / b > 1", "field": "a", "message": "chia không được"}],
        }
    )
    assert form.validate({"a": 4, "b": 2}) == []
    assert form.validate({"a": 4}) == []
    assert [e.message for e in form.validate({"a": 4, "b": 0})] == ["chia không được"]


def test_lines_of_a_group_see_the_form_around_them():
    form = engine.compiled(
        {
            "title": "F",
            "topics": [{"key": "t", "title": "T", "fields": ["a", "g"]}],
            "fields": {
                "a": {"type": "yes_no", "label": "A"},
                "g": {
                    "type": "group",
                    "label": "G",
                    "fields": {
                        "n": {"type": "number", "label": "N"},
                        "m": {
                            "type": "text",
                            "label": "M",
                            "required": "n > 3",
                            "visible": "a == true",
                        },
                        "d": {
                            "type": "computed",
                            "label": "D",
                            "computed_as": "number",
                            "computed": "n * 2",
                        },
                    },
                },
            },
        }
    )
    lines = [{"n": 5, "m": "x"}, {"n": 5}, {"n": 1}]
    assert [e.field for e in form.validate({"a": True, "g": lines})] == ["g.1.m"]
    assert form.validate({"a": False, "g": lines}) == []
    assert form.cleaned({"a": False, "g": lines})["g"] == [
        {"n": 5, "d": 10},
        {"n": 5, "d": 10},
        {"n": 1, "d": 2},
    ]
