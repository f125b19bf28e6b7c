"""Work in the background is done, whoever fails or is killed meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from motcua.foundation import background, events, ledger, worker
from motcua.foundation.models import OutboxEvent
from tests.owner import the_owner


@dataclass(frozen=True, slots=True)
class Knocked:
    """Somebody knocked."""

    number: int


@pytest.fixture
def job(request: pytest.FixtureRequest) -> Iterator[list[int]]:
    """The job `tests.note`, which notes its number and fails on negative ones."""
    noted: list[int] = []

    @background.task("tests.note", attempts=3)
    def note(number: int) -> None:
        noted.append(number)
        if number < 0:
            raise ValueError(number)

    yield noted
    background._tasks.pop("tests.note")


def soon(true: Callable[[], bool]) -> bool:
    """Whether `true` becomes so within ten seconds."""
    end = time.monotonic() + 10
    while not true() and time.monotonic() < end:
        time.sleep(0.02)
    return true()


def statuses() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_a_job_of_a_rolled_back_act_is_never_done(empty_queue, job):
    with transaction.atomic():
        background.defer("tests.note", number=1)
        transaction.set_rollback(True)
    with transaction.atomic():
        background.defer("tests.note", number=2)
    background.run_waiting()
    assert job == [2]
    assert statuses() == []


def test_a_failing_job_waits_longer_each_time_and_is_given_up_at_last(empty_queue, job):
    background.defer("tests.note", number=-1)
    for _ in range(5):
        background.run_waiting()
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    assert job == [-1, -1, -1]
    assert statuses() == ["failed"]


def test_what_a_failing_job_deferred_in_its_transaction_is_never_done(empty_queue, job):
    @background.task("tests.outer", attempts=1)
    def outer(number: int) -> None:
        with transaction.atomic():
            background.defer("tests.note", number=number)
            if number == 1:
                raise ValueError(number)

    background.defer("tests.outer", number=1)
    background.defer("tests.outer", number=2)
    background.run_waiting()
    background.run_waiting()
    background._tasks.pop("tests.outer")
    assert job == [2]


def test_a_job_deferred_with_a_delay_is_not_done_before(empty_queue, job):
    background.defer("tests.note", 3600, number=1)
    background.run_waiting()
    assert job == []


def test_one_failing_periodic_function_stops_no_other(transactional_db):
    called: list[str] = []

    @background.periodic(60)
    def fails() -> None:
        called.append("fails")
        raise RuntimeError

    @background.periodic(60)
    def works() -> None:
        called.append("works")

    results = worker.run_due()
    assert called == ["fails", "works"]
    assert list(results.values()) == [False, True]


def test_a_periodic_function_runs_in_one_process_at_a_time(transactional_db):
    inside, leave = threading.Event(), threading.Event()
    calls: list[int] = []

    @background.periodic(60)
    def slow() -> None:
        calls.append(1)
        inside.set()
        leave.wait(10)

    first = threading.Thread(target=worker.run_due)
    first.start()
    inside.wait(10)
    assert list(worker.run_due().values()) == [False]
    leave.set()
    first.join()
    assert calls == [1]


def test_the_worker_relays_seals_calls_and_runs_until_it_is_stopped(empty_queue, job):
    heard: list[int] = []
    called = threading.Event()
    events.handles(Knocked)(lambda knock: heard.append(knock.number))
    background.periodic(0.1)(called.set)
    at_work = worker.Worker()
    at_work.start()
    try:
        with transaction.atomic():
            events.publish(Knocked(1))
            ledger.append("tests.knock", "door", "an", {})
            background.defer("tests.note", number=5)
        assert soon(lambda: heard == [1])
        assert soon(lambda: ledger.verify().sealed_to == 1)
        assert soon(lambda: job == [5])
        assert called.wait(10)
        assert at_work.healthy()
    finally:
        at_work.stop()
    assert not at_work.healthy()
    with transaction.atomic():
        events.publish(Knocked(2))
    assert OutboxEvent.objects.filter(relayed_at=None).count() == 1


def test_the_worker_survives_the_loss_of_its_connections(empty_queue, job):
    heard: list[int] = []
    events.handles(Knocked)(lambda knock: heard.append(knock.number))
    at_work = worker.Worker()
    at_work.start()
    try:
        background.defer("tests.note", number=5)
        # Done and recorded as done: a job whose end was not recorded is rightly done once more.
        assert soon(lambda: job == [5] and "doing" not in statuses())
        with the_owner() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        with transaction.atomic():
            events.publish(Knocked(1))
            background.defer("tests.note", number=6)
        assert soon(lambda: heard == [1])
        assert soon(lambda: job == [5, 6])
    finally:
        at_work.stop()


def test_the_job_of_a_killed_worker_is_done_by_another(empty_queue, job, monkeypatch):
    background.defer("tests.note", number=9)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat)"
            " VALUES (now() - interval '1 hour') RETURNING id"
        )
        (dead,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [dead])
    background.run_waiting()
    assert job == []
    at_work = worker.Worker()
    at_work.start()
    try:
        assert soon(lambda: job == [9])
    finally:
        at_work.stop()
