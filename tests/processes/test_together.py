"""Several people at once, on real transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connections

from motcua.processes import actions, queries
from motcua.processes.actions import Advanced
from motcua.processes.errors import WorkItemGone
from motcua.processes.models import ProcessInstance, WorkItem
from tests.processes.conftest import NOW, make_agency, names
from tests.processes.drawing import END, START, line, node, process, step

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(calls: list[Callable[[], Advanced]]) -> list[Advanced | Exception]:
    """Each call in its own thread and connection, all let go at the same moment."""
    gate = threading.Barrier(len(calls))
    results: list[Advanced | Exception | None] = [None] * len(calls)

    def run(index: int) -> None:
        gate.wait()
        try:
            results[index] = calls[index]()
        except Exception as error:
            results[index] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [result for result in results if result is not None]


def test_of_two_officers_finishing_one_step_one_is_told_it_is_gone() -> None:
    agency = make_agency("H37.105")
    ways = ["yes", "no"]
    text = process(
        START,
        END,
        step("first", outcomes=ways),
        step("next"),
        line("start", "first", "next", "end"),
    )
    version = actions.publish("test", text, NOW)
    for subject in range(1, 9):
        [item] = actions.start(version.pk, subject, agency.pk, {}, {}, NOW).items
        results = at_once(
            [
                lambda way=way, item=item: actions.complete(item.pk, way, None, {}, NOW)
                for way in ways
            ]
        )
        won = [result for result in results if isinstance(result, Advanced)]
        lost = [result for result in results if isinstance(result, WorkItemGone)]
        assert (len(won), len(lost)) == (1, 1), results
        assert won[0].completed is not None
        told = WorkItem.objects.get(pk=item.pk)
        assert (told.state, told.outcome) == ("done", won[0].completed.outcome)
        assert names(queries.open_items(subject)) == ["next"]


def test_two_branches_finished_at_once_open_the_last_step_once() -> None:
    agency = make_agency("H37.105")
    text = process(
        START,
        END,
        node("parallelGateway", "split"),
        step("left"),
        step("right"),
        node("parallelGateway", "join"),
        step("last"),
        line("start", "split", "left", "join", "last", "end"),
        line("split", "right", "join"),
    )
    version = actions.publish("test", text, NOW)
    for subject in range(1, 9):
        items = actions.start(version.pk, subject, agency.pk, {}, {}, NOW).items
        results = at_once(
            [lambda item=item: actions.complete(item.pk, "done", None, {}, NOW) for item in items]
        )
        assert all(isinstance(result, Advanced) for result in results), results
        assert names(queries.open_items(subject)) == ["last"]
        assert ProcessInstance.objects.get(subject=subject).state == "running"
