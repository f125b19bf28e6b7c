"""The parent of an embedded PostgreSQL server: starts it, and stops it when nobody uses it.

Run as a program of its own, with the standard library only (6 MB): `guard.py FOLDER COMMAND…`.
FOLDER holds `users.lock`, which every user holds shared; the guard gets it alone when the last one
has left, or was killed. When the guard itself is killed, the kernel stops the server.
"""

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

FAST_SHUTDOWN = signal.SIGINT


def main() -> int:
    folder, command = sys.argv[1], sys.argv[2:]
    users = os.open(os.path.join(folder, "users.lock"), os.O_WRONLY)  # open until the process ends
    log = os.open(os.path.join(folder, "server.log"), os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
    who = os.environ.pop("MOTCUA_SERVER_USER", "")
    identity: dict[str, Any] = {}
    if who:
        uid, gid = map(int, who.split(":"))
        identity = {"user": uid, "group": gid, "extra_groups": []}
    signal.signal(signal.SIGTERM, signal.SIG_IGN)  # a machine going down stops the users first
    server = subprocess.Popen(
        command,
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        preexec_fn=_prepare(),
        **identity,
    )

    def ended(signum: int, frame: FrameType | None) -> None:
        if server.poll() is not None:
            os._exit(1)

    signal.signal(signal.SIGCHLD, ended)
    if server.poll() is not None:  # it ended before the handler stood
        return 1
    fcntl.flock(users, fcntl.LOCK_EX)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    server.send_signal(FAST_SHUTDOWN)
    return server.wait()


def _prepare() -> Callable[[], None]:
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None

    def in_child() -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if libc is not None:
            libc.prctl(1, int(FAST_SHUTDOWN))  # PR_SET_PDEATHSIG

    return in_child


if __name__ == "__main__":
    sys.exit(main())
