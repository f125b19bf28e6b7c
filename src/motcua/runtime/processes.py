"""Small facts about processes of the operating system, with the traps of asking for them."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

_PR_SET_PDEATHSIG = 1


def is_running(pid: int) -> bool:
    """Whether the process exists and is not a zombie: a killed child that nobody has waited for
    still answers to signal 0."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return not Path("/proc/self").exists()
    # The state is the first word after the program's name, which may itself hold brackets.
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def working_in(folder: Path) -> list[int]:
    """The processes whose working folder is `folder`; empty where /proc is not there to ask."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if os.readlink(entry / "cwd") == str(folder):
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def dies_with_parent(sig: signal.Signals = signal.SIGTERM) -> Callable[[], None]:
    """A `preexec_fn` for `subprocess`: the child gets `sig` when the process that started it ends,
    even by kill -9. Does nothing where the system is not Linux."""
    if not sys.platform.startswith("linux"):
        return lambda: None
    libc = ctypes.CDLL(None)  # loaded here: after the fork nothing may be imported
    parent = os.getpid()

    def ask_the_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(sig))
        if os.getppid() != parent:  # it ended between the fork and the call
            os.kill(os.getpid(), sig)

    return ask_the_kernel
