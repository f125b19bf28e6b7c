"""The demonstration, started for one journey: its own ports, its own throw-away state."""

from __future__ import annotations

import ctypes
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
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

PORTS = 8
PATIENCE = 300.0  # seconds; the first start loads the whole demonstration
MOTCUA = Path(sys.executable).with_name("motcua")
_ACCOUNT = re.compile(
    r"^\s+(\d{12})\s+(.{18}|\S.*?\s{2,})\s*(.+?)(?:\s+([A-Z2-7]{32}))?$",
)


@dataclass
class House:
    """Use as a context manager. `said` is what it printed, `accounts` the people it named."""

    home: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="motcua-journey-")))
    port: int = field(default_factory=lambda: free_ports(PORTS))
    said: list[str] = field(default_factory=list)
    limits: bool = True
    """False where one address asks thousands of times to measure."""
    settings: dict[str, str] = field(default_factory=dict)
    """Further variables of the installation, by name."""
    _process: subprocess.Popen[str] | None = None

    def __enter__(self) -> House:
        self._process = subprocess.Popen(
            [MOTCUA, "demo", "run"],
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
            preexec_fn=_ends_with_us(),
        )
        threading.Thread(target=self._listen, daemon=True).start()
        try:
            self._wait()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
        if kind is not None:
            print(self.last_words(), file=sys.stderr)
        subprocess.run(
            [MOTCUA, "demo", "remove"],
            env=self.environment(),
            check=False,
            stdout=subprocess.DEVNULL,
        )
        shutil.rmtree(self.home, ignore_errors=True)

    def _wait(self) -> None:
        assert self._process is not None
        deadline = time.monotonic() + PATIENCE
        while not self.is_ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = "\n".join([*self.said[-30:], self.last_words()])
                raise RuntimeError(f"The demonstration does not start:\n{said}")
            time.sleep(0.05)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def is_ready(self) -> bool:
        return any(line.strip().startswith("Ctrl-C") or "is ready" in line for line in self.said)

    def officers(self) -> dict[str, str]:
        """Identity numbers of the officers that were printed, each with the title."""
        after = [line for line in self.said if _ACCOUNT.match(line)]
        found = {}
        for line in after:
            match = _ACCOUNT.match(line)
            assert match is not None
            found[match.group(1)] = match.group(3).strip()
        return found

    def seeds(self) -> dict[str, str]:
        """The seeds of the one-time codes that were printed beside officers, by number."""
        printed = [match for line in self.said if (match := _ACCOUNT.match(line))]
        return {match.group(1): match.group(4) for match in printed if match.group(4)}

    def last_words(self) -> str:
        """The ends of the logs, for whoever has to find out what went wrong."""
        parts = []
        for log in sorted((self.home / "logs").glob("*.log")):
            lines = log.read_text(errors="replace").splitlines()[-25:]
            if lines:
                parts.append("\n".join([f"--- {log.name}", *lines]))
        return "\n".join(parts)

    def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.append(line.rstrip("\n"))

    def environment(self) -> dict[str, str]:
        """The variables with which a command speaks of this house and no other."""
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith("MOTCUA_") and name != "DATABASE_URL"
        }
        own = {"MOTCUA_HOME": str(self.home), "MOTCUA_PORT": str(self.port)}
        limits = {} if self.limits else {"MOTCUA_LIMITS": "off"}
        return kept | own | limits | self.settings


def _ends_with_us() -> Callable[[], None]:
    """On Linux the house is told to stop when the journey is killed."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)
    return lambda: libc.prctl(1, int(signal.SIGTERM))  # PR_SET_PDEATHSIG


def free_ports(count: int) -> int:
    """The first of `count` ports in a row that nobody listens on, below those that Linux lends to
    outgoing connections (from 32768): one of these could take a port between our look and the
    server's start."""
    for first in [*range(20000 + os.getpid() % 12000, 32700, count), *range(20000, 32700, count)]:
        if all(_is_free(first + n) for n in range(count)):
            return first
    raise RuntimeError("no free ports")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
