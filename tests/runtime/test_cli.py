"""The console command finds its commands, starts quickly and says what it does not know."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.doors.cli.main import COMMANDS, main


def motcua(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "motcua.doors.cli.main", *words],
        env={k: v for k, v in (os.environ | environment).items() if v},
        capture_output=True,
        text=True,
        check=False,
    )


def test_an_unknown_command_suggests_a_known_one(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["serv"]) == 2
    assert "did you mean serve?" in capsys.readouterr().err


def test_help_names_what_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "demo" in shown
    assert all(f"  {name}" in shown for name in ("serve", "migrate"))


def test_every_command_of_the_contract_is_known() -> None:
    promised = {"demo", "deadline", "index", "catalogue", "territory", "verify", "ledger"}
    assert promised | {"backup", "restore"} <= set(COMMANDS)


def test_a_command_without_database_starts_without_django() -> None:
    text = (
        "import sys; from motcua.doors.cli.main import main;"
        "main(['--help']); sys.exit('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", text], check=False, capture_output=True)
    assert done.returncode == 0


def test_without_a_url_a_command_starts_the_database_and_stops_it_again(home: Path) -> None:
    surroundings = {"MOTCUA_HOME": str(home), "DATABASE_URL": ""}
    first = motcua("migrate", **surroundings)
    assert (first.returncode, first.stderr) == (0, "")
    assert motcua("migrate", **surroundings).returncode == 0
    log = ((home / "postgres").resolve() / "server.log").read_text()
    assert log.count("ready to accept connections") == 2, "each run started it"
    assert log.count("database system is shut down") >= 2, "and stopped it"


def test_a_database_that_does_not_answer_is_named(home: Path) -> None:
    done = motcua(
        "migrate",
        MOTCUA_HOME=str(home),
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/none",
    )
    assert done.returncode == 1
    assert "DATABASE_URL" in done.stderr
    assert "Traceback" not in done.stderr
