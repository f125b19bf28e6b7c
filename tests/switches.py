"""What proves a control must fail without it: each control here can be switched off.

`python -m pytest -p tests.switches --control-off NAME TEST` runs a test of docs/security.md with
one control gone. `tests/test_switches.py` does so for all of them and expects every test to fail.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest


@dataclass(frozen=True, slots=True)
class Switch:
    """`instead` takes the place of `function` (`module:name`) wherever that was imported to;
    `test` is what shows the control."""

    function: str
    instead: Callable[..., Any]
    test: str


def _yes(viewer: Any, agency_id: int) -> bool:
    return True


def _clean(path: Any) -> str:
    return ""


def _everything() -> Any:
    return EVERYTHING  # noqa: F821 - a name of `foundation.sight`, where this comes to stand


SWITCHES = {
    "an agency sees only its own dossiers": Switch(
        "motcua.dossiers.actions.acting:works_for",
        _yes,
        "tests/dossiers/test_together.py::test_to_another_agencys_officers_the_dossier_does_not_exist",
    ),
    "row-level security": Switch(
        "motcua.foundation.sight:current",
        _everything,
        "tests/dossiers/test_row_security.py::test_without_sight_nothing_is_there",
    ),
    "the virus scanner": Switch(
        "motcua.documents.uploads.scanner:scan",
        _clean,
        "tests/sandbox/test_clamd.py::test_a_file_with_malware_is_not_taken_and_leaves_nothing",
    ),
}


def off(switch: Switch) -> None:
    """Switch the control off for the rest of this process."""
    module, _, name = switch.function.partition(":")
    function = getattr(import_module(module), name)
    function.__code__ = switch.instead.__code__


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--control-off", default="", help="a control of tests/switches.py")


def pytest_collection_finish(session: pytest.Session) -> None:
    if name := session.config.getoption("--control-off"):
        off(SWITCHES[name])
