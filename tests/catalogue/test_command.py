"""`motcua catalogue`: what scripts rely on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from motcua.catalogue.models import Competence
from motcua.doors.cli import main as cli
from motcua.doors.cli.commands import catalogue as command
from tests.catalogue.specs import record


@pytest.fixture(autouse=True)
def _the_test_database(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    @contextmanager
    def here(migrate: bool = False) -> Iterator[None]:
        yield

    monkeypatch.setattr(command, "database", here)


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = cli.main(["catalogue", *words])
    said = capsys.readouterr()
    return code, said.out, said.err


def write(path: Path, *records: Any) -> str:
    path.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    return str(path)


def test_import_answers_one_json_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.jsonl", record("9.000001"))
    code, out, _ = run(capsys, "import", good, "--json")
    assert code == 0
    assert json.loads(out) == {"added": 1, "changed": 0, "unchanged": 0, "rejected": []}


def test_a_rejected_record_is_exit_code_2_and_the_others_are_kept(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mixed = write(tmp_path / "mixed.jsonl", {"ma": "9.000002"}, record("9.000001"))
    code, out, _ = run(capsys, "import", mixed, "--json")
    answer = json.loads(out)
    assert code == 2
    assert answer["added"] == 1
    assert set(answer["rejected"][0]) == {"line", "code", "reason"}
    assert (answer["rejected"][0]["line"], answer["rejected"][0]["code"]) == (1, "9.000002")


@pytest.mark.parametrize("content", [b"\x1f\x8b\x08broken", b"\xff\xfe\xfd"])
def test_an_unreadable_file_is_exit_code_2_and_said_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes
) -> None:
    broken = tmp_path / "broken.gz"
    broken.write_bytes(content)
    code, out, err = run(capsys, "import", str(broken), "--json")
    assert (code, out) == (2, "")
    assert err
    assert run(capsys, "import", str(tmp_path / "missing"))[0] == 2


def test_search_answers_codes_names_and_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "import", write(tmp_path / "a.jsonl", record("9.000001")))
    code, out, _ = run(capsys, "search", "giay phep trong hoa dao", "--json", "--level", "commune")
    found = json.loads(out)
    assert code == 0
    assert found[0]["code"] == "9.000001"
    assert 0 < found[0]["score"] <= 1
    queries = tmp_path / "queries.txt"
    queries.write_text("hoa đào\n\nzzzz\n", encoding="utf-8")
    code, out, _ = run(capsys, "search", "--queries", str(queries))
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [answer["q"] for answer in answers] == ["hoa đào", "zzzz"]
    assert answers[0]["results"][0]["code"] == "9.000001"
    assert answers[1]["results"] == []


def test_a_search_without_a_query_is_bad_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "search")[0] == 2
    assert run(capsys, "search", "a", "--limit", "0")[0] == 2


def test_who_decides_is_answered_with_the_decree_or_the_reason(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "resolve", "9.000001", "--territory", "06427", "--json")
    answer = json.loads(out)
    assert (code, answer["agency"]) == (1, None)
    assert answer["reason"]
    assert run(capsys, "resolve", "9.000001", "--on", "hôm qua")[0] == 2


def test_a_rehearsal_names_bad_lines_and_changes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = write(tmp_path / "good.jsonl", record("9.000001"))
    run(capsys, "import", good)
    decree = tmp_path / "decree.csv"
    decree.write_text(
        "procedure,to,date\n9.000001,province,2030-01-01\n9.000009,province,2030-01-01\n"
    )
    code, out, _ = run(capsys, "rehearse", str(decree), "--json")
    answer = json.loads(out)
    assert code == 2
    assert [one["line"] for one in answer["handed"]] == [2]
    assert [(one["line"], one["column"]) for one in answer["problems"]] == [(3, "procedure")]
    assert not Competence.objects.exists()
    assert "cần sửa 1" in run(capsys, "rehearse", str(decree))[1]
    decree.write_bytes(b"\xff\xff")
    assert run(capsys, "rehearse", str(decree))[0] == 2


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "-"])
def test_what_was_imported_is_given_out_and_taken_over_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    good = write(tmp_path / "good.jsonl", record("9.000001"), record("9.000002"))
    run(capsys, "import", good)
    target = name if name == "-" else str(tmp_path / name)
    code, out, _ = run(capsys, "export", target)
    assert code == 0
    if name == "-":
        assert [json.loads(line)["ma"] for line in out.splitlines()] == ["9.000001", "9.000002"]
        return
    code, out, _ = run(capsys, "import", target, "--json")
    assert json.loads(out)["unchanged"] == 2
    assert run(capsys, "export", str(tmp_path / "missing" / "x"))[0] == 2
