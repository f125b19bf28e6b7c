"""An installation is told what it is by its environment, and says so when it is told nonsense."""

from __future__ import annotations

from pathlib import Path

import pytest

from motcua.runtime.environment import SANDBOX_SECRET, Environment


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    for name in ("MOTCUA_PORT", "MOTCUA_EID_URL", "MOTCUA_EID_SECRET", "MOTCUA_ROLE"):
        monkeypatch.delenv(name, raising=False)


def test_the_outside_systems_are_the_sandboxes_beside_us_unless_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOTCUA_PORT", "9000")
    environment = Environment.read()
    assert environment.public_url == "http://127.0.0.1:9000"
    assert environment.eid_url == "http://127.0.0.1:9001"
    assert environment.smtp == "127.0.0.1:9005"
    assert environment.eid_client_secret == SANDBOX_SECRET


def test_an_outside_system_comes_with_its_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_EID_URL", "https://eid.example.vn/")
    with pytest.raises(SystemExit, match="MOTCUA_EID_SECRET"):
        Environment.read()
    monkeypatch.setenv("MOTCUA_EID_SECRET", "agreed")
    assert Environment.read().eid_url == "https://eid.example.vn"


def test_an_unknown_role_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MOTCUA_ROLE", "district")
    with pytest.raises(SystemExit, match="MOTCUA_ROLE"):
        Environment.read()


def test_the_secret_key_is_made_once_and_is_private(tmp_path: Path) -> None:
    first = Environment.read().secret_key
    assert Environment.read().secret_key == first
    assert len(first) > 40
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p%40ss@db.example:6000/name", ("db.example", "6000", "name", "p@ss")),
        ("postgresql://u@/motcua?host=/a%20b/socket", ("/a b/socket", "", "motcua", "")),
    ],
)
def test_a_database_url_is_read_as_written(
    url: str, expected: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    found = Environment.read().database()
    assert (found["HOST"], found["PORT"], found["NAME"], found["PASSWORD"]) == expected
    assert found["USER"] == "u"
