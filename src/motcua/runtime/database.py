"""The database of a command: which one, whether it runs, whether its tables are of this version.

`DATABASE_URL` names it. When that is unset it is the embedded PostgreSQL in `MOTCUA_HOME`, which
is started for the command if nobody else has, brought to this version, and stopped at the end by
whoever leaves last.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from motcua.runtime.environment import home_folder
from motcua.runtime.errors import CannotStart
from motcua.runtime.postgres import Cluster, cluster_of

OLDEST = 150000  # server_version of the oldest PostgreSQL that the tests pass on
_MIGRATIONS_LOCK = 0x6D6F74637561  # "motcua": one migrates, the others wait and find it done


@dataclass(frozen=True, slots=True)
class Server:
    """A running PostgreSQL: its `DATABASE_URL`, and the cluster when it is the embedded one."""

    url: str
    cluster: Cluster | None


@contextmanager
def server() -> Iterator[Server]:
    """A running server, its URL set in the environment while inside, so that child processes find
    the same. Nothing is said of its tables. Raises `CannotStart`."""
    if given := os.environ.get("DATABASE_URL"):
        _reach(given)
        yield Server(given, None)
        return
    home = home_folder()
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{home} cannot be made: {error.strerror}.") from error
    cluster = cluster_of(home)
    with cluster.in_use():
        os.environ["DATABASE_URL"] = cluster.url
        try:
            yield Server(cluster.url, cluster)
        finally:
            del os.environ["DATABASE_URL"]


@contextmanager
def database(migrate: bool = False) -> Iterator[None]:
    """Django, set up on a running database whose tables are of this version.

    The embedded database is brought to this version without asking. One that `DATABASE_URL` names
    is somebody's to look after: there the tables are made only when `migrate` is True, and
    `CannotStart` says what to run otherwise.
    """
    with server() as running:
        set_up()
        from django.db import connections

        from motcua.foundation import sight

        try:
            if behind():
                if running.cluster is None and not migrate:
                    raise CannotStart(
                        "The database that DATABASE_URL names is not of this version."
                        " Run: motcua migrate"
                    )
                bring_to_this_version()
            with sight.seeing(sight.EVERYTHING):  # commands are the operator's
                yield
        finally:
            connections.close_all()
            if hasattr(connections["default"], "close_pool"):
                connections["default"].close_pool()


def settle_restored() -> None:
    """What a database needs after a restore: tables of this version, and whatever migrating puts
    in place besides, since a dump carries no privileges. Inside `server()`."""
    set_up()
    from django.db import connections

    try:
        bring_to_this_version()
    finally:
        connections.close_all()
        if hasattr(connections["default"], "close_pool"):
            connections["default"].close_pool()


def _reach(url: str) -> None:
    """Raises `CannotStart` with the server's own words when it does not let us in: the connection
    pool would only say, after a while, that it got no connection."""
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise CannotStart(f"The database of DATABASE_URL: {error}".strip()) from error
    if version < OLDEST:
        raise CannotStart(
            f"The database of DATABASE_URL is PostgreSQL {version // 10000};"
            f" {OLDEST // 10000} or newer is needed."
        )


def set_up() -> None:
    """Django, in this process. The environment must already name the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
    import django

    django.setup()


def behind() -> bool:
    """Whether a migration of this version has not been applied, or the second wall does not stand
    (it comes with no backup). A few queries, as the owner, and a look at file names: Django's own
    answer loads every migration (0.3 s)."""
    from django.apps import apps
    from django.db import ProgrammingError, connection

    from motcua.foundation import row_security
    from motcua.runtime.owner import as_owner

    shipped = {
        (config.label, path.stem)
        for config in apps.get_app_configs()
        for path in Path(config.path, "migrations").glob("*.py")
        if re.match(r"\d", path.name)
    }
    try:
        with as_owner():
            with connection.cursor() as cursor:
                cursor.execute("SELECT app, name FROM django_migrations")
                applied = set(cursor.fetchall())
            return not shipped <= applied or not row_security.stands()
    except ProgrammingError:
        return True  # no such table: an empty database


def bring_to_this_version() -> None:
    """Apply the migrations. Two processes at once: one does, the other waits."""
    from django.core.management import call_command
    from django.db import connection

    from motcua.runtime.owner import as_owner

    with as_owner():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATIONS_LOCK])
        try:
            call_command("migrate", interactive=False, verbosity=0)
        finally:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATIONS_LOCK])
