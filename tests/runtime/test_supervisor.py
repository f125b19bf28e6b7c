"""The programs of a house start together, are started again when they fall, and stop together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from motcua.runtime.errors import CannotStart
from motcua.runtime.ports import Ports
from motcua.runtime.processes import is_running
from motcua.runtime.programs import Program
from motcua.runtime.supervisor import Supervisor
from tests.runtime.conftest import wait_for

Start = Callable[..., subprocess.Popen[str]]
SLEEPER = [sys.executable, "-c", "import time; time.sleep(600)"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_leaving_stops_every_program_at_once(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start([Program("one", SLEEPER), Program("two", SLEEPER)])
        pids = list(supervisor.pids().values())
        assert all(map(is_running, pids))
    assert not any(map(is_running, pids))


def test_a_program_that_ignores_the_request_is_killed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("motcua.runtime.supervisor.STOPPING", 0.3)
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True)"
    with Supervisor(tmp_path) as supervisor:
        supervisor.start([Program("deaf", [sys.executable, "-c", f"{deaf}; time.sleep(600)"])])
        wait_for(lambda: "1" in (tmp_path / "deaf.log").read_text())
        pid = supervisor.pids()["deaf"]
    assert not is_running(pid)


def test_a_program_that_falls_is_started_again(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        supervisor.start([Program("faller", SLEEPER)])
        first = supervisor.pids()["faller"]
        os.kill(first, signal.SIGKILL)

        def is_back() -> bool:
            supervisor.watch(0.05)
            return supervisor.pids().get("faller", first) != first

        wait_for(is_back)


def test_a_program_that_never_stands_is_named_with_its_last_words(tmp_path: Path) -> None:
    broken = [sys.executable, "-c", "import sys; sys.exit('no such table')"]
    with Supervisor(tmp_path) as supervisor:
        supervisor.start([Program("web", broken, free_port())])
        with pytest.raises(CannotStart, match=r"(?s)web does not start.*no such table"):
            supervisor.wait_until_ready()


def test_a_preparation_that_fails_starts_nothing(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor, pytest.raises(CannotStart, match="preparation"):
        supervisor.run_once(Program("preparation", [sys.executable, "-c", "raise SystemExit(1)"]))


def test_nothing_is_left_when_the_supervisor_is_killed(tmp_path: Path, python: Start) -> None:
    text = """
import sys, time
from pathlib import Path
from motcua.runtime.programs import Program
from motcua.runtime.supervisor import Supervisor
with Supervisor(Path(sys.argv[1])) as supervisor:
    supervisor.start([Program("one", [sys.executable, "-c", "import time; time.sleep(600)"])])
    print(*supervisor.pids().values(), flush=True)
    time.sleep(600)
"""
    process = python(text, tmp_path)
    assert process.stdout is not None
    child = int(process.stdout.readline())
    assert is_running(child)
    process.kill()
    wait_for(lambda: not is_running(child))


def test_ctrl_c_ends_the_watch(tmp_path: Path) -> None:
    with Supervisor(tmp_path) as supervisor:
        assert supervisor.watch(0.01)
        os.kill(os.getpid(), signal.SIGINT)
        assert not supervisor.watch(5)


def test_a_taken_port_is_named_with_the_variable_that_moves_it(home: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen(1)
        port = other.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "-m", "motcua.doors.cli.main", "demo", "run"],
            env=os.environ | {"MOTCUA_HOME": str(home), "MOTCUA_PORT": str(port)},
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert "MOTCUA_PORT" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("given", ["abc", "0", "65535", "-1", "8000.5"])
def test_a_port_that_is_none_is_refused_in_words(
    given: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOTCUA_PORT", given)
    with pytest.raises(SystemExit, match="MOTCUA_PORT"):
        Ports.read()


def test_one_variable_moves_every_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_PORT", "9000")
    ports = Ports.read()
    assert (ports.web, ports.eid, ports.national) == (9000, 9001, 9007)


def test_a_zombie_does_not_count_as_running(python: Start) -> None:
    process = python("")
    wait_for(lambda: not is_running(process.pid))
    assert process.returncode is None, "nobody has waited for it yet"
