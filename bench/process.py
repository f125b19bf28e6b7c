"""How many steps of processes one web process can finish and store in a second.

`python -m bench.process [--seconds 10] [--threads 4]` prints one JSON line per figure. Without
`DATABASE_URL` it starts a PostgreSQL of its own with the settings of production (fsync on) and
removes it afterwards; with it, it makes and drops a database on that server, and `fsync` says how
that server is set.

A transition is what an action does to its process: lock and load the instance, finish one item,
store the state and the next items, append to the ledger, publish to the outbox, commit. The floor
is the same statements, of the same sizes, with nothing in between; `plain_commits` are single
INSERTs, each committed: what the disk alone allows.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
PROCESS = "khai_sinh"
BOUND = 150
LARGEST_STATE = 12_000
_UUID = re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class BenchStepDone:
    """Stands in for the event that the dossiers publish with every step."""

    subject: int
    item_ids: list[int]


@contextmanager
def server() -> Iterator[None]:
    """A PostgreSQL to measure on: the given one, or a durable one of our own."""
    if os.environ.get("DATABASE_URL"):
        yield
        return
    from motcua.runtime.postgres import cluster_of

    with tempfile.TemporaryDirectory(prefix="motcua-bench-") as home:
        os.environ["MOTCUA_HOME"] = home
        cluster = cluster_of(Path(home))
        with cluster.in_use():
            os.environ["DATABASE_URL"] = cluster.url
            yield
        cluster.destroy()


@contextmanager
def database() -> Iterator[None]:
    """An empty database with all tables, dropped afterwards."""
    import django
    from django.conf import settings
    from django.db import connection, connections

    settings.DATABASES["default"]["TEST"] = {"NAME": f"bench_process_{os.getpid()}"}
    django.setup()
    from motcua.runtime.owner import as_owner

    old = settings.DATABASES["default"]["NAME"]
    with as_owner():
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        with connection.cursor() as cursor:  # the house itself may make no tables
            cursor.execute("CREATE TABLE bench_plain (id bigserial PRIMARY KEY, said text)")
            cursor.execute("GRANT ALL ON bench_plain, bench_plain_id_seq TO PUBLIC")
    try:
        yield
    finally:
        connections.close_all()
        with as_owner():
            connection.creation.destroy_test_db(old, verbosity=0)


def measure(work: Callable[[random.Random], int], seconds: float, threads: int) -> float:
    """How many units a second `work` does in that many threads; it returns how many it did."""
    from django.db import connection

    done = [0] * threads
    failed: list[BaseException] = []
    stop = time.perf_counter() + seconds

    def run(index: int) -> None:
        chance = random.Random(index)
        try:
            while time.perf_counter() < stop and not failed:
                done[index] += work(chance)
        except BaseException as error:
            failed.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=run, args=(index,)) for index in range(threads)]
    start = time.perf_counter()
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if failed:
        raise failed[0]
    return sum(done) / (time.perf_counter() - start)


class Bench:
    """One agency, one published process, and subjects counted from 1."""

    def __init__(self) -> None:
        from django.db.backends.postgresql.psycopg_any import DateRange

        from motcua.agencies.models import Agency, Kind
        from motcua.processes import actions

        text = (files("motcua.demo") / "data" / "processes" / f"{PROCESS}.bpmn").read_text()
        self.agency = Agency.objects.create(
            code="H37.105",
            name="UBND xã",
            kind=Kind.COMMUNE,
            realm="H37",
            sort_key="",
            valid=DateRange(date(2025, 7, 1), None),
            source="bench",
        ).pk
        self.version = actions.publish(PROCESS, text, NOW).pk
        self.lock = threading.Lock()
        self.subject = 0
        self.largest_state = 0

    def next_subject(self) -> int:
        with self.lock:
            self.subject += 1
            return self.subject

    def start(self, chance: random.Random) -> int:
        """Start one process."""
        from django.db import transaction

        from motcua.processes import actions

        with transaction.atomic():
            actions.start(self.version, self.next_subject(), self.agency, {}, {}, NOW)
        return 1

    def walk(self, chance: random.Random) -> int:
        """Start one process (not counted in time worth speaking of) and finish all its steps."""
        from motcua.processes import actions

        way = chance.choice(["online", "counter"])
        variables = {"way": way, "decision": "grant"}
        subject = self.next_subject()
        items = actions.start(self.version, subject, self.agency, {}, variables, NOW).items
        steps = 0
        while items:
            item = items[0]
            outcome = chance.choice(item.outcomes)["key"] if steps < 12 else item.outcomes[0]["key"]
            items = self.transition(item.pk, subject, outcome, variables)
            steps += 1
        return steps

    def transition(self, item: int, subject: int, outcome: str, variables: Any) -> list[Any]:
        """One step finished and stored, with the ledger and the outbox, in one transaction."""
        from django.db import transaction

        from motcua.foundation import events, ledger
        from motcua.processes import actions

        with transaction.atomic():
            advanced = actions.complete(item, outcome, None, variables, NOW)
            ledger.append("bench.step", str(subject), "bench", {"outcome": outcome})
            events.publish(BenchStepDone(subject, [opened.pk for opened in advanced.opened]))
        assert advanced.completed is not None
        state = advanced.completed.instance.engine_state
        self.largest_state = max(self.largest_state, len(json.dumps(state)))
        return advanced.opened

    def think(self, chance: random.Random) -> int:
        """The same walk in memory: no database, but the state written and read at each step."""
        from motcua.processes.engine import Context, Run, compiled

        process = compiled(self.version)
        context = Context(NOW, {"way": "online", "decision": "grant"}, lambda node: NOW)
        run = Run(process, context, None)
        state = run.save()
        steps = 0
        while opened := run.open_steps():
            serial, step = next(iter(opened.items()))
            assert step.node.step is not None
            run = Run(process, context, json.loads(json.dumps(state)))
            run.complete(serial, step.node.step.outcomes[0].key)
            state = run.save()
            steps += 1
        return steps


class Floor:
    """The statements of `Bench.transition`, taken from a real one, with nothing in between."""

    def __init__(self, bench: Bench) -> None:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        from motcua.processes import actions

        self.bench = bench
        subject = bench.next_subject()
        [item] = actions.start(bench.version, subject, bench.agency, {}, {}, NOW).items
        with CaptureQueriesContext(connection) as captured:
            bench.transition(item.pk, subject, "accept", {"way": "online", "decision": ""})
        said = [query["sql"] for query in captured.captured_queries]
        quiet = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
        self.statements = [sql for sql in said if not sql.startswith(quiet)]
        self.old = (subject, item.pk, item.instance_id)
        self.ready = threading.local()

    def transition(self, chance: random.Random) -> int:
        """The statements once, on rows of this thread's own, in one transaction."""
        from uuid import uuid4

        from django.db import connection, transaction

        from motcua.processes import actions

        if not hasattr(self.ready, "rows"):
            subject = self.bench.next_subject()
            [item] = actions.start(
                self.bench.version, subject, self.bench.agency, {}, {}, NOW
            ).items
            self.ready.rows = (subject, item.pk, item.instance_id)
        _, item_id, instance_id = self.ready.rows
        with transaction.atomic(), connection.cursor() as cursor:
            for sql in self.statements:
                cursor.execute(self.own(sql, item_id, instance_id, str(uuid4())))
        return 1

    def own(self, sql: str, item_id: int, instance_id: int, fresh: str) -> str:
        """The statement for other rows: only keys change, never its length by much."""
        _, old_item, old_instance = self.old
        if sql.startswith('INSERT INTO "processes_workitem"'):
            return _UUID.sub(fresh, sql).replace(
                f"VALUES ({old_instance},", f"VALUES ({instance_id},"
            )
        sql = sql.replace(f'"id" = {old_item}', f'"id" = {item_id}')
        return sql.replace(f'"id" = {old_instance}', f'"id" = {instance_id}')


class Plain:
    """The least that a stored transition can be: one INSERT of one row, committed."""

    def commit(self, chance: random.Random) -> int:
        """One row in a transaction of its own."""
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO bench_plain (said) VALUES (%s)", [str(chance.random())])
        return 1


def main() -> None:
    parser = argparse.ArgumentParser(description="Process transitions per second")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--threads", type=int, default=4)
    given = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
    with server(), database():
        report(given.seconds, given.threads)


def report(seconds: float, threads: int) -> None:
    """Measure and print."""
    from django.db import connection

    bench = Bench()
    floor = Floor(bench)
    plain = Plain()
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        [fsync] = cursor.fetchone()
    bench.walk(random.Random(0))
    transitions = measure(bench.walk, seconds, threads)
    alone = measure(bench.walk, seconds, 1)
    lowest = measure(floor.transition, seconds, threads)
    commits = measure(plain.commit, seconds, threads)
    shared = {"bench": "process", "threads": threads, "fsync": fsync}

    def tell(**values: Any) -> None:
        print(json.dumps({**shared, **values}), flush=True)

    tell(
        name="transitions_per_second",
        value=round(transitions, 1),
        bound=BOUND,
        ok=transitions >= BOUND,
        floor=round(lowest, 1),
        ratio=round(transitions / lowest, 3),
        plain_commits=round(commits, 1),
        plain_ratio=round(transitions / commits, 3),
        statements=len(floor.statements),
    )
    tell(name="transitions_per_second", value=round(alone, 1), threads=1)
    tell(name="starts_per_second", value=round(measure(bench.start, seconds, threads), 1))
    tell(
        name="engine_transitions_per_second",
        value=round(measure(bench.think, seconds / 2, 1), 1),
        threads=1,
    )
    tell(
        name="largest_state_bytes",
        value=bench.largest_state,
        bound=LARGEST_STATE,
        ok=bench.largest_state < LARGEST_STATE,
    )


if __name__ == "__main__":
    main()
