"""docs/asvs.md goes through every requirement of levels 1 and 2, and what it names is there."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/asvs.md").read_text(encoding="utf-8")
NUMBERS = (ROOT / "tests/asvs_5_0_0.txt").read_text(encoding="utf-8")
"""Facts of the standard, release 5.0.0: the numbers of its requirements and their levels."""
STATES = ("met", "not met", "not applicable")


def rows() -> list[list[str]]:
    return [
        [cell.strip() for cell in line.strip("|").split(" | ")]
        for line in PAGE.splitlines()
        if re.match(r"\| \d", line)
    ]


def test_the_list_is_that_of_the_standard() -> None:
    listed = [line.split() for line in NUMBERS.splitlines()]
    assert Counter(level for _, level in listed) == {"1": 70, "2": 183}
    assert len({number for number, _ in listed}) == len(listed)


def test_every_requirement_has_one_row_in_its_order() -> None:
    told = [[row[0], row[1]] for row in rows()]
    assert told == [line.split() for line in NUMBERS.splitlines()]


def test_every_row_has_a_state_and_says_where_or_why() -> None:
    for number, _, words, state, where, shown in rows():
        assert words, number
        assert state in STATES, number
        assert where, number
        assert (state == "met") == shown.startswith("`tests/"), number


def test_what_the_rows_name_is_there() -> None:
    named = {
        (row[0], name)
        for row in rows()
        for name in re.findall(r"`((?:src|tests)/[^`]+)`", row[4] + row[5])
    }
    assert len(named) > 200
    gone = []
    for number, name in named:
        path, _, function = name.partition("::")
        file = ROOT / path
        if not file.exists() or (function and f"def {function}(" not in file.read_text()):
            gone.append((number, name))
    assert gone == []


def test_the_sum_is_that_of_the_rows() -> None:
    found = Counter(row[3] for row in rows())
    states = ", ".join(f"{found[state]} {state}" for state in STATES)
    assert f"{len(rows())} requirements: {states}." in PAGE


def test_the_checklist_of_level_3_has_a_state_and_tests_that_are_there() -> None:
    page = (ROOT / "docs/cap-do-3.md").read_text(encoding="utf-8")
    table = [line for line in page.splitlines() if line.startswith("| ")][2:]
    assert len(table) > 15
    for line in table:
        group, state, _, shown, operator = (cell.strip() for cell in line.strip("|").split(" | "))
        assert state in ("có", "một phần", "không"), group
        assert operator, group
        named = re.findall(r"`(tests/[^`]+)`", shown)
        assert named or (state != "có" and shown == "–"), group
        assert [path for path in named if not (ROOT / path).exists()] == [], group
