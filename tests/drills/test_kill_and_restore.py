"""A house under load whose programs are killed, and which is then brought back from its backup:
nothing that was acknowledged is missing from the ledger, and the ledger is the same elsewhere."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from bench import submit
from journey.house import MOTCUA, House
from motcua.runtime.postgres import Cluster, cluster_of

pytestmark = pytest.mark.long

CLIENTS = 4
HEALED = 90.0  # seconds in which a house must answer again after a kill


class Filer(threading.Thread):
    """Files without a pause on one connection after the other, and keeps what was acknowledged.
    Whatever breaks before the answer was read is not: it may or may not have been filed."""

    def __init__(self, port: int, requests: list[bytes], number: int) -> None:
        super().__init__(daemon=True)
        self.acknowledged: list[str] = []
        self.broken = 0
        self._port, self._requests, self._number = port, requests, number
        self.ended = threading.Event()

    def run(self) -> None:
        turn = self._number
        while not self.ended.is_set():
            try:
                with socket.create_connection(("127.0.0.1", self._port), timeout=30) as wire:
                    while not self.ended.is_set():
                        turn += CLIENTS
                        self._file(wire, turn)
            except (OSError, IndexError, ValueError):
                self.broken += 1
                time.sleep(0.2)

    def _file(self, wire: socket.socket, turn: int) -> None:
        key = f"drill-{self._number}-{turn}-{time.monotonic_ns()}".encode()
        wire.settimeout(30)
        wire.sendall(self._requests[turn % len(self._requests)].replace(b"%KEY%", key, 1))
        head, body = _answer(wire)
        if head.split(b" ", 2)[1] == b"201":
            self.acknowledged.append(json.loads(body)["number"])
        else:
            self.broken += 1


def _answer(wire: socket.socket) -> tuple[bytes, bytes]:
    """An answer, whole. Raises ValueError when the connection ends before it does."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(wire)
    head, _, body = data.partition(b"\r\n\r\n")
    found = re.search(rb"content-length: (\d+)", head, re.IGNORECASE)
    while len(body) < (int(found.group(1)) if found else 0):
        body += _more(wire)
    return head, body


def _more(wire: socket.socket) -> bytes:
    chunk = wire.recv(65536)
    if not chunk:
        raise ValueError("cut off")
    return chunk


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    """A whole demonstration of this drill's own."""
    with House() as running:
        yield running


@pytest.fixture(scope="module")
def requests(house: House) -> list[bytes]:
    return submit.requests(house)


def filing(house: House, requests: list[bytes]) -> list[Filer]:
    filers = [Filer(house.port, requests, number) for number in range(CLIENTS)]
    for one in filers:
        one.start()
    return filers


def stop(filers: list[Filer]) -> list[str]:
    """What was acknowledged in all."""
    for one in filers:
        one.ended.set()
    for one in filers:
        one.join(60)
    return [number for one in filers for number in one.acknowledged]


def wait_until(done: object, what: str, seconds: float = HEALED) -> None:
    deadline = time.monotonic() + seconds
    while not done():  # type: ignore[operator]
        assert time.monotonic() < deadline, f"{what} did not happen within {seconds:.0f} s"
        time.sleep(0.2)


def kill(house: House, what: str) -> None:
    """kill -9 of the web server, the worker, or PostgreSQL's first process."""
    if what == "postgres":
        cluster = cluster_of(house.home)
        pid = int((cluster.data / "postmaster.pid").read_text().split("\n", 1)[0])
        os.kill(pid, signal.SIGKILL)
        return
    assert house._process is not None
    found = [
        one
        for one in psutil.Process(house._process.pid).children(recursive=True)
        if runs(one, what)
    ]
    assert found, f"there is no {what}"
    for one in found:
        one.kill()


def runs(process: psutil.Process, what: str) -> bool:
    """Whether it is the web server or the worker. One that has just ended is neither."""
    try:
        said = " ".join(process.cmdline())
    except psutil.Error:
        return False
    return f"motcua.runtime.{what}" in said or said.startswith(f"motcua {what}")


def ledger(cluster: Cluster) -> dict[int, tuple[object, ...]]:
    """Every sealed entry by its position, with its link."""
    with psycopg.connect(cluster.url) as connection:
        rows = connection.execute(
            "SELECT s.position, s.link, e.id, e.kind, e.subject, e.actor, e.at, e.body, e.digest"
            " FROM foundation_ledgerseal s JOIN foundation_ledgerentry e ON e.id = s.entry_id"
        ).fetchall()
    return {row[0]: tuple(row[1:]) for row in rows}


def filed(cluster: Cluster) -> set[str]:
    """The dossiers whose filing is in the ledger."""
    with psycopg.connect(cluster.url) as connection:
        rows = connection.execute("SELECT DISTINCT subject FROM foundation_ledgerentry").fetchall()
    return {row[0] for row in rows}


def unsealed(cluster: Cluster) -> int:
    with psycopg.connect(cluster.url) as connection:
        row = connection.execute("SELECT count(*) FROM foundation_ledgerpending").fetchone()
    return int(row[0]) if row else 0


def command(environment: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [MOTCUA, *words], env=environment, capture_output=True, text=True, check=False, timeout=600
    )


def test_what_was_acknowledged_is_in_the_ledger_whatever_is_killed(
    house: House, requests: list[bytes]
) -> None:
    cluster = cluster_of(house.home)
    filers = filing(house, requests)
    try:
        for what in ("web", "worker", "postgres", "web", "postgres"):
            before = sum(len(one.acknowledged) for one in filers)
            wait_until(
                lambda enough=before + 20: sum(len(f.acknowledged) for f in filers) >= enough,
                f"filing before {what} is killed",
            )
            kill(house, what)
        before = sum(len(one.acknowledged) for one in filers)
        wait_until(
            lambda: sum(len(f.acknowledged) for f in filers) >= before + 20, "filing at the end"
        )
    finally:
        acknowledged = stop(filers)
    assert sum(one.broken for one in filers) > 0, "the kills were felt"
    assert len(set(acknowledged)) == len(acknowledged)
    missing = set(acknowledged) - filed(cluster)
    assert missing == set()
    wait_until(lambda: unsealed(cluster) == 0, "sealing")
    verified = command(house.environment(), "ledger", "verify", "--json")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert json.loads(verified.stdout)["ok"]


def test_a_backup_taken_under_load_comes_back_with_the_same_ledger(
    house: House, requests: list[bytes]
) -> None:
    """Streaming, sealed, of one moment: what was acknowledged before it began is in it, the chain
    verifies, and it is the beginning of the chain that went on."""
    scratch = Path(tempfile.mkdtemp(prefix="motcua-drill-"))
    other = scratch / "other"
    other.mkdir()
    environment = house.environment() | {"MOTCUA_BACKUP_KEY": str(scratch / "backup.key")}
    elsewhere = environment | {"MOTCUA_HOME": str(other)}
    filers = filing(house, requests)
    try:
        wait_until(lambda: sum(len(f.acknowledged) for f in filers) >= 20, "filing")
        certain = {number for one in filers for number in one.acknowledged}
        done = command(environment, "backup", str(scratch / "state"), "--json")
        assert done.returncode == 0, done.stderr
        stop(filers)
        wait_until(lambda: unsealed(cluster_of(house.home)) == 0, "sealing")
        before = ledger(cluster_of(house.home))
        restored = command(elsewhere, "restore", str(scratch / "state"), "--json")
        assert restored.returncode == 0, restored.stderr
        verified = command(elsewhere, "ledger", "verify", "--json")
        assert verified.returncode == 0, verified.stdout + verified.stderr
        cluster = cluster_of(other)
        with cluster.in_use():
            after = ledger(cluster)
            assert certain <= filed(cluster)
            assert missing_files(cluster, other) == []
        # What waited for its seal at that moment was sealed after it, by each house on its own.
        assert len(after) > 100
        assert {place: before[place] for place in after} == after
        proof = command(elsewhere, "ledger", "prove", "1")
        assert proof.returncode == 0, proof.stderr
        (scratch / "1.json").write_text(proof.stdout)
        trusted = other / "ca" / "trust.pem"
        verifier = Path(__file__).resolve().parents[2] / "docs" / "verify_ledger.py"
        judged = subprocess.run(
            [sys.executable, "-I", verifier, scratch / "1.json", "--trust", trusted],
            check=False,
            capture_output=True,
            text=True,
        )
        assert judged.returncode == 0, judged.stdout
    finally:
        stop(filers)
        if (other / "postgres").exists():
            cluster_of(other).destroy()
        shutil.rmtree(scratch)


def missing_files(cluster: Cluster, home: Path) -> list[str]:
    """Files that the database names and the home does not hold."""
    with psycopg.connect(cluster.url) as connection:
        rows = connection.execute("SELECT path FROM documents_file").fetchall()
    return [path for (path,) in rows if not (home / "files" / path).exists()]
