"""What has to be true before the first page: tables of this version, static files collected and,
for the demonstration, its data. A process of its own, so that the supervisor stays small."""

from __future__ import annotations

import sys
import time
from hashlib import sha256
from pathlib import Path

from motcua.runtime import static
from motcua.runtime.database import behind, bring_to_this_version, set_up


def main(demo: bool) -> int:
    """The exit code. The environment must name a running database."""
    set_up()
    if behind():
        _say("making the tables")
        bring_to_this_version()
    static.collect()
    if demo:
        _load()
    return 0


def _load() -> None:
    """Load the demonstration unless these very files were loaded into this very database. Loading
    twice does no harm, it only takes its time."""
    from importlib import import_module

    from django.conf import settings

    from motcua.foundation import clock, sight

    stamp = settings.ENV.home / "demonstration"
    wanted = f"{_database_identity()} {_fingerprint(settings.ENV.package_folder)}"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    _say("loading the demonstration data")
    started = time.monotonic()
    with sight.seeing(sight.EVERYTHING):
        import_module("motcua.demo.load").load(clock.now())
    stamp.write_text(wanted)
    import_module("motcua.demo.looks").load_looks(clock.now())
    _say(f"loaded in {time.monotonic() - started:.0f} s")


def _database_identity() -> str:
    """Differs between any two databases, a restored one included."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT min(applied) FROM django_migrations")
        first = cursor.fetchone()[0]
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        return f"{cursor.fetchone()[0]}/{first.timestamp():f}"


def _fingerprint(package: Path) -> str:
    """Changes with any file the demonstration is made of: its code, and the rooms' own data."""
    digest = sha256()
    folders = [package / "demo", package / "processes" / "templates", *package.glob("*/data")]
    for path in sorted({p for folder in folders for p in folder.rglob("*") if p.is_file()}):
        if "__pycache__" not in path.parts:
            stat = path.stat()
            digest.update(f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _say(text: str) -> None:
    print(f"  {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(demo="--demo" in sys.argv[1:]))
