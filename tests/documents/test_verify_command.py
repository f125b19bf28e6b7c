"""`motcua verify`: what scripts rely on."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from django.db import connection

from motcua.documents import ca, checking, standing
from motcua.documents.models import Document
from motcua.doors.cli.commands import verify
from motcua.runtime.postgres import cluster_of
from tests.documents.papers import PAPER
from tests.documents.test_verification_bytes import rotate, updated


@pytest.fixture
def file(tmp_path: Path, signed: bytes) -> Path:
    path = tmp_path / "kết quả.pdf"
    path.write_bytes(signed)
    return path


@pytest.fixture
def trust(roots) -> Path:
    return ca.folder() / "trust.pem"


def motcua(*words: object, home: Path, **environment: str):
    """Run `motcua verify` as a person would: exit code, the answer, what was said."""
    inherited = {key: value for key, value in os.environ.items() if key != "DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-m", "motcua.doors.cli.main", "verify", *map(str, words)],
        capture_output=True,
        text=True,
        timeout=60,
        env=inherited | {"MOTCUA_HOME": str(home)} | environment,
    )
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def database_url() -> str:
    row = connection.settings_dict
    where = f"{row['USER']}@{row['HOST'] or 'localhost'}:{row['PORT'] or 5432}"
    if str(row["HOST"]).startswith("/"):
        return f"postgresql://{row['USER']}@/{row['NAME']}?host={row['HOST']}"
    return f"postgresql://{where}/{row['NAME']}"


def test_the_answer_has_the_shape_of_the_contract(file, trust, tmp_path):
    code, answer, said = motcua(file, "--trust", trust, "--json", home=tmp_path)
    assert (code, said) == (0, "")
    assert set(answer) == {"valid", "intact", "signatures", "document"}
    assert (answer["valid"], answer["intact"]) == (True, True)
    assert answer["document"] == {"number": PAPER["number"], "state": "unknown"}
    (one,) = answer["signatures"]
    assert set(one) == {
        "field",
        "signer",
        "agency",
        "signed_at",
        "timestamped_at",
        "trusted",
        "revocation",
    }


def test_without_trust_the_anchors_are_those_of_the_installation(file, trust, tmp_path):
    assert motcua(file, "--json", home=trust.parent.parent)[0] == 0
    code, answer, _ = motcua(file, "--json", home=tmp_path / "elsewhere")
    assert (code, answer["intact"], answer["valid"]) == (1, True, False)


def test_an_altered_file_is_not_valid(file, trust, tmp_path):
    content = bytearray(file.read_bytes())
    content[2000] ^= 1
    file.write_bytes(content)
    code, answer, said = motcua(file, "--trust", trust, "--json", home=tmp_path)
    assert (code, answer["valid"], answer["intact"]) == (1, False, False)
    assert "sửa" in said


def test_an_unsigned_file_is_not_valid_and_another_kind_is_bad_input(paper, tmp_path):
    plain, other = tmp_path / "a.pdf", tmp_path / "b.pdf"
    plain.write_bytes(paper)
    other.write_bytes(b"PK\x03\x04" + paper)
    code, answer, _ = motcua(plain, "--json", home=tmp_path)
    assert (code, answer["valid"], answer["signatures"]) == (1, False, [])
    other.write_bytes(b"PK\x03\x04" + bytes(2000))
    for path in (other, tmp_path / "không có.pdf", tmp_path):
        code, answer, said = motcua(path, "--json", home=tmp_path)
        assert (code, answer) == (2, None)
        assert said


def test_a_trust_file_that_cannot_be_read_is_bad_input(file, tmp_path):
    assert motcua(file, "--trust", tmp_path / "none.pem", "--json", home=tmp_path)[0] == 2
    (tmp_path / "bad.pem").write_text("nothing")
    assert motcua(file, "--trust", tmp_path / "bad.pem", "--json", home=tmp_path)[0] == 2


def test_a_database_that_does_not_answer_leaves_the_state_unknown(file, trust, tmp_path):
    gone = "postgresql://motcua@127.0.0.1:9/motcua"
    code, answer, _ = motcua(file, "--trust", trust, "--json", home=tmp_path, DATABASE_URL=gone)
    assert (code, answer["document"]["state"]) == (0, "unknown")


@pytest.mark.django_db(transaction=True)
def test_the_state_comes_from_the_database_unless_offline(file, trust, tmp_path, agency):
    document = Document.objects.create(
        number=PAPER["number"],
        kind="result",
        title="Giấy khai sinh",
        template="result_birth_certificate",
        data={},
        agency=agency,
        verify_code="A1",
        issued_at="2026-11-22T00:00Z",
    )
    url = database_url()
    assert standing.state_of(url, PAPER["number"]) == "unknown"  # drafted, not signed
    document.signed_at, document.state = document.issued_at, Document.State.REVOKED
    document.save()
    ask = (file, "--trust", trust, "--json")
    code, answer, _ = motcua(*ask, home=tmp_path, DATABASE_URL=url)
    assert (code, answer["valid"], answer["document"]["state"]) == (0, True, "revoked")
    code, answer, _ = motcua(*ask, "--offline", home=tmp_path, DATABASE_URL=url)
    assert (code, answer["document"]["state"]) == (0, "unknown")


def test_the_embedded_database_is_asked_when_it_runs_and_never_started(tmp_path, monkeypatch):
    monkeypatch.setenv("MOTCUA_HOME", str(tmp_path))
    assert verify._running_cluster() == ""
    assert list(tmp_path.iterdir()) == []
    cluster = cluster_of(tmp_path, durable=False)
    with cluster.in_use():
        assert verify._running_cluster() == cluster.url
        assert standing.state_of(cluster.url, "1") == "unknown"  # its tables are not made yet
    cluster.destroy()
    assert verify._running_cluster() == ""


def bomb_of_tables() -> bytes:
    """A cross-reference stream that unpacks to far more than a file of its size holds."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(10_000_000)) for _ in range(30)) + packer.flush()
    head = b"%PDF-1.7\n"
    return head + (
        b"1 0 obj\n<</Type/XRef/Size 200000000/W[1 2 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>\n"
        b"stream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n"
        % (len(packed), packed, len(head))
    )


def bomb_of_numbers() -> bytes:
    """A table that claims a thousand million rows."""
    body = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    return body + (
        b"xref\n0 999999999\n0000000000 65535 f \ntrailer\n<</Size 2/Root 1 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n" % len(body)
    )


@pytest.mark.parametrize("bomb", [bomb_of_tables, bomb_of_numbers])
def test_a_bomb_has_an_answer_in_bounded_time_and_memory(bomb, tmp_path):
    path = tmp_path / "bomb.pdf"
    path.write_bytes(bomb())
    code, answer, _ = motcua(path, "--json", home=tmp_path)
    assert (code, answer["valid"]) == (1, False)


# -- the same, for the page where anybody drops a file --------------------------------------------


def test_the_page_tells_in_words_what_is_wrong(signed, paper, roots, monkeypatch):
    monkeypatch.setenv("MOTCUA_HOME", str(ca.folder().parent))
    good = checking.check(signed)
    assert (good.valid, good.message, good.number) == (True, "", PAPER["number"])
    assert "sửa sau khi ký" in checking.check(updated(signed, rotate)).message
    assert "không có chữ ký" in checking.check(paper).message
    assert "không phải tệp PDF" in checking.check(b"PK\x03\x04").message
