"""An installation on one machine, from nothing to the first page and back."""

from __future__ import annotations

import fcntl
import os
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from motcua.runtime import programs
from motcua.runtime.database import server
from motcua.runtime.environment import home_folder
from motcua.runtime.errors import CannotStart
from motcua.runtime.ports import VARIABLE, Ports
from motcua.runtime.programs import Program
from motcua.runtime.supervisor import Supervisor

FIRST_PAGE = 60.0  # seconds


def run(demo: bool, ready: Callable[[float], None]) -> int:
    """Start everything, call `ready` with the seconds it took to the first page, and stay until
    told to stop; the exit code. Raises `CannotStart`.

    `demo` adds the sandbox servers and the demonstration data.
    """
    began = time.monotonic()
    home = home_folder()
    ports = Ports.read()
    bind = os.environ.get("MOTCUA_BIND", "127.0.0.1")
    os.environ["MOTCUA_HOME"] = str(home)  # absolute, for the children
    os.environ["MOTCUA_PORT"] = str(ports.web)
    if demo:
        os.environ["MOTCUA_DEMO"] = "1"
    with alone_in(home):
        _refuse_taken(ports, bind, demo)
        # In this order: the programs are stopped before the database they use.
        with server() as database, Supervisor(home / "logs") as supervisor:
            supervisor.run_once(_preparation(demo))
            if supervisor.stopping:
                return 0
            # The pages first, alone on the processors; what stands behind them while they warm up.
            supervisor.start([programs.web(ports, bind)])
            supervisor.wait_until_ready()
            if not supervisor.stopping:
                supervisor.start([programs.worker()])
                supervisor.start(programs.sandboxes(ports) if demo else [])
                _first_page(f"http://{_reachable(bind)}:{ports.web}/")
                supervisor.wait_until_ready()
                ready(time.monotonic() - began)
            while supervisor.watch():
                if database.cluster is not None and database.cluster.keep_alive():
                    print("PostgreSQL had ended and was started again.", file=sys.stderr)
    return 0


def _preparation(demo: bool) -> Program:
    command = [*programs.python("motcua.runtime.prepare"), *(["--demo"] if demo else [])]
    return Program("preparation", command)


@contextmanager
def alone_in(home: Path) -> Iterator[None]:
    """One supervisor per home: two would give its jobs to two workers and fight over its logs."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (home / "supervisor.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CannotStart(
                f"It is already running in {home}. Stop that one, or choose another MOTCUA_HOME."
            ) from error
        yield


def _refuse_taken(ports: Ports, bind: str, demo: bool) -> None:
    taken = [(name, port) for name, port in ports.taken(bind) if demo or name == "web"]
    if not taken:
        return
    listed = ", ".join(f"{port} (for {name})" for name, port in taken)
    raise CannotStart(
        f"Another program listens on port {listed}. Choose others with {VARIABLE}, for example:"
        f" {VARIABLE}={ports.web + 100} (it and the seven after it are used)."
    )


def _first_page(url: str) -> None:
    deadline = time.monotonic() + FIRST_PAGE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=10):  # noqa: S310 - our own address
                return
        except urllib.error.HTTPError as error:
            if error.code < 500:
                return
            failure = f"it answers {error.code}"
        except OSError as error:
            failure = str(error)
        if time.monotonic() > deadline:
            raise CannotStart(f"The first page, {url}, does not come: {failure}.")
        time.sleep(0.05)


def _reachable(bind: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(bind, bind)  # noqa: S104 - compared only
