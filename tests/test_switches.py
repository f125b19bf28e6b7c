"""A control that is switched off is missed: the test that shows it fails.

Every row of "Threats and controls" in docs/security.md has a switch in tests/switched.py, or says
itself why it has none.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from .switched import SWITCHES

ROOT = Path(__file__).resolve().parents[1]
NO_SWITCH = re.compile(r"\(no switch: [^)]{20,}\)")
SOME_FAILED = 1


def rows() -> dict[str, tuple[str, str]]:
    """Control and evidence of each row, by its threat."""
    page = (ROOT / "docs/security.md").read_text(encoding="utf-8")
    table = page.partition("## Threats and controls")[2].partition("\n## ")[0]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in lines[2:]]
    assert all(len(three) == 3 for three in cells), "three cells a row"
    assert len({three[0] for three in cells}) == len(cells) > 40
    return {threat: (control, evidence) for threat, control, evidence in cells}


def test_every_control_has_a_switch_or_says_why_it_has_none() -> None:
    told = rows()
    reasoned = {threat for threat, (_, shown) in told.items() if NO_SWITCH.search(shown)}
    assert told.keys() - SWITCHES.keys() - reasoned == set(), "add a switch, or `(no switch: why)`"
    assert SWITCHES.keys() - told.keys() == set(), "the row is gone: take its switch out"
    assert SWITCHES.keys() & reasoned == set(), "it has a switch: take the reason out"


def test_what_a_row_names_is_there() -> None:
    gone = []
    for threat, (_, shown) in rows().items():
        named = re.findall(r"`([\w./-]+?)(?:::(\w+))?`", NO_SWITCH.sub("", shown))
        assert named, threat
        for path, function in named:
            file = ROOT / path
            if not file.exists() or (function and f"def {function}(" not in file.read_text()):
                gone.append(f"{path}::{function}")
    assert gone == []


@pytest.mark.parametrize("threat", SWITCHES)
def test_what_a_switch_is_for_stands_in_its_row(threat: str) -> None:
    file, *_, function = SWITCHES[threat].test.split("::")
    assert f"def {function.partition('[')[0]}(" in (ROOT / file).read_text(encoding="utf-8")
    evidence = rows()[threat][1]
    assert file in evidence or f"{Path(file).parent.as_posix()}/`" in evidence


def test_no_two_switches_share_a_test() -> None:
    assert len({switch.test for switch in SWITCHES.values()}) == len(SWITCHES)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """How the test of each switch ended with its control off, all in one run of their own."""
    found = tmp_path_factory.mktemp("switches") / "ended.json"
    environment = {
        **os.environ,
        "MOTCUA_TEST_DB": os.environ.get("MOTCUA_TEST_DB", "test_motcua") + "_off",
    }
    tests = sorted({switch.test for switch in SWITCHES.values()})
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n0", "--create-db", "-p", "tests.switches"),
            *(f"--controls-off={found}", *tests),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == SOME_FAILED, done.stdout[-4_000:] + done.stderr[-2_000:]
    return dict(json.loads(found.read_text(encoding="utf-8")))


@pytest.mark.long
@pytest.mark.parametrize("threat", SWITCHES)
def test_without_the_control_its_test_fails(threat: str, ended: dict[str, str]) -> None:
    said = ended.get(threat, "did not run")
    assert said.startswith("failed: ")
    assert SWITCHES[threat].says in said, "it failed for another reason than the missing control"
