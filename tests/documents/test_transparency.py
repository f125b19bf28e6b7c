"""Roots of the ledger's days are signed and timestamped; a stranger's program can judge a proof,
and whatever is changed is named."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import Client

from motcua.documents import transparency
from motcua.documents.signing import TimestampUnavailable
from motcua.foundation import clock, ledger, ledger_days
from motcua.foundation.models import LedgerDay, LedgerDaySignature
from tests.owner import intruder, the_owner

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
WEDNESDAY, THURSDAY = MONDAY + timedelta(days=2), MONDAY + timedelta(days=3)
VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verify_ledger.py"


def write(count: int, at: datetime, first: int = 0) -> None:
    with clock.frozen(at):
        with transaction.atomic():
            for number in range(first, first + count):
                ledger.append("dossiers.accept", f"D-{number}", "an", {"n": number})
        ledger.seal_once()
    connection.check_constraints()


def as_intruder(sql: str, *parameters: object) -> None:
    with intruder() as cursor:
        cursor.execute(sql, parameters)


@pytest.fixture
def two_days(db: None) -> None:
    """Five entries on Monday, none on Tuesday, three on Wednesday; closed and signed together."""
    write(5, MONDAY)
    write(3, WEDNESDAY, first=5)
    assert transparency.publish(THURSDAY) == 2


@pytest.fixture
def trust(surroundings: None, tmp_path: Path) -> Path:
    path = tmp_path / "trust.pem"
    path.write_bytes(transparency.trust())
    return path


def judged(proof: dict[str, Any], tmp_path: Path, *more: str) -> tuple[int, str]:
    """What the stranger's program says of a proof; it runs where none of our code can be found."""
    file = tmp_path / "proof.json"
    file.write_text(json.dumps(proof), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file), *more],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, done.stdout + done.stderr


def test_days_missed_are_caught_up_once(two_days: None) -> None:
    days = list(LedgerDay.objects.order_by("day"))
    assert [(d.day.day, d.first, d.last) for d in days] == [(23, 1, 5), (25, 6, 8)]
    assert transparency.publish(THURSDAY) == 0
    assert ledger.verify(THURSDAY).ok
    assert transparency.first_break() is None


def test_a_day_that_still_runs_is_not_closed(db: None) -> None:
    write(2, MONDAY)
    last_second = datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC)
    assert ledger_days.close_days(last_second) == []
    assert len(ledger_days.close_days(last_second + timedelta(seconds=1))) == 1


def test_a_clock_that_was_set_back_breaks_nothing(db: None) -> None:
    write(2, WEDNESDAY)
    ledger_days.close_days(THURSDAY)
    write(2, MONDAY)
    ledger_days.close_days(THURSDAY + timedelta(days=1))
    assert [(d.first, d.last) for d in LedgerDay.objects.order_by("day")] == [(1, 2), (3, 4)]
    assert ledger.verify(THURSDAY).ok


def test_without_a_timestamp_nothing_is_signed_and_the_next_time_it_is(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(2, MONDAY)
    with monkeypatch.context() as patched:
        patched.setattr(settings, "ENV", replace(settings.ENV, tsa_url="http://127.0.0.1:9"))
        with pytest.raises(TimestampUnavailable):
            transparency.publish(THURSDAY)
        assert not LedgerDaySignature.objects.exists()
    assert transparency.publish(THURSDAY) == 1


@pytest.mark.parametrize("with_body", [True, False])
def test_a_stranger_accepts_every_true_proof(
    two_days: None, trust: Path, tmp_path: Path, with_body: bool
) -> None:
    write(2, THURSDAY, first=8)
    for number in (1, 5, 7, 10):
        proof = transparency.proof(number, THURSDAY, with_body=with_body)
        code, said = judged(proof, tmp_path, "--trust", str(trust))
        assert (code, said[:3]) == (0, "OK:"), said
        assert ("still running" in said) == (number == 10)
    code, said = judged(proof, tmp_path)
    assert code == 0
    assert "Not checked" in said


def test_proofs_over_many_chunks_hold(
    db: None, monkeypatch: pytest.MonkeyPatch, trust: Path, tmp_path: Path
) -> None:
    monkeypatch.setattr(ledger_days, "CHUNK", 4)
    write(23, MONDAY)
    transparency.publish(THURSDAY)
    assert len(LedgerDay.objects.get().chunks) == 6 * 32
    assert ledger.verify(THURSDAY).ok
    for number in (1, 4, 5, 20, 23):
        proof = transparency.proof(number, THURSDAY, with_body=True)
        assert judged(proof, tmp_path, "--trust", str(trust))[0] == 0


def _flip(encoded: str) -> str:
    raw = bytearray(base64.b64decode(encoded))
    raw[-3] ^= 1
    return base64.b64encode(raw).decode()


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("body", lambda p: p["body"].replace("an", "binh")),
        ("digest", lambda p: "00" * 32),
        ("number", lambda p: p["number"] + 1),
        ("number", lambda p: 0),
        ("path", lambda p: p["path"][:-1]),
        ("path", lambda p: [*p["path"], "00" * 32]),
        ("path", lambda p: p["path"][::-1]),
        ("statement", lambda p: p["statement"].replace("2026-11-23", "2026-11-22")),
        ("signature", lambda p: _flip(p["signature"])),
        ("timestamp", lambda p: _flip(p["timestamp"])),
        ("timestamp", lambda p: p["timestamp"][:400]),
        ("timestamp", lambda p: None),
        ("certificates", lambda p: "-----BEGIN CERTIFICATE-----\n"),
        ("form", lambda p: "another"),
    ],
)
def test_a_stranger_refuses_what_was_tampered_with(
    two_days: None, trust: Path, tmp_path: Path, field: str, change: Any
) -> None:
    proof = transparency.proof(2, THURSDAY, with_body=True)
    tampered = {**proof, field: change(proof)}
    assert tampered != proof
    code, said = judged(tampered, tmp_path, "--trust", str(trust))
    assert code == 1
    assert said.startswith("WRONG"), said


def test_a_stranger_refuses_the_signature_of_another_authority(
    two_days: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = transparency.proof(2, THURSDAY, with_body=True)
    monkeypatch.setattr(settings, "ENV", replace(settings.ENV, home=tmp_path / "elsewhere"))
    other = tmp_path / "other.pem"
    other.write_bytes(transparency.trust())
    code, said = judged(proof, tmp_path, "--trust", str(other))
    assert code == 1
    assert "no root that you trust" in said
    broken = transparency.first_break()
    assert broken is not None


@pytest.mark.parametrize(
    ("table", "column"),
    [("foundation_ledgerday", "root"), ("foundation_ledgerdaysignature", "signature")],
)
def test_the_database_refuses_to_change_days(two_days: None, table: str, column: str) -> None:
    for act in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(DatabaseError, match="append-only"), the_owner() as cursor:
            cursor.execute(act)


def test_a_changed_row_is_named_by_its_entry_number(two_days: None) -> None:
    as_intruder("UPDATE foundation_ledgerentry SET actor = 'x' WHERE subject = 'D-6'")
    found = ledger.verify().first_break
    assert found is not None
    assert found.position == 7
    assert "altered" in found.problem


def rewrite_chain(changed: str) -> None:
    """What the owner of the database could do: alter an entry and make the whole chain anew."""
    as_intruder(
        "UPDATE foundation_ledgerentry SET body = replace(body, '\"an\"', '\"xx\"'), actor = 'xx'"
        " WHERE subject = %s",
        changed,
    )
    as_intruder("UPDATE foundation_ledgerentry SET digest = sha256(convert_to(body, 'UTF8'))")
    link = ledger_days.GENESIS
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT position, digest FROM foundation_ledgerseal s"
            " JOIN foundation_ledgerentry e ON e.id = s.entry_id ORDER BY position"
        )
        rows = cursor.fetchall()
    for position, digest in rows:
        link = ledger._link(link, bytes(digest))
        as_intruder(
            "UPDATE foundation_ledgerseal SET link = %s WHERE position = %s", link, position
        )
    as_intruder("UPDATE foundation_ledgerhead SET link = %s", link)


def test_a_chain_rewritten_to_its_end_differs_from_the_signed_root(two_days: None) -> None:
    rewrite_chain("D-6")
    found = ledger.verify().first_break
    assert found is not None
    assert (found.day, found.problem) == ("2026-11-25", "root differs from the sealed entries")
    assert found.position == 6, "where the part of the day begins in which it lies"


def test_a_root_rewritten_as_well_differs_from_its_signature(two_days: None) -> None:
    rewrite_chain("D-6")
    with intruder() as cursor:
        cursor.execute("CREATE TEMP TABLE kept AS SELECT * FROM foundation_ledgerdaysignature")
        cursor.execute("DELETE FROM foundation_ledgerdaysignature WHERE day_id = '2026-11-25'")
        cursor.execute("DELETE FROM foundation_ledgerday WHERE day = '2026-11-25'")
    ledger_days.close_days(THURSDAY)
    with intruder() as cursor:
        cursor.execute(
            "INSERT INTO foundation_ledgerdaysignature"
            " SELECT * FROM kept WHERE day_id = '2026-11-25'"
        )
        cursor.execute("DROP TABLE kept")
    assert ledger.verify().ok, "it was rewritten with care"
    found = transparency.first_break()
    assert found is not None
    assert found.day == "2026-11-25"
    assert found.problem == "signature of the day differs from its statement"


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE foundation_ledgerday SET root = '\\x00' WHERE first = 1", "root altered"),
        ("UPDATE foundation_ledgerday SET closed_at = now(), statement = ''", "statement altered"),
        ("DELETE FROM foundation_ledgerday WHERE first = 1", "day removed"),
        ("UPDATE foundation_ledgerday SET last = 9 WHERE first = 6", "no more"),
    ],
)
def test_an_altered_day_is_named(two_days: None, sql: str, problem: str) -> None:
    as_intruder(sql)
    found = ledger.verify().first_break
    assert found is not None
    assert problem in found.problem
    assert found.day is not None
    as_intruder("DELETE FROM foundation_ledgerdaysignature")  # for the check at the test's end
    as_intruder("DELETE FROM foundation_ledgerday")


@pytest.mark.parametrize(
    ("column", "problem"),
    [("signature", "timestamp of something else"), ("timestamp", "timestamp")],
)
def test_an_altered_signature_or_timestamp_is_named(
    two_days: None, column: str, problem: str
) -> None:
    as_intruder(
        f"UPDATE foundation_ledgerdaysignature SET {column} ="
        f" set_byte({column}, length({column}) - 1, get_byte({column}, length({column}) - 1) # 1)"
        " WHERE day_id = '2026-11-25'"
    )
    found = transparency.first_break()
    assert found is not None
    assert found.day == "2026-11-25"
    assert problem in found.problem


def test_everybody_sees_the_days_and_takes_proofs_away(
    two_days: None, client: Client, tmp_path: Path
) -> None:
    page = client.get("/minh-bach/").content.decode()
    first, second = LedgerDay.objects.order_by("day")
    for day in (first, second):
        assert bytes(day.root).hex() in page
    assert page.index("25/11/2026") < page.index("23/11/2026"), "the newest first"
    known = client.get("/minh-bach/ngay/2026-11-25.json").json()
    assert (known["root"], known["first"]) == (bytes(second.root).hex(), 6)
    assert known["timestamp"]
    trust = tmp_path / "roots.pem"
    trust.write_bytes(client.get("/minh-bach/goc-tin-cay.pem").content)
    proof = client.get("/minh-bach/muc/7.json").json()
    assert "body" not in proof, "what was done to whom is not for everybody"
    assert judged(proof, tmp_path, "--trust", str(trust))[0] == 0
    assert "có trong sổ cái" in client.get("/minh-bach/?muc=7").content.decode()


def test_what_is_not_published_is_not_proven_to_the_public(two_days: None, client: Client) -> None:
    write(1, THURSDAY, first=8)
    for path in ("muc/9", "muc/0", "muc/x", f"muc/{10**30}", "ngay/2026-11-24", "ngay/x"):
        assert client.get(f"/minh-bach/{path}.json").status_code == 404
    assert "Chưa có bằng chứng" in client.get("/minh-bach/?muc=9").content.decode()
    assert client.get("/minh-bach/?muc=x&trang=x").status_code == 200
