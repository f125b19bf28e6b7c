"""`motcua ledger verify` tells scripts and people alike whether the ledger is unbroken."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import connection, transaction

from motcua.doors.cli.commands import ledger as command
from motcua.doors.cli.main import main
from motcua.foundation import clock, ledger
from tests.owner import intruder


@pytest.fixture(autouse=True)
def here(db, monkeypatch):
    """The command looks at the test database."""
    monkeypatch.setattr(command, "database", nullcontext)


def write(count: int) -> None:
    with transaction.atomic():
        for number in range(count):
            ledger.append("dossiers.accept", f"D-{number}", "an", {})


def test_an_unbroken_ledger_ends_well(capsys):
    write(2)
    ledger.seal_once()
    write(1)
    assert main(["ledger", "verify", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out) == {
        "ok": True,
        "sealed_to": 2,
        "unsealed": 1,
        "first_break": None,
    }
    assert told.err == ""
    assert main(["ledger", "verify"]) == 0
    assert "nguyên vẹn" in capsys.readouterr().out


def test_a_break_is_named_and_ends_with_exit_code_1(capsys):
    write(2)
    ledger.seal_once()
    connection.check_constraints()
    with intruder() as cursor:
        cursor.execute("UPDATE foundation_ledgerentry SET subject = 'x' WHERE subject = 'D-1'")
    assert main(["ledger", "verify", "--json"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is False
    assert answer["first_break"]["position"] == 2
    assert main(["ledger", "verify"]) == 1
    assert "cột của mục bị sửa" in capsys.readouterr().out


def test_a_sealer_that_does_not_work_is_told_of(capsys):
    with clock.frozen(clock.now() - timedelta(minutes=1)):
        write(3)
    assert main(["ledger", "verify", "--json"]) == 0
    told = capsys.readouterr()
    assert json.loads(told.out)["unsealed"] == 3
    assert "3 mục" in told.err
