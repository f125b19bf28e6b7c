"""Starts the programs of an installation, keeps them running, and stops them together.

Each program is a session of its own, so that Ctrl-C reaches the supervisor alone and it stops them
in order; the kernel stops them when the supervisor itself is killed. What they print goes to
`MOTCUA_HOME/logs/<name>.log`. One that ends is started again after a pause that doubles up to half
a minute, and is short again once it has run for a while.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from motcua.runtime.errors import CannotStart
from motcua.runtime.processes import dies_with_parent
from motcua.runtime.programs import Program

FIRST_PAUSE, LONGEST_PAUSE, STEADY = 0.5, 30.0, 30.0  # seconds
STOPPING = 6.0  # seconds a program has to end by itself
TRIES_BEFORE_READY = 3


@dataclass(slots=True)
class _Child:
    program: Program
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE
    due: float = 0.0
    ends: int = 0


@dataclass(slots=True)
class Supervisor:
    """The running programs. Use as a context manager: leaving stops them all."""

    logs: Path
    _children: list[_Child] = field(default_factory=list)
    _told_to_stop: threading.Event = field(default_factory=threading.Event)
    _before: dict[int, object] = field(default_factory=dict)

    def __enter__(self) -> Supervisor:
        self.logs.mkdir(parents=True, exist_ok=True)
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            self._before[signum] = signal.signal(signum, self._stop_soon)
        return self

    def __exit__(self, *error: object) -> None:
        self._stop_all()
        for signum, handler in self._before.items():
            signal.signal(signum, handler)  # type: ignore[arg-type] # what signal() itself gave us

    @property
    def stopping(self) -> bool:
        """Whether somebody asked us to stop."""
        return self._told_to_stop.is_set()

    def start(self, programs: Sequence[Program]) -> None:
        """Start `programs` without waiting for them."""
        for program in programs:
            log = self._log(program)
            if log.exists():
                log.replace(log.with_suffix(".before.log"))
            child = _Child(program)
            self._children.append(child)
            self._spawn(child)

    def run_once(self, program: Program) -> None:
        """Run a program to its end, its output shown. Raises `CannotStart` when it fails."""
        process = subprocess.Popen(
            program.command,
            start_new_session=True,
            preexec_fn=dies_with_parent(),
            env=os.environ | program.environment,
        )
        while process.poll() is None:
            if self._told_to_stop.wait(0.02):
                _end(process, signal.SIGTERM)
                process.wait()
                return
        if process.returncode != 0:
            raise CannotStart(f"{program.name} failed; nothing was started.")

    def wait_until_ready(self, patience: float = 60.0) -> None:
        """Wait until every program that has a port answers on it. Raises `CannotStart` when one
        keeps ending or stays silent; returns early when told to stop."""
        deadline = time.monotonic() + patience
        waiting = [child for child in self._children if child.program.port]
        while waiting and not self._told_to_stop.wait(0.03):
            self.revive()
            waiting = [child for child in waiting if not _answers(child.program)]
            for child in waiting:
                if child.ends >= TRIES_BEFORE_READY or time.monotonic() > deadline:
                    raise CannotStart(
                        f"{child.program.name} does not start. Its log, {self._log(child.program)},"
                        f" ends with:\n{self._tail(child.program)}"
                    )

    def watch(self, beat: float = 0.5) -> bool:
        """One look at the programs after at most `beat` seconds; False once told to stop."""
        if self._told_to_stop.wait(beat):
            return False
        self.revive()
        return True

    def revive(self) -> None:
        """Start again what has ended and whose pause is over."""
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and child.process.poll() is not None:
                _end(child.process, signal.SIGKILL)  # what it started must not hold its port
                child.ends += 1
                child.pause = (
                    FIRST_PAUSE
                    if now - child.started > STEADY
                    else min(child.pause * 2, LONGEST_PAUSE)
                )
                child.due = now + child.pause
                print(
                    f"{child.program.name} ended ({child.process.returncode});"
                    f" starting it again in {child.pause:.0f} s. Log: {self._log(child.program)}",
                    file=sys.stderr,
                )
                child.process = None
            if child.process is None and now >= child.due:
                self._spawn(child)

    def pids(self) -> dict[str, int]:
        """The running programs' process numbers."""
        return {c.program.name: c.process.pid for c in self._children if c.process is not None}

    def _spawn(self, child: _Child) -> None:
        with self._log(child.program).open("ab") as log:
            child.process = subprocess.Popen(
                child.program.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=dies_with_parent(),
                env=os.environ | child.program.environment,
            )
        child.started = time.monotonic()

    def _stop_all(self) -> None:
        running = [c.process for c in self._children if c.process is not None]
        for process in running:
            with suppress(ProcessLookupError):
                process.terminate()
        deadline = time.monotonic() + STOPPING
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(deadline - time.monotonic(), 0.01))
            _end(process, signal.SIGKILL)
            process.wait()
        self._children.clear()

    def _stop_soon(self, signum: int, frame: FrameType | None) -> None:
        self._told_to_stop.set()

    def _log(self, program: Program) -> Path:
        return self.logs / f"{program.name}.log"

    def _tail(self, program: Program) -> str:
        try:
            lines = self._log(program).read_text(errors="replace").splitlines()
        except OSError:
            lines = []
        return "\n".join(lines[-12:])


def _end(process: subprocess.Popen[bytes], signum: signal.Signals) -> None:
    """Signal the program and what it started: it leads a process group of its own."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signum)


def _answers(program: Program) -> bool:
    address = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(program.address, program.address)  # noqa: S104 - compared, not bound
    try:
        with socket.create_connection((address, program.port or 0), timeout=1):
            return True
    except OSError:
        return False
