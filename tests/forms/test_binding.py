"""What a browser posts becomes answers; what it cannot have meant is kept and shown again."""

from __future__ import annotations

from datetime import date

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.forms import binding, engine
from tests.forms.examples import ANSWERS, KEYS, form

TODAY = date(2026, 11, 22)
TOPIC = "t"


def ask(**fields):
    topic = {"key": TOPIC, "title": "T", "fields": list(fields)}
    labelled = {key: {"label": key, **one} for key, one in fields.items()}
    return engine.compiled({"title": "F", "topics": [topic], "fields": labelled})


def post(query: str, compiled, **options):
    return binding.from_post(compiled, TOPIC, QueryDict(query), **options)


DATE = {"type": "date"}
PEOPLE = {
    "type": "group",
    "fields": {
        "name": {"type": "text", "label": "n"},
        "born": {"type": "date", "label": "b"},
        "kind": {"type": "yes_no", "label": "k"},
    },
}


@pytest.mark.parametrize(
    ("field", "query", "answer"),
    [
        ({"type": "text"}, "q=Nông+Thị", "Nông Thị"),
        ({"type": "text"}, "q=", None),
        ({"type": "text"}, "", None),
        (DATE, "q.day=2&q.month=3&q.year=2026", "2026-03-02"),
        (DATE, "q.day=02&q.month=03&q.year=2026", "2026-03-02"),
        (DATE, "q=2026-03-02", "2026-03-02"),
        (DATE, "q=2/3/2026", "2026-03-02"),
        (DATE, "q.day=&q.month=&q.year=", None),
        (DATE, "q.day=31&q.month=2&q.year=2026", {"day": "31", "month": "2", "year": "2026"}),
        (DATE, "q.day=5", {"day": "5", "month": "", "year": ""}),
        (DATE, "q.day=năm&q.month=1&q.year=2026", {"day": "năm", "month": "1", "year": "2026"}),
        (DATE, "q.day=٣&q.month=1&q.year=2026", {"day": "٣", "month": "1", "year": "2026"}),
        (DATE, "q=hôm qua", "hôm qua"),
        ({"type": "number"}, "q=1.500", 1500),
        ({"type": "number"}, "q=12a", "12a"),
        ({"type": "number"}, "q=-3", -3),
        ({"type": "number", "decimals": 2}, "q=12,5", 12.5),
        ({"type": "number", "decimals": 2}, "q=1.250,75", 1250.75),
        ({"type": "number", "decimals": 2}, "q=12.5", 12.5),
        ({"type": "number"}, "q=" + "9" * 60, "9" * 60),
        ({"type": "money"}, "q=150.000+đ", 150000),
        ({"type": "money"}, "q=150+000", 150000),
        ({"type": "money"}, "q=nhiều", "nhiều"),
        ({"type": "yes_no"}, "q=co", True),
        ({"type": "yes_no"}, "q=khong", False),
        ({"type": "yes_no"}, "q=maybe", "maybe"),
        ({"type": "consent"}, "q=co", True),
        ({"type": "consent"}, "q=1", None),
        ({"type": "several", "options": [["a", "A"], ["b", "B"]]}, "q=b&q=a&q=", ["b", "a"]),
        (
            {"type": "address"},
            "q.province=20&q.commune=06040&q.detail=x",
            {"province": "20", "commune": "06040", "detail": "x"},
        ),
        ({"type": "address"}, "q.province=&q.commune=+&q.detail=", None),
        (PEOPLE, "q.7.name=B&q.2.name=A&q.2.kind=co", [{"name": "A", "kind": True}, {"name": "B"}]),
        (PEOPLE, "q.0.name=&q.0=1", [{}]),
        (PEOPLE, "q.x.name=A&q.0001.name=B&q.-1.name=C", None),
        (PEOPLE, "", None),
        (PEOPLE, "q.0.name=A&add=q", [{"name": "A"}, {}]),
        (PEOPLE, "add=q", [{}]),
        (PEOPLE, "q.0.name=A&q.1.name=B&remove=q.0", [{"name": "B"}]),
        (PEOPLE, "q.0.name=A&remove=q.0", None),
        (PEOPLE, "q.0.name=A&remove=q.9&add=other", [{"name": "A"}]),
        (
            PEOPLE,
            "q.0.born.day=31&q.0.born.month=2&q.0.born.year=2026",
            [{"born": {"day": "31", "month": "2", "year": "2026"}}],
        ),
    ],
)
def test_inputs_become_answers(field, query, answer):
    assert post(query, ask(q=field)) == {"q": answer}


def test_a_group_that_is_full_takes_no_further_line():
    full = ask(q={**PEOPLE, "max_items": 1})
    assert post("q.0.name=A&add=q", full) == {"q": [{"name": "A"}]}
    assert binding.changed_lines(QueryDict("add=q"))
    assert not binding.changed_lines(QueryDict("q.0.name=A"))


def test_a_commune_may_be_typed_by_name():
    asked = []

    def find(province: str, typed: str) -> str | None:
        asked.append((province, typed))
        return "06040" if typed == "Thất Khê" else None

    form = ask(q={"type": "address"})
    found = post("q.province=20&q.commune_text=Thất+Khê&q.detail=x", form, find_commune=find)
    assert found["q"] == {"province": "20", "commune": "06040", "detail": "x"}
    lost = post("q.province=20&q.commune=06040&q.commune_text=Nơi+Nào", form, find_commune=find)
    assert lost["q"] == {"province": "20", "commune_text": "Nơi Nào"}
    assert "Không tìm thấy" in form.validate(lost)[0].message
    assert form.cleaned(lost) == lost
    assert asked == [("20", "Thất Khê"), ("20", "Nơi Nào")]


def test_locked_answers_are_left_alone_unless_disputed():
    form = ask(
        q={"type": "text", "source": "population.full_name", "locked_when_sourced": True},
        r={"type": "text"},
    )
    sent = QueryDict("q=Khác&r=x&_disputed=q&_disputed=r&_disputed=zzz")
    assert binding.from_post(form, TOPIC, sent, locked={"q"}) == {"r": "x"}
    assert binding.disputed(form, TOPIC, sent) == {"q"}


def test_questions_that_an_answer_reveals_are_shown_before_they_are_judged():
    form = ask(
        a={"type": "yes_no"},
        b={"type": "text", "visible": "a == true", "required": True},
        c={"type": "computed", "visible": "a == true", "computed": "'x'"},
    )
    assert binding.newly_visible(form, TOPIC, QueryDict("_shown=a&a=co"), {"a": True}) == ["b"]
    assert binding.newly_visible(form, TOPIC, QueryDict("_shown=a&_shown=b"), {"a": True}) == []
    assert binding.newly_visible(form, TOPIC, QueryDict("a=co"), {"a": True}) == []


def test_a_page_that_does_not_exist_is_not_read():
    with pytest.raises(engine.UnknownTopic):
        binding.from_post(ask(q={"type": "text"}), "other", QueryDict(""))


def typed(key: str, topic) -> QueryDict:
    """The answers of the examples as a browser posts them."""
    sent = QueryDict(mutable=True)

    def put(path: str, kind: str, value) -> None:
        if kind == "group":
            for i, line in enumerate(value):
                sent[f"{path}.{i}"] = "1"
                inner = {m.key: m.type for m in form(key).definition.fields[path].fields}
                for name, one in line.items():
                    put(f"{path}.{i}.{name}", inner[name], one)
        elif kind == "date":
            year, month, day = value.split("-")
            for part, text in (("day", day), ("month", month), ("year", year)):
                sent[f"{path}.{part}"] = str(int(text))
        elif isinstance(value, dict):
            for part, text in value.items():
                sent[f"{path}.{part}"] = text
        elif isinstance(value, bool):
            sent[path] = "co" if value else "khong"
        else:
            sent[path] = str(value).replace(".", ",") if kind == "number" else str(value)

    for name in topic.fields:
        if name in ANSWERS[key]:
            put(name, form(key).definition.fields[name].type, ANSWERS[key][name])
    return sent


@pytest.mark.parametrize("key", KEYS)
def test_a_citizen_who_fills_in_every_page_has_filled_in_the_form(key):
    answers: dict = {}
    for topic in form(key).definition.topics:
        answers |= binding.from_post(form(key), topic.key, typed(key, topic))
    assert form(key).validate(answers, today=TODAY) == []
    cleaned = form(key).cleaned(answers, TODAY)
    assert {k: cleaned[k] for k in ANSWERS[key]} == ANSWERS[key]


PATHS = st.sampled_from(
    [
        f"{key}{tail}"
        for topic in form("ho_kinh_doanh").definition.topics
        for key in topic.fields
        for tail in (
            "",
            ".0",
            ".1.sector_name",
            ".0.member_birth_date.day",
            ".day",
            ".province",
            ".commune_text",
            ".99.member_address.commune",
            ".0.sector_main",
            ".0.0.0",
        )
    ]
    + ["add", "remove", "_shown", "_disputed", "seen", ".", "..", ""]
)
VALUES = st.one_of(
    st.text(max_size=30),
    st.sampled_from(["co", "khong", "20", "06040", "members", "members.0", "31", "2026", "\x00"]),
)


@settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
@given(st.lists(st.tuples(PATHS, VALUES), max_size=40))
def test_no_post_whatever_breaks_the_page(pairs):
    sent = QueryDict(mutable=True)
    for name, value in pairs:
        sent.appendlist(name, value)
    compiled = form("ho_kinh_doanh")
    answers: dict = {}
    for topic in compiled.definition.topics:
        answers |= binding.from_post(compiled, topic.key, sent, find_commune=lambda p, t: None)
        binding.newly_visible(compiled, topic.key, sent, answers)
        binding.disputed(compiled, topic.key, sent)
    errors = compiled.validate(answers, today=TODAY)
    assert all(error.message for error in errors)
    compiled.topics(answers, today=TODAY)
    compiled.readable(answers)
    cleaned = compiled.cleaned(answers, TODAY)
    assert compiled.cleaned(cleaned, TODAY) == cleaned


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.text(min_size=1, max_size=20).filter(lambda t: t.strip()))
def test_what_is_typed_into_a_number_is_a_number_or_still_there(typed_text):
    result = binding.number(typed_text)
    assert isinstance(result, int | float) or result == typed_text
