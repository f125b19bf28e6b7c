"""The whole state of an installation in one file, and back.

The file is a tar: `database.dump` (one consistent moment, by pg_dump), `home/…` (uploads, results,
keys, certificates), and at the end `manifest.json` with the digest of each. The database is dumped
before the files are read: documents are never overwritten, so every file that a row of the dump
names is there to be read.

The file holds the keys of the encrypted fields. It is written for its owner alone (0600).
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any

from motcua.runtime import binaries
from motcua.runtime.errors import CannotStart

FORMAT = 1
DUMP = "database.dump"
NOT_STATE = {"postgres", "logs", "static", "demonstration", ".restoring", ".replaced"}
"""What a home holds that is made anew: the cluster (it is dumped), logs, collected files."""


class Damaged(Exception):
    """The file is not a whole backup. The message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds. `created` is ISO 8601, UTC; sizes in bytes."""

    created: str
    version: str
    files: int
    size: int


def write(target: Path, url: str, home: Path, now: datetime) -> Summary:
    """Write the state to `target`, which appears whole or not at all. Raises `CannotStart` when the
    database cannot be dumped, OSError when there is no room."""
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as scratch:
        dump = Path(scratch) / DUMP
        bare = ["--no-owner", "--no-privileges", "--no-comments"]
        _run([binaries.programs() / "pg_dump", "-Fc", *bare, "-f", dump, "-d", url])
        members = {DUMP: dump} | {f"home/{path.relative_to(home)}": path for path in _state(home)}
        manifest: dict[str, Any] = {
            "format": FORMAT,
            "version": version("motcua"),
            "created": now.astimezone(UTC).isoformat(),
            "members": {},
        }
        partial = Path(scratch) / "backup.tar"
        with (
            open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out,
            tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar,
        ):
            for name, path in members.items():
                if (digest := _add(tar, name, path)) is not None:
                    manifest["members"][name] = digest
            _add_bytes(tar, "manifest.json", json.dumps(manifest, indent=1).encode())
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
    return Summary(
        manifest["created"], manifest["version"], len(manifest["members"]), target.stat().st_size
    )


def check(source: Path) -> Summary:
    """Read the file to its end and compare every digest. Raises `Damaged`."""
    manifest, found = None, {}
    try:
        with tarfile.open(source) as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content is None or not _is_ours(member.name):
                    raise Damaged(f"it holds {member.name!r}, which no backup does")
                if member.name == "manifest.json":
                    manifest = json.load(content)
                else:
                    found[member.name] = _digest(content)
    except (tarfile.TarError, EOFError, ValueError, OSError) as error:
        raise Damaged(str(error)) from error
    if not isinstance(manifest, dict):
        raise Damaged("its end is missing")
    if manifest.get("format") != FORMAT:
        raise Damaged(f"it is of format {manifest.get('format')}; this version reads {FORMAT}")
    if found != manifest["members"]:
        changed = sorted(dict(found.items() ^ manifest["members"].items()))
        raise Damaged(f"{changed[0]} is not as it was written")
    return Summary(manifest["created"], manifest["version"], len(found), source.stat().st_size)


def read(source: Path, url: str, home: Path, replace: bool) -> Summary:
    """Bring back the state. The file is checked before anything is touched; the database is
    restored in one transaction; the files are put in place after it.

    Raises `Damaged`; `CannotStart` when there is a state already and `replace` is False, or when
    the database refuses.
    """
    summary = check(source)
    if not replace and (taken := _taken(url, home)):
        raise CannotStart(f"{taken} Say --replace to give it up for what is in {source}.")
    fresh, old = home / ".restoring", home / ".replaced"
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
    with tarfile.open(source) as tar:
        tar.extractall(fresh, filter="data")
    _restore_database(fresh / DUMP, url)
    for path in _entries(home):
        path.rename(old / path.name)
    for path in (fresh / "home").glob("*"):
        path.rename(home / path.name)
    shutil.rmtree(fresh)
    shutil.rmtree(old)
    return summary


def _taken(url: str, home: Path) -> str:
    """Why a restore would give something up, or nothing."""
    import psycopg

    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        ).fetchone()
    if row and row[0]:
        return "The database is not empty."
    if (home / "files").exists() or (home / "keys").exists():
        return f"{home} holds files and keys of an installation."
    return ""


def _restore_database(dump: Path, url: str) -> None:
    """Replace everything in the database by the dump, or change nothing: all is one transaction,
    and it is committed only when the last line has arrived."""
    script = dump.with_suffix(".sql")
    _run([binaries.programs() / "pg_restore", "--no-owner", "--no-privileges", "-f", script, dump])
    with (
        script.open("rb") as lines,
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [binaries.programs() / "psql", "-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-d", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            env=_environment(),
        ) as psql,
    ):
        assert psql.stdin is not None
        with suppress(BrokenPipeError):  # psql has ended and has said why
            psql.stdin.write(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
            for line in lines:
                # The only line of a newer pg_restore that an older server does not know.
                if not line.startswith(b"SET transaction_timeout"):
                    psql.stdin.write(line)
            psql.stdin.close()
        if psql.wait() != 0:
            errors.seek(0)
            said = errors.read().decode(errors="replace")
            raise CannotStart(f"The database was left as it was; it refused:\n{said[-2000:]}")


def _entries(home: Path) -> list[Path]:
    return [p for p in sorted(home.iterdir()) if p.name not in NOT_STATE and p.suffix != ".lock"]


def _state(home: Path) -> Iterator[Path]:
    """The files that are state, in a fixed order."""
    for entry in _entries(home):
        yield from sorted(p for p in entry.rglob("*") if p.is_file()) if entry.is_dir() else [entry]


def _add(tar: tarfile.TarFile, name: str, path: Path) -> str | None:
    """Add one file; its digest, or None when it has gone meanwhile (a temporary upload)."""
    try:
        with path.open("rb") as content:
            info = tar.gettarinfo(arcname=name, fileobj=content)
            info.mode, info.uid, info.gid, info.uname, info.gname = 0o600, 0, 0, "", ""
            reader = _Digesting(content)
            tar.addfile(info, reader)
            return reader.digest.hexdigest()
    except FileNotFoundError:
        return None


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))


class _Digesting:
    """A file being read, with the digest of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.digest.update(chunk)
        return chunk


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _is_ours(name: str) -> bool:
    path = PurePosixPath(name)
    inside = name in (DUMP, "manifest.json") or name.startswith("home/")
    return inside and not path.is_absolute() and ".." not in path.parts


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}


def _run(command: list[object]) -> None:
    done = subprocess.run(
        [str(word) for word in command],
        capture_output=True,
        text=True,
        check=False,
        env=_environment(),
    )
    if done.returncode != 0:
        raise CannotStart(f"{Path(str(command[0])).name}: {done.stderr[-2000:]}")


def as_json(summary: Summary) -> str:
    """The summary as one JSON document."""
    return json.dumps(asdict(summary))
