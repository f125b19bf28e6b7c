"""The whole state of an installation in one sealed file, and back.

The file is a tar inside a sealed stream (`sealed`): `database/000000` … are the parts of one
consistent moment (SQL by pg_dump, compressed), `home/…` uploads, results, keys and certificates,
and at the end `manifest.json` with the count and one digest over all of it. The database is dumped
before the files are read: documents are never overwritten, so every file that a row of the dump
names is there to be read. Everything streams: memory does not grow with the state.

The file holds the keys of the encrypted fields. The key that opens it is never in it.
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
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import IO, Any

from motcua.runtime import binaries
from motcua.runtime.errors import CannotStart
from motcua.runtime.sealed import NotOpened, Opener, Sealer, Secret

FORMAT = 2
DUMP = "database/"
PART = 4 << 20
"""Bytes of one part of the dump: a tar must know a member's size before its content."""
NOT_STATE = {
    "postgres", "logs", "static", "demonstration", "person-keys", ".restoring", ".replaced"
}  # fmt: skip
"""What a home holds that is made anew: the cluster (it is dumped), logs, collected files. And the
keys of single people, which a backup must never hold: destroying one erases what backups hold of
that person (docs/adr/0048)."""


_LEFT_OUT = (b"SET transaction_timeout", b"CREATE POLICY motcua_owner ")


class Damaged(Exception):
    """The file is not a whole backup, or not ours to open. The message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a backup holds. `created` is ISO 8601, UTC; `files` counts those beside the database;
    `size` in bytes."""

    created: str
    version: str
    files: int
    size: int


def write(target: Path, url: str, home: Path, now: datetime, secret: Secret) -> Summary:
    """Write the state to `target`, which appears whole or not at all. Raises `CannotStart` when the
    database cannot be dumped, OSError when there is no room."""
    with tempfile.TemporaryDirectory(dir=target.absolute().parent, prefix=".backup-") as scratch:
        partial = Path(scratch) / "backup"
        with open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out:
            sealer = Sealer(out, secret)
            with tarfile.open(fileobj=sealer, mode="w|", format=tarfile.PAX_FORMAT) as tar:  # type: ignore[call-overload] # typeshed wants a whole IO; a stream only writes
                manifest = _fill(tar, url, home, now)
            sealer.close()
            out.flush()
            os.fsync(out.fileno())
        partial.replace(target)
    size = target.stat().st_size
    return Summary(manifest["created"], manifest["version"], manifest["files"], size)


def _fill(tar: tarfile.TarFile, url: str, home: Path, now: datetime) -> dict[str, Any]:
    whole, files = _Whole(), 0
    for number, part in enumerate(_dumped(url)):
        name = f"{DUMP}{number:06}"
        _add_bytes(tar, name, part)
        whole.add(name, hashlib.sha256(part).hexdigest())
    for path in _state(home):
        name = f"home/{path.relative_to(home)}"
        if (digest := _add(tar, name, path)) is not None:
            whole.add(name, digest)
            files += 1
    manifest = {
        "format": FORMAT,
        "version": version("motcua"),
        "created": now.astimezone(UTC).isoformat(),
        "files": files,
        "digest": whole.hexdigest(),
    }
    _add_bytes(tar, "manifest.json", json.dumps(manifest).encode())
    return manifest


def check(source: Path, secret: Secret) -> Summary:
    """Read the file to its end: open every frame, compare the digest. Raises `Damaged`."""
    manifest, whole = None, _Whole()
    with _opened(source, secret) as tar:
        for member in tar:
            content = tar.extractfile(member)
            if content is None or not _is_ours(member.name):
                raise Damaged(f"it holds {member.name!r}, which no backup does")
            if member.name == "manifest.json":
                manifest = json.load(content)
            else:
                whole.add(member.name, _digest(content))
            _forget(tar)
    if not isinstance(manifest, dict):
        raise Damaged("its end is missing")
    if manifest.get("format") != FORMAT:
        raise Damaged(f"it is of format {manifest.get('format')}; this version reads {FORMAT}")
    if whole.hexdigest() != manifest["digest"]:
        raise Damaged("its content is not as it was written")
    size = source.stat().st_size
    return Summary(manifest["created"], manifest["version"], manifest["files"], size)


def read(source: Path, url: str, home: Path, replace: bool, secret: Secret) -> Summary:
    """Bring back the state. The file is checked before anything is touched; the database is
    restored in one transaction, which is committed when the files lie beside their place; then
    they are put there.

    Raises `Damaged`; `CannotStart` when there is a state already and `replace` is False, or when
    the database refuses.
    """
    summary = check(source, secret)
    if not replace and (taken := _taken(url, home)):
        raise CannotStart(f"{taken} Say --replace to give it up for what is in {source}.")
    fresh, old = home / ".restoring", home / ".replaced"
    for folder in (fresh, old):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700, parents=True)
    with _opened(source, secret) as tar, _replacing(url) as lines:
        inflate = zlib.decompressobj(31)
        for member in tar:
            if member.name.startswith(DUMP):
                content = tar.extractfile(member)
                assert content is not None
                lines.write(inflate.decompress(content.read()))
            elif member.name.startswith("home/"):
                tar.extract(member, fresh, filter="data")
            _forget(tar)
        lines.write(inflate.flush())
    for path in _entries(home):
        path.rename(old / path.name)
    for path in (fresh / "home").glob("*"):
        path.rename(home / path.name)
    shutil.rmtree(fresh)
    shutil.rmtree(old)
    return summary


@contextmanager
def _opened(source: Path, secret: Secret) -> Iterator[tarfile.TarFile]:
    try:
        with source.open("rb") as below:
            opener = Opener(below, secret)
            with tarfile.open(fileobj=opener, mode="r|") as tar:  # type: ignore[call-overload] # typeshed wants a whole IO; a stream only reads
                yield tar
            opener.read()  # the tar may end before the stream does
    except NotOpened as error:
        raise Damaged(str(error)) from error
    except (tarfile.TarError, EOFError, ValueError, zlib.error, OSError) as error:
        raise Damaged(str(error)) from error


def _dumped(url: str) -> Iterator[bytes]:
    """The parts of the dump, as pg_dump gives them out. Raises `CannotStart`."""
    _sees_every_row(url)
    bare = ["--no-owner", "--no-privileges", "--no-comments", "-Fp", "-Z", "gzip:3"]
    bare.append("--enable-row-security")  # the owner's own policies show it everything
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [binaries.programs() / "pg_dump", *bare, "-d", url],
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
        ) as dump,
    ):
        assert dump.stdout is not None
        while part := dump.stdout.read(PART):
            yield part
        if dump.wait() != 0:
            raise CannotStart(f"pg_dump: {_said(errors)}")


def _sees_every_row(url: str) -> None:
    """Raises `CannotStart` when row-level security would leave rows out of the dump: the role is
    subject to it, and has no policy of its own (`foundation.row_security` makes it one)."""
    import psycopg

    with psycopg.connect(url) as connection:
        hidden = connection.execute(
            "SELECT relname::text FROM pg_class c"
            " WHERE relkind = 'r' AND row_security_active(c.oid)"
            " AND NOT EXISTS (SELECT FROM pg_policies p WHERE p.tablename = c.relname"
            " AND p.policyname = 'motcua_owner' AND current_user = ANY (p.roles)) ORDER BY 1"
        ).fetchall()
    if hidden:
        names = ", ".join(row[0] for row in hidden)
        raise CannotStart(f"A backup would leave out rows of {names}. Run first: motcua migrate")


class _Lines:
    """SQL on its way to psql, whole lines at a time."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._held = out, b""

    def write(self, data: bytes) -> None:
        *lines, self._held = (self._held + data).split(b"\n")
        with suppress(BrokenPipeError):  # psql has ended and has said why
            for line in lines:
                # A newer pg_dump says what an older server does not know; and the owner's policies
                # name the owner, who may be called otherwise here: the next start raises the wall
                # again (`foundation.row_security`).
                if not line.startswith(_LEFT_OUT):
                    self._out.write(line + b"\n")

    def end(self) -> None:
        with suppress(BrokenPipeError):
            self._out.write(self._held)
            self._out.close()


@contextmanager
def _replacing(url: str) -> Iterator[_Lines]:
    """Replace everything in the database by the lines that are written, or change nothing: all is
    one transaction, committed at the end of the block. Raises `CannotStart`."""
    with (
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
        lines = _Lines(psql.stdin)
        try:
            lines.write(b"DROP SCHEMA public CASCADE; CREATE SCHEMA public;\n")
            yield lines
        except BaseException:
            psql.kill()  # before it sees the end of its input, which it would take for a commit
            psql.wait()
            with suppress(BrokenPipeError):
                psql.stdin.close()
            raise
        lines.end()
        if psql.wait() != 0:
            raise CannotStart(f"The database was left as it was; it refused:\n{_said(errors)}")


def _said(errors: IO[bytes]) -> str:
    errors.seek(0)
    return errors.read().decode(errors="replace")[-2000:]


class _Whole:
    """One digest over names and digests in their order."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, name: str, digest: str) -> None:
        self._digest.update(f"{name}\0{digest}\n".encode())

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


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
            _forget(tar)
            return reader.digest.hexdigest()
    except FileNotFoundError:
        return None


def _add_bytes(tar: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(content), 0o600
    tar.addfile(info, io.BytesIO(content))
    _forget(tar)


class _Digesting:
    """A file being read, with the digest of what was read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self.digest.update(chunk)
        return chunk


def _forget(tar: tarfile.TarFile) -> None:
    """Let go of what tarfile remembers of every member, so that memory does not grow."""
    tar.members.clear()  # type: ignore[attr-defined] # public in tarfile, missing in its stubs


def _digest(content: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := content.read(1 << 20):
        digest.update(chunk)
    return digest.hexdigest()


def _is_ours(name: str) -> bool:
    path = PurePosixPath(name)
    inside = name == "manifest.json" or name.startswith(("home/", DUMP))
    return inside and not path.is_absolute() and ".." not in path.parts


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("PG")} | {"LC_ALL": "C"}


def as_json(summary: Summary) -> str:
    """The summary as one JSON document."""
    return json.dumps(asdict(summary))
