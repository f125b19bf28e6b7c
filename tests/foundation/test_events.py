"""What happened is told to everyone who listens, once it is certain, and whoever else fails."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction

from motcua.foundation import background, clock, events
from motcua.foundation.models import HandlerRun, LedgerSeal, NumberSequence, OutboxEvent


@dataclass(frozen=True, slots=True)
class Rang:
    """A bell rang."""

    number: int
    at: datetime | None = None
    day: date | None = None
    places: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Echoed:
    number: int


def ring(*numbers: int) -> None:
    with transaction.atomic():
        for number in numbers:
            events.publish(Rang(number))


def jobs() -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text, attempts FROM procrastinate_jobs")
        return cursor.fetchall()


def due_now() -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")


def test_an_event_arrives_as_it_was_published(db):
    heard: list[Rang] = []
    events.handles(Rang)(heard.append)
    told = Rang(7, datetime(2026, 11, 22, 1, tzinfo=UTC), date(2026, 11, 22), ("a", "b"), "Đồng")
    events.publish(told)
    assert heard == []
    assert events.relay_once() == 1
    assert heard == [told]
    assert events.relay_once() == 0


def test_an_event_is_one_insert(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        events.publish(Rang(1), Rang(2))


def test_nothing_is_published_outside_a_transaction(transactional_db):
    with pytest.raises(RuntimeError):
        events.publish(Rang(1))


def test_what_was_rolled_back_is_not_told(db):
    heard: list[Rang] = []
    events.handles(Rang)(heard.append)
    with transaction.atomic():
        events.publish(Rang(1))
        transaction.set_rollback(True)
    assert events.relay_once() == 0
    assert heard == []


def test_an_event_that_nobody_hears_is_laid_aside(db):
    events.publish(Rang(1))
    assert events.relay_once() == 1
    assert not OutboxEvent.objects.filter(relayed_at=None).exists()


def test_events_published_by_a_handler_are_told_too(db):
    heard: list[Echoed] = []
    events.handles(Rang)(lambda rang: events.publish(Echoed(rang.number)))
    events.handles(Echoed)(heard.append)
    ring(1, 2)
    assert events.relay_all() == 4
    assert heard == [Echoed(1), Echoed(2)]


def test_one_failing_handler_stops_no_other_and_leaves_nothing_behind(no_jobs):
    heard: list[int] = []

    @events.handles(Rang)
    def fails(rang: Rang) -> None:
        NumberSequence.objects.create(key=f"half done {rang.number}", last=1)
        if rang.number == 2:
            raise ZeroDivisionError("bell")

    @events.handles(Rang)
    def hears(rang: Rang) -> None:
        heard.append(rang.number)

    ring(1, 2, 3)
    assert events.relay_once() == 3
    assert heard == [1, 2, 3]
    assert set(NumberSequence.objects.values_list("key", flat=True)) == {
        "half done 1",
        "half done 3",
    }
    (failed,) = events.failing()
    assert failed.event.payload["number"] == 2
    assert failed.error.startswith("ZeroDivisionError (test_events.py:")
    assert [(name, status) for name, status, _ in jobs()] == [("foundation.retry", "todo")]


def test_a_broken_reference_fails_its_handler_and_not_the_batch(db):
    """Foreign keys are checked at commit: unnoticed, one bad row would undo 500 deliveries."""

    @events.handles(Rang)
    def refers_to_nothing(rang: Rang) -> None:
        LedgerSeal.objects.create(
            position=rang.number, entry_id=-1, link=b"", sealed_at=clock.now()
        )

    heard: list[Rang] = []
    events.handles(Rang)(heard.append)
    ring(1)
    events.relay_once()
    assert len(heard) == 1
    assert len(events.failing()) == 1


def test_a_failed_handler_alone_is_run_again_until_it_succeeds(empty_queue):
    heard: list[str] = []
    broken = True

    @events.handles(Rang)
    def fails_at_first(rang: Rang) -> None:
        heard.append("first")
        if broken:
            raise RuntimeError

    @events.handles(Rang)
    def hears(rang: Rang) -> None:
        heard.append("second")

    ring(1)
    events.relay_once()
    due_now()
    background.run_waiting()
    assert heard == ["first", "second", "first"]
    ((_, status, attempts),) = jobs()
    assert (status, attempts) == ("todo", 1), "it is tried again later"
    broken = False
    due_now()
    background.run_waiting()
    assert heard == ["first", "second", "first", "first"]
    assert events.failing() == []
    assert jobs() == []


def test_a_handler_that_has_succeeded_is_not_run_by_a_late_retry(db):
    heard: list[Rang] = []
    events.handles(Rang)(heard.append)
    ring(1)
    events.relay_once()
    run = HandlerRun.objects.get()
    events.retry(run.event_id, run.handler)
    assert len(heard) == 1


def test_an_event_laid_back_is_told_only_to_those_who_missed_it(db):
    heard: list[Rang] = []
    events.handles(Rang)(heard.append)
    ring(1)
    events.relay_once()
    OutboxEvent.objects.update(relayed_at=None)
    assert events.relay_once() == 1
    assert len(heard) == 1


def test_two_relays_at_once_tell_each_event_once(transactional_db):
    heard: list[int] = []
    events.handles(Rang)(lambda rang: heard.append(rang.number))
    ring(*range(200))

    def relay() -> None:
        events.relay_once(limit=60)
        events.relay_once(limit=60)
        connection.close()

    threads = [threading.Thread(target=relay) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events.relay_all()
    assert sorted(heard) == list(range(200))


def test_a_slow_handler_does_not_hold_its_locks_for_a_whole_batch(db):
    events.handles(Rang)(lambda rang: None)
    ring(1, 2, 3)
    assert events.relay_once(seconds=-1) == 1
    assert events.relay_once() == 2


def test_an_older_event_takes_the_defaults_of_newer_fields(db):
    heard: list[Rang] = []
    events.handles(Rang)(heard.append)
    OutboxEvent.objects.create(
        name=events.name_of(Rang), payload={"number": 4, "gone": 1}, created_at=clock.now()
    )
    events.relay_once()
    assert heard == [Rang(4)]


def test_what_was_given_up_is_taken_up_again_after_an_hour(empty_queue):
    heard: list[int] = []
    broken = True

    @events.handles(Rang)
    def fails(rang: Rang) -> None:
        if broken:
            raise RuntimeError
        heard.append(rang.number)

    ring(1)
    events.relay_once()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
    assert events.take_up_again() == 0
    with clock.frozen(clock.now() + timedelta(hours=2)):
        assert events.take_up_again() == 1
    broken = False
    background.run_waiting()
    assert heard == [1]
    assert events.failing() == []


def test_old_events_are_removed_but_not_those_still_failing(db):
    @events.handles(Rang)
    def fails_on_two(rang: Rang) -> None:
        if rang.number == 2:
            raise RuntimeError

    ring(1, 2)
    events.relay_once()
    assert events.sweep() == 0
    with clock.frozen(clock.now() + timedelta(days=8)):
        assert events.sweep() == 1
    assert [e.payload["number"] for e in OutboxEvent.objects.all()] == [2]
