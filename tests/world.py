"""The demonstration world as a database of its own, for the tests of the rooms that need all of it.

The world is loaded once a session into a template database; tests play in a copy. A test that
needs nothing committed rolls back (`django_db` with `world`); one with threads, jobs or servers of
its own takes `committed`, after which the copy is made anew. With `--reuse-db` the template is kept
until the demonstration or a migration changes.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings
from django.db import connection, connections

from .serving import serve

if TYPE_CHECKING:
    from pytest_django import DjangoDbBlocker

# Monday 23 November 2026, 08:00 in Vietnam: everybody is at work.
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
SOURCES = Path(__file__).resolve().parents[1] / "src" / "motcua"
WORLD = (
    *("demo/**/*", "*/data/*", "processes/templates/*", "*/migrations/*.py"),
    *("*/guarded.py", "foundation/row_security.py"),
)


@dataclass(frozen=True, slots=True)
class Databases:
    """The names of the test database, the loaded template, and the copy that is played in."""

    empty: str
    template: str
    copy: str


def _digest() -> str:
    """What the world is made of: another digest, another world."""
    whole = sha256()
    for pattern in WORLD:
        for path in sorted(SOURCES.glob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                whole.update(path.name.encode() + path.read_bytes())
    return whole.hexdigest()


def _leave() -> None:
    """Close every connection of this thread and the pool behind them."""
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


@contextmanager
def _maintenance() -> Iterator[Any]:
    """A cursor outside every database of the tests."""
    with connection._nodb_cursor() as cursor:  # type: ignore[attr-defined] # what Django's own tests use
        yield cursor


def _switch(name: str) -> None:
    """Let every thread of this process use the database `name` from now on."""
    _leave()
    connections["default"].settings_dict["NAME"] = name
    settings.DATABASES["default"]["NAME"] = name
    forget()


def forget() -> None:
    """Drop what the process remembers of versions and agencies: ids mean other things now."""
    from django.contrib.contenttypes.models import ContentType

    from motcua.agencies import cache
    from motcua.catalogue import queries as catalogue
    from motcua.doors import addresses
    from motcua.dossiers import places
    from motcua.forms import engine as forms
    from motcua.foundation import personal_fields
    from motcua.processes import picture
    from motcua.processes.engine import version as processes

    cache.forget()
    catalogue.version.cache_clear()
    catalogue.forget_in_force()
    forms._of_version.cache_clear()
    for kept in (processes.compiled, picture._layout):
        if hasattr(kept, "cache_clear"):
            kept.cache_clear()
    addresses._lists.clear()
    places.name_of.cache_clear()
    places._communes.cache_clear()
    ContentType.objects.clear_cache()
    personal_fields.forget()


def _copy(source: str, target: str) -> None:
    _leave()
    with _maintenance() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{target}" WITH (FORCE)')
        cursor.execute(f'CREATE DATABASE "{target}" TEMPLATE "{source}"')


def _comment(name: str) -> str:
    with _maintenance() as cursor:
        cursor.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            [name],
        )
        row = cursor.fetchone()
    return (row[0] or "") if row else ""


@pytest.fixture(scope="session")
def world_databases(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, request: pytest.FixtureRequest
) -> Iterator[Databases]:
    """The template with the demonstration in it, and a first copy."""
    from motcua.demo import load
    from motcua.foundation import clock

    empty = connection.settings_dict["NAME"]
    names = Databases(empty, f"{empty}_world", f"{empty}_play")
    with django_db_blocker.unblock():
        digest = _digest()
        if _comment(names.template) != digest:
            _copy(empty, names.template)
            _switch(names.template)
            with clock.frozen(NOW):
                load.load(NOW)
            _switch(empty)
            with _maintenance() as cursor:
                cursor.execute(f"COMMENT ON DATABASE \"{names.template}\" IS '{digest}'")
        _copy(names.template, names.copy)
    yield names
    with django_db_blocker.unblock():
        _switch(empty)
        dropped = [names.copy]
        if not request.config.getvalue("reuse_db"):
            dropped.append(names.template)
        with _maintenance() as cursor:
            for name in dropped:
                cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The sandbox servers of the session: their addresses and where they keep things."""

    eid: str
    population: str
    bank: str
    tsa: str
    national: str
    home: Path
    renew: Callable[[], None]
    """Forget what was told to the population database and the National Portal."""


@pytest.fixture(scope="session")
def neighbours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neighbours]:
    """Every outside system, really served, in threads of this process."""
    from sandbox.bank.app import make_app as make_bank
    from sandbox.common.server import Place
    from sandbox.eid.app import make_app as make_eid
    from sandbox.national.app import make_app as make_national
    from sandbox.population.app import make_app as make_population
    from sandbox.tsa.app import Server

    home = tmp_path_factory.mktemp("neighbours")
    nowhere = "http://127.0.0.1:9"
    remaking: list[Callable[[], None]] = []

    def folder(name: str) -> Path:
        return tmp_path_factory.mktemp(name)

    def renewable(url: str, make: Callable[[str], Any]) -> Any:
        """An application that can be made anew behind its address."""
        current = [make(url)]

        def renew() -> None:
            current[0] = make(url)

        remaking.append(renew)
        return lambda environ, begin: current[0](environ, begin)

    with ExitStack() as stack:

        def start(make: Callable[[str], Any]) -> str:
            return stack.enter_context(serve(make))

        def start_renewable(name: str, make: Callable[[Place], Any]) -> str:
            return start(
                lambda url: renewable(url, lambda again: make(Place(again, 0, folder(name))))
            )

        yield Neighbours(
            eid=start(lambda url: make_eid(Place(url, 0, home))),
            population=start_renewable("population", make_population),
            bank=start(lambda url: make_bank(Place(url, 0, folder("bank")), nowhere)),
            tsa=start(lambda url: Server(settings.ENV.home / "sandbox" / "tsa", url)),
            national=start_renewable("national", lambda place: make_national(place, nowhere)),
            home=home,
            renew=lambda: [renew() for renew in remaking] and None,
        )


@pytest.fixture(scope="module")
def world(
    world_databases: Databases, neighbours: Neighbours, django_db_blocker: DjangoDbBlocker
) -> Iterator[Databases]:
    """This module's tests see the demonstration world, at `NOW`, with its neighbours."""
    from motcua.doors.portal import eid
    from motcua.foundation import clock

    before = settings.ENV
    neighbours.renew()
    with django_db_blocker.unblock():
        _switch(world_databases.copy)
    settings.ENV = replace(
        before,
        eid_url=neighbours.eid,
        population_url=neighbours.population,
        bank_url=neighbours.bank,
        tsa_url=neighbours.tsa,
        national_url=neighbours.national,
    )
    eid.client.cache_clear()
    with clock.frozen(NOW):
        yield world_databases
    eid.client.cache_clear()
    settings.ENV = before
    with django_db_blocker.unblock():
        _switch(world_databases.empty)


@pytest.fixture
def committed(world: Databases, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """What this test writes is really committed, and gone when it ends."""
    with django_db_blocker.unblock():
        yield
        _copy(world.template, world.copy)
        forget()


def run_jobs() -> int:
    """Run the jobs that wait, those of the open transaction too; how many. A worker would run them
    on connections of its own (`background.run_waiting`), which see only what is committed."""
    from motcua.foundation import background

    background.discover()
    count = 0
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "DELETE FROM procrastinate_jobs WHERE id = (SELECT min(id) FROM procrastinate_jobs"
                " WHERE status = 'todo') RETURNING task_name, args"
            )
            row = cursor.fetchone()
        if row is None:
            return count
        name, arguments = row
        function, _ = background._tasks[name]
        function(**(json.loads(arguments) if isinstance(arguments, str) else arguments))
        count += 1


def settle() -> None:
    """Let everything follow that follows: events are handled, jobs run, until nothing waits. A
    handler that failed fails the test."""
    from motcua.foundation import events
    from motcua.foundation.models import HandlerRun

    while events.relay_all() or run_jobs():
        failed = HandlerRun.objects.filter(state=events.FAILED).first()
        assert failed is None, f"{failed.handler}: {failed.error}"


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all the acts at the same moment, each in a thread with a connection of its own. What each
    gave, an exception included, in their order."""
    gate = threading.Barrier(len(acts))
    found: list[Any] = [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            found[place] = act()
        except Exception as error:
            found[place] = error
        finally:
            connection.close()

    threads = [
        threading.Thread(target=copy_context().run, args=(run, *pair)) for pair in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found
