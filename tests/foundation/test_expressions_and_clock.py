"""Conditions mean what they say or fail by name, and there is one clock."""

from __future__ import annotations

import threading
from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import clock, expressions


def test_an_expression_knows_the_names_it_needs():
    source = "people.exists(p, p.age > limit) && note != 'x.map(q, q)' && size(people) > 0"
    assert expressions.compile(source).names == {"people", "limit", "note"}


def test_an_expression_is_compiled_once():
    assert expressions.compile("a + 1") is expressions.compile("a + 1")


def test_values_it_does_not_name_are_not_looked_at():
    assert expressions.compile("a == null").truth({"a": None, "b": object()})


@pytest.mark.parametrize(
    "source",
    ["", "a +", "a = 1", "((", "if a then b", "1" * 5_000, "nosuch(a)", "__import__('os')"],
)
def test_what_is_not_an_expression_is_refused_when_written(source):
    with pytest.raises(expressions.BadExpression):
        expressions.compile(source)


@pytest.mark.parametrize(
    ("source", "values"),
    [
        ("missing > 1", {}),
        ("a + 1", {"a": None}),
        ("a / b", {"a": 1, "b": 0}),
        ("a.b.c", {"a": {}}),
        ("a.matches('((')", {"a": "x"}),
        ("min(a, 'x')", {"a": 1}),
        ("years_between(a, '2026-11-22')", {"a": "yesterday"}),
    ],
)
def test_what_cannot_be_answered_fails_and_names_the_expression(source, values):
    with pytest.raises(expressions.ExpressionFailed) as failure:
        expressions.compile(source).value(values)
    assert failure.value.source == source


def test_only_true_and_false_are_conditions():
    assert expressions.compile("a > 2 || b").truth({"a": 3, "b": False}) is True
    for source in ("1", "'true'", "null", "a"):
        with pytest.raises(expressions.ExpressionFailed):
            expressions.compile(source).truth({"a": 1})


def test_an_amount_is_a_whole_number():
    fee = expressions.compile("copies * min(200000, 2000 * min(p, 2) + 1000 * max(p - 2, 0))")
    assert fee.whole({"copies": 2, "p": 5}) == 14_000
    assert expressions.compile("sum([1000, 500.0])").whole({}) == 1_500
    for source in ("1.5", "true", "'5'"):
        with pytest.raises(expressions.ExpressionFailed):
            expressions.compile(source).whole({})


def test_letters_dates_and_ages_can_be_asked_for():
    values = {"name": "Việt", "born": "2012-11-23", "day": "2026-11-22"}
    assert expressions.compile("length(name)").whole(values) == 4
    assert expressions.compile("years_between(born, day)").whole(values) == 13
    assert expressions.compile("days_between(born, '2012-11-30')").whole(values) == 7


@given(st.text(max_size=40))
def test_whatever_is_typed_gives_a_value_or_a_named_error(source):
    with suppress(expressions.BadExpression, expressions.ExpressionFailed):
        expressions.compile(source).value({})


def test_now_is_to_the_second_and_in_utc():
    now = clock.now()
    assert now.tzinfo is UTC
    assert now.microsecond == 0


def test_a_frozen_clock_stands_in_every_thread_and_goes_on_afterwards():
    moment = datetime(2026, 11, 22, 17, 30, 1, 999, tzinfo=UTC)
    seen: list[datetime] = []
    with clock.frozen(moment):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
        with clock.frozen(datetime(2027, 1, 1, tzinfo=UTC)):
            seen.append(clock.now())
        assert clock.today() == date(2026, 11, 23), "it is past midnight in Vietnam"
        assert clock.local(clock.now()).isoformat() == "2026-11-23T00:30:01+07:00"
    assert seen == [moment.replace(microsecond=0), datetime(2027, 1, 1, tzinfo=UTC)]
    assert clock.now() > datetime(2026, 1, 1, tzinfo=UTC)
    assert clock.now() != moment.replace(microsecond=0)


def test_a_moment_without_an_offset_is_a_mistake():
    with pytest.raises(ValueError):
        clock.local(datetime(2026, 11, 22))
