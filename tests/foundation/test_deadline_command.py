"""`motcua deadline` answers scripts exactly as agreed, one question or many, without a database."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from motcua.doors.cli.main import main

THREE_DAYS = ["--received", "2026-11-20T15:30", "--limit", "3", "--unit", "working_day"]


def ask(*words: str) -> int:
    try:
        return main(["deadline", *words])
    except SystemExit as ended:
        return int(ended.code or 0)


def answers(capsys: pytest.CaptureFixture[str]) -> list[dict]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_agreed_example(capsys):
    assert ask(*THREE_DAYS, "--json") == 0
    assert capsys.readouterr().out == (
        '{"effective": "2026-11-20T15:30:00+07:00", "due": "2026-11-26T17:00:00+07:00",'
        ' "verdict": null}\n'
    )


def test_people_get_an_answer_they_can_read(capsys):
    assert ask(*THREE_DAYS, "--at", "2026-11-27T08:00") == 0
    out = capsys.readouterr().out
    assert "17:00:00 26/11/2026" in out
    assert "quá hạn" in out


@pytest.mark.parametrize(
    ("words", "due", "verdict"),
    [
        (["--done", "2026-11-25T10:00"], "2026-11-26T17:00:00+07:00", "early"),
        (["--done", "2026-11-26T10:00:01Z"], "2026-11-26T17:00:00+07:00", "late"),
        (["--at", "2026-11-20 16:00"], "2026-11-26T17:00:00+07:00", "running"),
        (["--extend", "5"], "2026-11-30T17:00:00+07:00", None),
        (["--pause", "2026-11-23T08:00/2026-11-25T08:00"], "2026-11-27T17:00:00+07:00", None),
        (
            ["--pause", "2026-11-23T08:00/2026-11-25T08:00/restart"],
            "2026-11-30T17:00:00+07:00",
            None,
        ),
        (
            ["--pause", "2026-11-23T08:00/", "--at", "2026-11-25T08:00"],
            "2026-11-27T17:00:00+07:00",
            "paused",
        ),
        (
            ["--pause", "2026-11-23T08:00//restart", "--at", "2026-11-25T08:00"],
            "2026-11-30T17:00:00+07:00",
            "paused",
        ),
    ],
)
def test_pauses_extensions_and_verdicts(capsys, words, due, verdict):
    assert ask(*THREE_DAYS, *words, "--json") == 0
    (answer,) = answers(capsys)
    assert (answer["due"], answer["verdict"]) == (due, verdict)


def test_within_the_day_needs_no_number(capsys):
    assert ask("--received", "2026-11-20T08:00+00:00", "--unit", "within_day", "--json") == 0
    assert answers(capsys)[0]["due"] == "2026-11-20T17:00:00+07:00"


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--received", "2026-11-20T15:30", "--unit", "working_day"],
        ["--received", "2026-11-20", "--limit", "3", "--unit", "working_day"],
        ["--received", "2026-11-20T15:30:00.5", "--limit", "3", "--unit", "working_day"],
        ["--received", "2026-11-20T15:30:00.000", "--limit", "3", "--unit", "working_day"],
        ["--received", "2026-02-30T15:30", "--limit", "3", "--unit", "working_day"],
        ["--received", "20261120T1530", "--limit", "3", "--unit", "working_day"],
        ["--received", "2026-11-20T15:30", "--limit", "ba", "--unit", "working_day"],
        ["--received", "2026-11-20T15:30", "--limit", "1e999999", "--unit", "working_day"],
        ["--received", "2026-11-20T15:30", "--limit", "2.5", "--unit", "working_day"],
        ["--received", "2026-11-20T15:30", "--limit", "3", "--unit", "week"],
        ["--received", "2029-11-20T15:30", "--limit", "3", "--unit", "working_day"],
        [*THREE_DAYS, "--pause", "2026-11-23T08:00"],
        [*THREE_DAYS, "--pause", "2026-11-23T08:00/"],
        [*THREE_DAYS, "--pause", "/2026-11-23T08:00"],
        [*THREE_DAYS, "--pause", "2026-11-23T08:00/2026-11-25T08:00/again"],
        [*THREE_DAYS, "--extend", "3"],
        [*THREE_DAYS, "--done", "2026-11-26T08:00", "--at", "2026-11-26T08:00"],
        [*THREE_DAYS, "--calendar", "/nowhere/calendar.json"],
        [*THREE_DAYS, "--unknown"],
        ["--cases", "/nowhere/cases.jsonl"],
        [*THREE_DAYS, "--cases", "/nowhere/cases.jsonl"],
    ],
)
def test_bad_input_is_told_on_standard_error_with_exit_code_2(capsys, words):
    assert ask(*words, "--json") == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.strip()


def test_an_undecided_year_is_named(capsys):
    assert ask("--received", "2028-12-29T09:00", "--limit", "1", "--unit", "month") == 2
    assert "2029" in capsys.readouterr().err


def test_many_questions_are_answered_in_order_and_a_bad_one_stops_no_other(capsys, tmp_path):
    good = {"received": "2026-11-20T15:30", "limit": 3, "unit": "working_day"}
    lines = [
        json.dumps(good),
        "",
        "not json",
        json.dumps(
            good
            | {
                "pauses": [
                    ["2026-11-25T08:00", None, "restart"],
                    ["2026-11-23T08:00", "2026-11-25T08:00"],
                ],
                "at": "2026-11-25T09:00",
                "extend": None,
                "done": None,
            }
        ),
        json.dumps(good | {"limits": 4}),
        json.dumps(good | {"limit": "3"}),
        json.dumps(good | {"limit": True}),
        json.dumps(good | {"limit": float("nan")}),
        json.dumps(good | {"pauses": [["2026-11-25T08:00"]]}),
        json.dumps(good | {"pauses": "2026-11-25T08:00/"}),
        json.dumps(good | {"received": None}),
        json.dumps(good | {"unit": ["working_day"]}),
        "[1, 2]",
        '{"received": "2026-11-20T15:30", "limit": 3, "limit": 4, "unit": "working_day"}',
        "[" * 100_000,
        '{"received": "2026-11-20T15:30", "limit": 1e999999999, "unit": "working_hour"}',
        "\u00ff" * 10,
        json.dumps({"received": "2026-11-20T15:30", "limit": 1.25, "unit": "working_hour"}),
        json.dumps({"received": "2026-11-20T15:30", "limit": 3.0, "unit": "working_day"}),
        json.dumps({"received": "2026-11-20T15:00:00", "unit": "within_day", "limit": None}),
    ]
    cases = tmp_path / "cases.jsonl"
    cases.write_bytes("\r\n".join(lines).encode() + b"\n\xff\xfe\n")
    assert ask("--cases", str(cases), "--json") == 2
    found = answers(capsys)
    assert len(found) == len(lines) - 1 + 1
    good_ones = {0: "2026-11-26", 2: "2026-11-30", 16: "2026-11-20", 17: "2026-11-26"}
    good_ones[18] = "2026-11-20"
    for number, answer in enumerate(found):
        if number in good_ones:
            assert answer["due"].startswith(good_ones[number])
        else:
            assert list(answer) == ["error"]
            assert answer["error"]
    assert found[2]["verdict"] == "paused"


def test_only_good_cases_end_well(capsys, tmp_path):
    cases = tmp_path / "cases.jsonl"
    cases.write_text('\ufeff{"received": "2026-11-20T15:30", "limit": 3, "unit": "day"}', "utf-8")
    assert ask("--cases", str(cases)) == 0
    assert answers(capsys)[0]["due"] == "2026-11-23T17:00:00+07:00"


def test_an_agency_may_bring_its_own_calendar(capsys, tmp_path):
    own = {
        "weekly": {"mon": [["08:00", "12:00"]], "sat": [["08:00", "10:00"]]},
        "holidays": ["2026-11-23"],
        "workdays": [{"date": "2026-11-26", "hours": [["09:00", "11:00"]]}],
        "special": {"2026-11-28": [["08:00", "09:15"]]},
        "covers": [2026, 2026],
    }
    path = tmp_path / "calendar.json"
    path.write_text(json.dumps(own))
    words = ["--received", "2026-11-23T09:00", "--limit", "2", "--unit", "working_day", "--json"]
    assert ask(*words, "--calendar", str(path)) == 0
    assert answers(capsys) == [
        {
            "effective": "2026-11-26T09:00:00+07:00",
            "due": "2026-11-30T12:00:00+07:00",
            "verdict": None,
        }
    ]
    path.write_text(json.dumps(own | {"weekday": {}}))
    assert ask(*words, "--calendar", str(path)) == 2
    path.write_text("{")
    assert ask(*words, "--calendar", str(path)) == 2
    assert capsys.readouterr().out == ""


def test_it_needs_no_django_and_no_database():
    program = (
        "import sys; from motcua.doors.cli.main import main;"
        f" code = main(['deadline', *{THREE_DAYS!r}, '--json']);"
        " assert 'django' not in sys.modules and 'psycopg' not in sys.modules; sys.exit(code)"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("DATABASE", "DJANGO"))}
    environment["PYTHONPATH"] = str(Path(__file__).resolve().parents[2] / "src")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["due"] == "2026-11-26T17:00:00+07:00"
