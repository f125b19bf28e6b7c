"""Our launcher of the embedded PostgreSQL: one cluster per `MOTCUA_HOME`.

Who may use the server says so by holding a shared lock; a guard (`guard.py`, the server's parent)
waits for the moment when nobody holds it and stops the server then. So whoever comes first starts
it, whoever leaves last stops it, and nothing lingers after kill -9 of any of them.

The server listens on a UNIX socket only, in a folder that its user alone may enter (0700), which
is what makes `trust` a fair answer to whoever reaches it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote

from motcua.runtime import binaries, processes
from motcua.runtime.errors import CannotStart

DATABASE = "motcua"
USER = "motcua"
PORT = 5432  # only part of the socket's file name; no TCP port is opened
LONGEST_SOCKET_PATH = 100  # the kernel's limit is 107 bytes on Linux, 103 elsewhere
PATIENCE = 60.0  # seconds; a recovery after a power cut takes its time

_ALWAYS = {
    "listen_addresses": "",
    "port": str(PORT),
    "max_connections": "60",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",  # many small statements: compiling them costs more than it gives
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
    "unix_socket_permissions": "0700",
}
_THROW_AWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


@dataclass(frozen=True, slots=True)
class Cluster:
    """Where a cluster's data, socket, locks and log are. `durable` False trades safety over a
    power cut for speed: for tests only."""

    folder: Path
    socket_folder: Path
    durable: bool = True

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def url(self) -> str:
        """The cluster's database as a `DATABASE_URL`."""
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.socket_folder), safe='/')}"

    # -- using it ---------------------------------------------------------------------------

    @contextmanager
    def in_use(self) -> Iterator[bool]:
        """The server runs while any process is inside. Yields whether this one started it."""
        self._make_folders()
        with (self.folder / "users.lock").open("a") as users:
            with self._alone():
                fcntl.flock(users, fcntl.LOCK_SH)  # waits while the guard is stopping the server
                started = not self.is_live()
                if started:
                    self._start()
            try:
                yield started
            finally:
                with self._alone():
                    self._leave(users)

    def is_live(self) -> bool:
        """Whether a server answers on the socket. A pid file alone says nothing: the number may
        be that of a zombie or of another program after a restart of the machine."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
            try:
                probe.connect(str(self.socket_folder / f".s.PGSQL.{PORT}"))
            except OSError:
                return False
        return True

    def keep_alive(self) -> bool:
        """For whoever is inside `in_use`: start the server again if it has ended; whether it was
        necessary."""
        pid = self._server_pid()
        if pid is not None and processes.is_running(pid):
            return False
        with self._alone():
            if self.is_live():
                return False
            self._start()
            return True

    def destroy(self) -> None:
        """Remove the cluster with everything in it. Raises `CannotStart` while it is in use."""
        if self.is_live():
            raise CannotStart(f"The database in {self.folder} is in use; stop what uses it first.")
        shutil.rmtree(self.folder, ignore_errors=True)
        shutil.rmtree(self.socket_folder, ignore_errors=True)

    # -- starting and stopping; `_alone` is held ----------------------------------------------

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self.folder / "start.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _make_folders(self) -> None:
        user = binaries.server_user()
        for folder in (self.folder, self.socket_folder):
            try:
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(0o700)
            except OSError as error:
                raise CannotStart(f"{folder} cannot be made: {error.strerror}.") from error
            user.own(folder)

    def _start(self) -> None:
        self._wait_for_the_last_one()
        if not (self.data / "PG_VERSION").exists():
            self._initialise()
        self._refuse_other_version()
        guard_program = Path(__file__).with_name("guard.py")
        server = [binaries.programs() / "postgres", *self._arguments()]
        guard = subprocess.Popen(
            list(map(str, [sys.executable, "-I", "-S", guard_program, self.folder, *server])),
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C at the terminal is for us, not for the database
            env=_environment() | _guard_identity(),
        )
        deadline = time.monotonic() + PATIENCE
        while not self._is_ready():
            if guard.poll() is not None or time.monotonic() > deadline:
                raise CannotStart(f"PostgreSQL does not start. Its log ends with:\n{self._tail()}")
            time.sleep(0.01)
        _forget(guard)
        self._make_database()

    def _arguments(self) -> list[str]:
        settings = _ALWAYS | ({} if self.durable else _THROW_AWAY)
        if self.durable and (archive := os.environ.get("MOTCUA_WAL_ARCHIVE")):
            settings |= _archiving(Path(archive).absolute())
        settings["unix_socket_directories"] = f'"{self.socket_folder}"'
        words = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return ["-D", str(self.data), *words]

    def _wait_for_the_last_one(self) -> None:
        """Wait until the processes of a killed server are gone, then forget its pid file, which
        would stop the new one if its number now belonged to another program."""
        deadline = time.monotonic() + 10
        while left := processes.working_in(self.data):
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"A server that does not answer still holds {self.data}: process"
                    f" {', '.join(map(str, left))}. End it, then try again."
                )
            time.sleep(0.02)
        if Path("/proc/self").exists():
            (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the cluster beside its place and move it there whole, so that a half-made one is
        never taken for good."""
        fresh = self.folder / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        binaries.server_user().own(fresh)
        command = [binaries.programs() / "initdb", "-D", fresh, "--username", USER]
        command += ["--encoding=UTF8", "--no-locale", "--auth=trust", "--no-instructions"]
        if not self.durable:
            command += ["--no-sync"]
        done = self._run(command)
        if done.returncode != 0:
            raise CannotStart(f"The database cannot be made in {self.folder}:\n{done.stderr}")
        fresh.rename(self.data)

    def _refuse_other_version(self) -> None:
        ours = self._run([binaries.programs() / "postgres", "--version"]).stdout.split()[-1]
        found = (self.data / "PG_VERSION").read_text().strip()
        if found != ours.split(".")[0]:
            raise CannotStart(
                f"The database in {self.data} is of PostgreSQL {found}, this installation ships"
                f" {ours}. Restore a backup into an empty MOTCUA_HOME."
            )

    def _is_ready(self) -> bool:
        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready" and self.is_live()

    def _make_database(self) -> None:
        """Once, after the first start; a mark beside the data remembers it."""
        mark = self.folder / "database-made"
        if mark.exists():
            return
        where = ["-h", self.socket_folder, "-p", PORT, "-U", USER]
        made = self._run([binaries.programs() / "createdb", *where, "-T", "template0", DATABASE])
        if made.returncode != 0 and "already exists" not in made.stderr:
            raise CannotStart(f"The database cannot be made:\n{made.stderr}")
        mark.touch()

    def _leave(self, users: IO[str]) -> None:
        """Give the shared lock back; stop the server when nobody else holds it."""
        fcntl.flock(users, fcntl.LOCK_UN)
        if not _try(users, fcntl.LOCK_EX) and _try(users, fcntl.LOCK_SH):
            return  # others are inside; had the guard been quicker, shared would fail as well
        if (pid := self._server_pid()) is not None:
            with suppress(ProcessLookupError):
                os.kill(pid, 2)  # SIGINT: fast shutdown, open transactions are rolled back
        deadline = time.monotonic() + PATIENCE
        while processes.working_in(self.data) or self.is_live():
            if time.monotonic() > deadline:
                return
            time.sleep(0.01)

    def _server_pid(self) -> int | None:
        try:
            return int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (OSError, ValueError):
            return None

    def _tail(self) -> str:
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])
        except OSError:
            return "(there is no log)"

    @staticmethod
    def _run(command: list[object]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(word) for word in command],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            env=_environment(),
            **binaries.server_user().popen,
        )


def _archiving(folder: Path) -> dict[str, str]:
    """The settings that keep every finished piece of the write-ahead log in `folder`, at the latest
    a minute after its first byte: what point-in-time recovery replays. Raises `CannotStart`."""
    quoted = str(folder)
    if not set(quoted).isdisjoint("'\"%\\$`"):
        raise CannotStart(f"MOTCUA_WAL_ARCHIVE cannot be {folder}: choose a plainer path.")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        binaries.server_user().own(folder)
    except OSError as error:
        raise CannotStart(f"MOTCUA_WAL_ARCHIVE: {folder}: {error.strerror}.") from error
    # Whole or not at all, and never over another file: the archiver tries again what failed.
    command = f'test ! -f "{quoted}/%f" && cp "%p" "{quoted}/%f.part"'
    command += f' && mv "{quoted}/%f.part" "{quoted}/%f"'
    return {"archive_mode": "on", "archive_timeout": "60", "archive_command": command}


def cluster_of(home: Path, durable: bool = True) -> Cluster:
    """The cluster of the installation in `home`.

    It is `home/postgres`: a folder, or for root a link to `/var/lib/motcua/<hash of home>`, since
    the server's user cannot live under root's home. Where root finds such a folder that no link
    names any more, its home was removed, and with it the keys of its encrypted fields: it is set
    aside as `<hash>.removed`, never used.
    """
    name = home / "postgres"
    folder = name
    if binaries.server_user().uid is not None:
        hashed = hashlib.sha256(os.fsencode(home.absolute())).hexdigest()[:16]
        folder = Path(os.readlink(name)) if name.is_symlink() else binaries.SYSTEM_FOLDER / hashed
        if not name.is_symlink():
            _link(name, folder)  # a home that was moved keeps its link, and so its database
    sockets = folder / "socket"
    if len(os.fsencode(sockets)) + len(f"/.s.PGSQL.{PORT}") > LONGEST_SOCKET_PATH:
        hashed = hashlib.sha256(os.fsencode(folder.absolute())).hexdigest()[:16]
        sockets = Path(f"/tmp/motcua-{os.geteuid()}-{hashed}")  # noqa: S108 - made 0700, checked
    return Cluster(folder=folder, socket_folder=sockets, durable=durable)


def _link(name: Path, folder: Path) -> None:
    if name.exists():
        raise CannotStart(
            f"{name} was made by another user than root. Start as that user, or choose another"
            " MOTCUA_HOME."
        )
    try:
        name.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        binaries.SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        with (binaries.SYSTEM_FOLDER / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if name.is_symlink():
                return  # another process was quicker
            if folder.exists():
                aside = folder.with_suffix(".removed")
                shutil.rmtree(aside, ignore_errors=True)
                folder.rename(aside)
                print(f"A database without its home was set aside: {aside}", file=sys.stderr)
            name.symlink_to(folder)
    except OSError as error:
        raise CannotStart(f"{folder} cannot be used: {error.strerror}.") from error


def _try(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _environment() -> dict[str, str]:
    """Ours without what would lead PostgreSQL's programs elsewhere."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PG", "LC_", "LANG"))}
    return kept | {"LC_ALL": "C"}


def _guard_identity() -> dict[str, str]:
    user = binaries.server_user()
    return {} if user.uid is None else {"MOTCUA_SERVER_USER": f"{user.uid}:{user.gid}"}


def _forget(guard: subprocess.Popen[bytes]) -> None:
    """The guard outlives us on purpose; keep Python from warning that nobody waited for it."""
    guard.returncode = guard.returncode or 0
