"""A control that is switched off is missed: the test that shows it fails."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from .switches import SWITCHES

ROOT = Path(__file__).resolve().parents[1]
SECURITY = (ROOT / "docs/security.md").read_text(encoding="utf-8")
SOME_FAILED = 1


@pytest.mark.parametrize("name", SWITCHES)
def test_what_shows_a_control_stands_on_the_security_page(name: str) -> None:
    file, _, function = SWITCHES[name].test.partition("::")
    assert f"def {function}(" in (ROOT / file).read_text(encoding="utf-8")
    assert f"`{file}" in SECURITY


@pytest.mark.long
@pytest.mark.parametrize("name", SWITCHES)
def test_without_the_control_its_test_fails(name: str) -> None:
    environment = {
        **os.environ,
        "MOTCUA_TEST_DB": os.environ.get("MOTCUA_TEST_DB", "test_motcua") + "_off",
    }
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-n0", "--create-db", "-p", "tests.switches"),
            *("--control-off", name, SWITCHES[name].test),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == SOME_FAILED, done.stdout[-2_000:]
    assert " failed" in done.stdout
    assert "INTERNALERROR" not in done.stdout + done.stderr
