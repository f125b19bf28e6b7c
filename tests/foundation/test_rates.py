"""Counts of what is limited: exact, for one process and for all."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation import rates
from motcua.foundation.models import RateCount
from motcua.foundation.rates import Rate, step
from tests.world import at_once


@given(
    st.integers(1, 20),
    st.floats(0.1, 100),
    st.lists(st.floats(0, 50), max_size=60),
)
def test_never_more_than_the_burst_and_what_time_has_earned(burst, every, pauses):
    """Over any stretch from the beginning, at most `burst` and one for each `every` that passed."""
    ahead, now, done = 0.0, 1000.0, 0
    for pause in pauses:
        now += pause
        ahead, wait = step(ahead, now, Rate(burst, every))
        if wait == 0.0:
            done += 1
        assert done <= burst + (now - 1000.0) / every + 1e-3


@given(st.integers(1, 20), st.floats(0.1, 100))
def test_whoever_waits_as_told_may(burst, every):
    rate, ahead, now = Rate(burst, every), 0.0, 0.0
    for _ in range(burst):
        ahead, wait = step(ahead, now, rate)
        assert wait == 0.0
    same, wait = step(ahead, now, rate)
    assert same == ahead, "what is refused is not counted"
    assert wait > 0
    assert step(ahead, now + wait, rate)[1] == 0.0


def test_a_process_counts_each_key_for_itself():
    memory, rate = rates.InMemory(), Rate(3, 60.0)
    a, b = rates.key_of("a"), rates.key_of("b")
    assert [memory.take(a, rate) == 0 for _ in range(5)] == [True] * 3 + [False] * 2
    assert memory.take(b, rate) == 0
    memory.forget()
    assert memory.take(a, rate) == 0


def test_a_process_does_not_remember_without_end(monkeypatch):
    monkeypatch.setattr(rates, "REMEMBERED", 100)
    memory = rates.InMemory()
    for number in range(1000):
        memory.take(rates.key_of(str(number)), Rate(1, 60.0))
    assert len(memory._ahead) <= 100


def test_in_a_process_many_threads_get_no_more_than_one_would():
    memory, rate, key = rates.InMemory(), Rate(10, 3600.0), rates.key_of("x")
    found = at_once(*[lambda: [memory.take(key, rate) == 0 for _ in range(50)]] * 8)
    assert sum(sum(one) for one in found) == 10


@pytest.mark.django_db
def test_the_shared_count_waits_and_forgets():
    key = rates.key_of("y")
    rate = Rate(3, 0.2)
    assert [rates.shared(key, rate) == 0 for _ in range(3)] == [True] * 3
    wait = rates.shared(key, rate)
    assert 0 < wait <= 0.2
    time.sleep(wait + 0.01)
    assert rates.shared(key, rate) == 0
    time.sleep(0.7)
    assert rates.forget_old() == 1
    assert not RateCount.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_across_processes_many_at_once_get_no_more_than_one_would():
    """Each thread has a connection of its own, as each process has."""
    key, rate = rates.key_of("z"), Rate(10, 3600.0)
    found = at_once(*[lambda: [rates.shared(key, rate) == 0 for _ in range(10)]] * 6)
    assert sum(sum(one) for one in found) == 10
