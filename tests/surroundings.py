"""What the tests stand on, made before Django is set up (loaded by `-p` in pyproject.toml).

`MOTCUA_HOME` is a folder of the tests' own. Without `DATABASE_URL` a throw-away embedded
PostgreSQL is started for the session, one for all xdist workers; with it, that server is used.
`MOTCUA_TEST_DB` names a test database to keep between runs (`--reuse-db`), and with it the home
that holds the keys of its encrypted fields.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

from motcua.runtime.postgres import cluster_of
from motcua.runtime.processes import is_running

PREFIX = "motcua-tests-"


def database_url(name: str) -> str:
    """The `DATABASE_URL` of another database on the same server (a test database, for a child
    process); the server may be named by host and port or by its socket's folder."""
    return urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}").geturl()


def _prepare() -> None:
    if "PYTEST_XDIST_WORKER" in os.environ:
        return  # the controller has done it, and its environment is ours
    temporary = Path(tempfile.gettempdir())
    _sweep(temporary)
    kept = os.environ.get("MOTCUA_TEST_DB")
    home = temporary / f"motcua-kept-{kept}" if kept else temporary / f"{PREFIX}{os.getpid()}"
    (home / "static").mkdir(parents=True, exist_ok=True)
    os.environ["MOTCUA_HOME"] = str(home)
    os.environ.pop("MOTCUA_URL", None)
    os.environ.pop("MOTCUA_PORT", None)
    if not os.environ.get("DATABASE_URL"):
        cluster = cluster_of(home, durable=False)
        stack = ExitStack()
        stack.enter_context(cluster.in_use())
        os.environ["DATABASE_URL"] = cluster.url
        atexit.register(_remove, home)
        atexit.register(stack.close)
    elif not kept:
        atexit.register(_remove, home)


def _remove(home: Path) -> None:
    if (home / "postgres").exists():
        cluster_of(home).destroy()
    shutil.rmtree(home, ignore_errors=True)


def _sweep(temporary: Path) -> None:
    """Remove what killed runs left."""
    for home in temporary.glob(f"{PREFIX}*"):
        number = home.name.removeprefix(PREFIX)
        if number.isdecimal() and not is_running(int(number)) and os.access(home, os.W_OK):
            _remove(home)


_prepare()
