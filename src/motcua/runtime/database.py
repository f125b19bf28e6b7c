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
from pathlib import Path

from motcua.runtime.environment import home_folder
from motcua.runtime.errors import CannotStart
from motcua.runtime.postgres import Cluster, cluster_of

_MIGRATIONS_LOCK = 0x6D6F74637561  # "motcua": one migrates, the others wait and find it done


@contextmanager
def server() -> Iterator[str]:
    """The `DATABASE_URL` of a running server; set in the environment while inside, so that child
    processes find the same. Nothing is said of its tables. Raises `CannotStart`."""
    if given := os.environ.get("DATABASE_URL"):
        yield given
        return
    cluster: Cluster = cluster_of(home_folder())
    with cluster.in_use():
        os.environ["DATABASE_URL"] = cluster.url
        try:
            yield cluster.url
        finally:
            del os.environ["DATABASE_URL"]


@contextmanager
def database(migrate: bool = False) -> Iterator[None]:
    """Django, set up on a running database whose tables are of this version.

    The embedded database is brought to this version without asking. One that `DATABASE_URL` names
    is somebody's to look after: there the tables are made only when `migrate` is True, and
    `CannotStart` says what to run otherwise.
    """
    ours = not os.environ.get("DATABASE_URL")
    with server():
        set_up()
        from django.db import connections

        try:
            if behind():
                if not (ours or migrate):
                    raise CannotStart(
                        "The database that DATABASE_URL names is not of this version."
                        " Run: motcua migrate"
                    )
                bring_to_this_version()
            yield
        finally:
            connections.close_all()
            if hasattr(connections["default"], "close_pool"):
                connections["default"].close_pool()


def set_up() -> None:
    """Django, in this process. The environment must already name the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "motcua.runtime.settings")
    import django

    django.setup()


def behind() -> bool:
    """Whether a migration of this version has not been applied. One query and a look at file
    names: Django's own answer loads every migration (0.3 s)."""
    from django.apps import apps
    from django.db import OperationalError, ProgrammingError, connection

    shipped = {
        (config.label, path.stem)
        for config in apps.get_app_configs()
        for path in Path(config.path, "migrations").glob("*.py")
        if re.match(r"\d", path.name)
    }
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT app, name FROM django_migrations")
            return not shipped <= set(cursor.fetchall())
    except ProgrammingError:
        return True  # no such table: an empty database
    except OperationalError as error:
        raise CannotStart(f"The database does not answer: {error}".strip()) from error


def bring_to_this_version() -> None:
    """Apply the migrations. Two processes at once: one does, the other waits."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_MIGRATIONS_LOCK])
    try:
        call_command("migrate", interactive=False, verbosity=0)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_MIGRATIONS_LOCK])
