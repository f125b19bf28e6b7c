"""The embedded cluster comes back as it was at a moment, from a base copy and its archived log."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from motcua.runtime import binaries
from motcua.runtime.postgres import PORT, USER, Cluster, cluster_of
from tests.runtime.conftest import wait_for

pytestmark = pytest.mark.long


@pytest.fixture
def place() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="motcua-pitr-"))
    folder.chmod(0o755)  # the server's user goes through it
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def words(cluster: Cluster) -> list[str]:
    with psycopg.connect(cluster.url) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM kept ORDER BY word")]


def say(cluster: Cluster, word: str) -> None:
    with psycopg.connect(cluster.url) as connection:
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def test_a_mistake_is_undone_by_going_back_before_it(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive, base = place / "archive", place / "base"
    monkeypatch.setenv("MOTCUA_WAL_ARCHIVE", str(archive))
    cluster = cluster_of(place / "home")
    user = binaries.server_user()
    try:
        with cluster.in_use():
            with psycopg.connect(cluster.url) as connection:
                connection.execute("CREATE TABLE kept (word text)")
            say(cluster, "trước bản gốc")
            base.mkdir(mode=0o700)
            user.own(base)
            where = ["-h", cluster.socket_folder, "-p", str(PORT), "-U", USER]
            subprocess.run(
                [binaries.programs() / "pg_basebackup", *where, "-D", base, "-c", "fast"],
                check=True,
                cwd="/",
                env={k: v for k, v in os.environ.items() if not k.startswith("PG")},
                **user.popen,
            )
            say(cluster, "sau bản gốc")
            time.sleep(1.1)
            with psycopg.connect(cluster.url, autocommit=True) as connection:
                row = connection.execute("SELECT now()").fetchone()
                assert row is not None
                moment = row[0]
            time.sleep(1.1)
            say(cluster, "nhầm")
            with psycopg.connect(cluster.url, autocommit=True) as connection:
                row = connection.execute("SELECT pg_walfile_name(pg_switch_wal())").fetchone()
            assert row is not None
            wait_for(lambda: (archive / row[0]).exists())
            assert words(cluster) == ["nhầm", "sau bản gốc", "trước bản gốc"]
        # Back: the base copy in the cluster's place, and what to replay, up to when.
        shutil.rmtree(cluster.data)
        with (base / "postgresql.auto.conf").open("a") as settings:
            settings.write(f'restore_command = \'cp "{archive}/%f" "%p"\'\n')
            settings.write(f"recovery_target_time = '{moment.isoformat()}'\n")
            settings.write("recovery_target_action = 'promote'\n")
        (base / "recovery.signal").touch()
        user.own(base / "recovery.signal")
        base.rename(cluster.data)
        monkeypatch.delenv("MOTCUA_WAL_ARCHIVE")
        with cluster.in_use():
            wait_for(lambda: not recovering(cluster))
            assert words(cluster) == ["sau bản gốc", "trước bản gốc"]
    finally:
        cluster.destroy()


def recovering(cluster: Cluster) -> bool:
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
    return bool(row and row[0])
