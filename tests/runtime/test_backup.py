"""What was backed up comes back whole, elsewhere, and a damaged file touches nothing."""

from __future__ import annotations

import io
import shutil
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from motcua.runtime import backup
from motcua.runtime.errors import CannotStart
from motcua.runtime.postgres import cluster_of
from motcua.runtime.sealed import FRAME, KEY_FILE, PASSPHRASE, NotOpened, Opener, Sealer, Secret
from tests.runtime.test_cli import motcua

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SECRET = Secret(KEY_FILE, bytes(range(32)))


@contextmanager
def installation(home: Path) -> Iterator[str]:
    """A running database for `home`; its URL."""
    cluster = cluster_of(home, durable=False)
    with cluster.in_use():
        yield cluster.url


def fill(home: Path, url: str, word: str = "hồ sơ") -> None:
    """Something of everything that is state."""
    (home / "keys").mkdir()
    (home / "keys" / "1.key").write_bytes(bytes(range(32)))
    (home / "files" / "2026").mkdir(parents=True)
    (home / "files" / "2026" / "kết quả.pdf").write_bytes(b"%PDF-1.7 " + word.encode())
    (home / "secret_key").write_text("secret")
    (home / "logs").mkdir()
    (home / "logs" / "web.log").write_text("noise")
    with psycopg.connect(url) as connection:
        connection.execute("CREATE EXTENSION pg_trgm")
        connection.execute("CREATE TABLE kept (id bigserial PRIMARY KEY, word text)")
        connection.execute("CREATE INDEX kept_word ON kept USING gin (word gin_trgm_ops)")
        connection.execute("INSERT INTO kept (word) SELECT %s FROM generate_series(1, 50)", [word])


def words(url: str) -> list[str]:
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT DISTINCT word FROM kept")]


@pytest.fixture
def other_home(home: Path) -> Iterator[Path]:
    folder = home.with_name(home.name + "-other")
    folder.mkdir()
    yield folder
    if (folder / "postgres").exists():
        cluster_of(folder).destroy()
    shutil.rmtree(folder)


def test_the_whole_state_comes_back_in_another_place(
    home: Path, other_home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "state.tar"
    with installation(home) as url:
        fill(home, url)
        written = backup.write(file, url, home, NOW, SECRET)
    assert file.stat().st_mode & 0o077 == 0, "it holds keys"
    assert written.files == 3, "the key, the result, the secret key; no logs"
    assert b"%PDF" not in file.read_bytes()
    with installation(other_home) as url:
        backup.read(file, url, other_home, replace=False, secret=SECRET)
        assert words(url) == ["hồ sơ"]
        with psycopg.connect(url) as connection:
            connection.execute("INSERT INTO kept (word) VALUES ('mới')")  # the sequence goes on
    for name in ("keys/1.key", "files/2026/kết quả.pdf", "secret_key"):
        assert (other_home / name).read_bytes() == (home / name).read_bytes()
        assert (other_home / name).stat().st_mode & 0o077 == 0


def test_a_backup_never_holds_the_keys_of_single_people(
    home: Path, other_home: Path, tmp_path: Path
) -> None:
    """Or destroying one would not erase what backups hold. A restore leaves those that are here."""
    file = tmp_path / "state.tar"
    with installation(home) as url:
        fill(home, url)
        (home / "person-keys").mkdir()
        (home / "person-keys" / "keys.sqlite").write_bytes(b"old")
        backup.write(file, url, home, NOW, SECRET)
        (home / "person-keys" / "keys.sqlite").write_bytes(b"newer")
        backup.read(file, url, home, replace=True, secret=SECRET)
    assert (home / "person-keys" / "keys.sqlite").read_bytes() == b"newer"
    with installation(other_home) as url:
        backup.read(file, url, other_home, replace=False, secret=SECRET)
    assert not (other_home / "person-keys").exists()


def test_a_state_that_is_there_is_given_up_only_when_told(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "state.tar"
    with installation(home) as url:
        fill(home, url, "cũ")
        backup.write(file, url, home, NOW, SECRET)
        with psycopg.connect(url) as connection:
            connection.execute("UPDATE kept SET word = 'sau'")
        (home / "files" / "2026" / "later.pdf").touch()
        with pytest.raises(CannotStart, match="--replace"):
            backup.read(file, url, home, replace=False, secret=SECRET)
        assert words(url) == ["sau"]
        backup.read(file, url, home, replace=True, secret=SECRET)
        assert words(url) == ["cũ"]
    assert not (home / "files" / "2026" / "later.pdf").exists()
    assert (home / "logs" / "web.log").exists(), "what is not state was left alone"


@pytest.mark.parametrize("harm", ["cut", "flip", "stranger", "no tar"])
def test_a_damaged_file_is_refused_before_anything_is_touched(
    harm: str, home: Path, tmp_path: Path
) -> None:
    file = tmp_path / "state.tar"
    with installation(home) as url:
        fill(home, url)
        backup.write(file, url, home, NOW, SECRET)
        content = bytearray(file.read_bytes())
        match harm:
            case "cut":
                file.write_bytes(content[: len(content) // 2])
            case "flip":
                content[len(content) // 2] ^= 1
                file.write_bytes(content)
            case "stranger":
                with file.open("wb") as out:
                    sealer = Sealer(out, SECRET)
                    with tarfile.open(fileobj=sealer, mode="w|") as tar:
                        tar.addfile(tarfile.TarInfo("../elsewhere"), io.BytesIO())
                    sealer.close()
            case _:
                file.write_text("no backup")
        with pytest.raises(backup.Damaged):
            backup.read(file, url, home, replace=True, secret=SECRET)
        assert words(url) == ["hồ sơ"]
    assert (home / "keys" / "1.key").exists()


def test_a_database_that_refuses_is_left_as_it_was(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "state.tar"
    with installation(home) as url:
        fill(home, url)
        backup.write(file, url, home, NOW, SECRET)
        with psycopg.connect(url) as other:  # somebody is still reading the table
            other.execute("SELECT 1 FROM kept")
            monkeypatch.setattr(backup, "_environment", lambda: _impatient())
            with pytest.raises(CannotStart, match="left as it was"):
                backup.read(file, url, home, replace=True, secret=SECRET)
        assert words(url) == ["hồ sơ"]
    assert (home / "files" / "2026" / "kết quả.pdf").exists()


def _impatient() -> dict[str, str]:
    return {"PGOPTIONS": "-c lock_timeout=200ms", "LC_ALL": "C"}


def test_the_commands_say_what_they_did_and_what_is_wrong(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "state.tar"
    key = str(tmp_path / "backup.key")
    surroundings = {"MOTCUA_HOME": str(home), "DATABASE_URL": "", "MOTCUA_BACKUP_KEY": key}
    with installation(home) as url:
        fill(home, url)
    done = motcua("backup", str(file), "--json", **surroundings)
    assert (done.returncode, done.stderr) == (0, "")
    assert '"files": 3' in done.stdout
    assert motcua("restore", "--check", str(file), **surroundings).returncode == 0
    refused = motcua("restore", str(file), **surroundings)
    assert refused.returncode == 1
    assert "--replace" in refused.stderr
    unsealed = motcua("restore", "--check", str(file), "--key", key + "x", **surroundings)
    assert unsealed.returncode == 2
    assert "there is no key" in unsealed.stderr
    assert Path(key).stat().st_mode & 0o077 == 0
    file.write_text("nonsense")
    damaged = motcua("restore", str(file), **surroundings)
    assert damaged.returncode == 2
    assert "damaged" in damaged.stderr


@pytest.mark.parametrize("size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME, 3 * FRAME + 7])
@pytest.mark.parametrize("secret", [SECRET, Secret(PASSPHRASE, b"mat khau")])
def test_what_was_sealed_opens_whole(size: int, secret: Secret) -> None:
    plain = bytes(size)
    assert Opener(io.BytesIO(sealed(plain, secret)), secret).read() == plain


def sealed(plain: bytes, secret: Secret = SECRET) -> bytes:
    out = io.BytesIO()
    sealer = Sealer(out, secret)
    for start in range(0, len(plain), 300_000):
        sealer.write(plain[start : start + 300_000])
    sealer.close()
    return out.getvalue()


@pytest.mark.parametrize("harm", ["another key", "flip", "no end", "moved", "longer", "header"])
def test_a_sealed_stream_shows_every_harm(harm: str) -> None:
    whole, secret = sealed(bytes(3 * FRAME)), SECRET
    head, frame = 33, FRAME + 16
    match harm:
        case "another key":
            secret = Secret(KEY_FILE, bytes(32))
        case "flip":
            whole = whole[:-5] + bytes([whole[-5] ^ 1]) + whole[-4:]
        case "no end":
            whole = whole[: head + 2 * frame]
        case "moved":
            first, second = whole[head : head + frame], whole[head + frame : head + 2 * frame]
            whole = whole[:head] + second + first + whole[head + 2 * frame :]
        case "longer":
            whole += whole[head : head + frame]
        case _:
            whole = whole[:20] + bytes([whole[20] ^ 1]) + whole[21:]
    with pytest.raises(NotOpened):
        Opener(io.BytesIO(whole), secret).read()


def test_a_restored_house_is_of_this_version_and_its_ledger_verifies(
    home: Path, other_home: Path, tmp_path: Path
) -> None:
    """The whole way by the commands alone, as an operator walks it."""
    here = {"DATABASE_URL": "", "MOTCUA_BACKUP_KEY": str(tmp_path / "backup.key")}
    assert motcua("ledger", "verify", **here, MOTCUA_HOME=str(home)).returncode == 0
    file = str(tmp_path / "state")
    assert motcua("backup", file, **here, MOTCUA_HOME=str(home)).returncode == 0
    restored = motcua("restore", file, **here, MOTCUA_HOME=str(other_home))
    assert restored.returncode == 0, restored.stderr
    assert motcua("ledger", "verify", **here, MOTCUA_HOME=str(other_home)).returncode == 0
