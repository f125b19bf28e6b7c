"""What proves a control must fail without it: each control here can be switched off.

`python -m pytest -p tests.switches --controls-off=FILE` runs the test of each switch with its
control gone, just while the test itself runs, and writes into FILE how each ended.
`tests/test_switches.py` does so and expects every one to fail. The names are those of the rows of
"Threats and controls" in docs/security.md; a row without a switch says there why it has none.
"""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from .switched import SWITCHES, Switch


@contextmanager
def off(switch: Switch) -> Iterator[None]:
    """The control is gone while this is open."""
    with ExitStack() as stack:
        for place, instead in switch.off.items():
            stack.enter_context(_changed(place, instead))
        if switch.sql:
            from .owner import the_owner

            with the_owner() as cursor:  # undone with the test's transaction
                cursor.execute(switch.sql)
        yield


@contextmanager
def _changed(place: str, instead: str) -> Iterator[None]:
    module, _, path = place.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for one in owners:
        owner = getattr(owner, one)
    there = vars(owner)[name]
    # Read in the place it is for, with the names of that module.
    names = {**vars(import_module(module)), "there": there, "edited": partial(_edited, there)}
    changed = eval(instead, names)
    if not callable(there) or inspect.isclass(there):
        setattr(owner, name, changed)
        yield
        setattr(owner, name, there)
        return
    function = inspect.unwrap(there)
    parts = ("__code__", "__defaults__", "__kwdefaults__")
    before = {part: getattr(function, part) for part in parts}
    # The code is changed, not the name: whoever has imported the function is led there too.
    for part in parts:
        setattr(function, part, getattr(changed, part))
    yield
    for part, value in before.items():
        setattr(function, part, value)


def _edited(function: Any, old: str, new: str) -> Any:
    """The function with one place of its source changed."""
    function = inspect.unwrap(function)
    source = textwrap.dedent(inspect.getsource(function))
    source = source[source.index("def ") :]
    assert source.count(old) == 1, "the place is there once"
    found: dict[str, Any] = {}
    exec(source.replace(old, new), function.__globals__, found)
    return found[function.__name__]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--controls-off", default="", help="file for how each test ended")


@dataclass(eq=False)
class Outcomes:
    """How the test of each switch ended: `passed`, `failed: ` and what it said, or what went wrong
    before."""

    file: Path
    found: dict[str, str]

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Generator[None]:
        with off(SWITCHES[self._name(item.nodeid)]):
            yield

    @pytest.hookimpl
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        name = self._name(report.nodeid)
        if report.when == "call" or report.outcome != "passed":
            said = report.outcome if report.when == "call" else f"{report.outcome} {report.when}"
            if (crash := getattr(report.longrepr, "reprcrash", None)) is not None:
                said += f": {crash.message}"
            self.found.setdefault(name, said)
        self.file.write_text(json.dumps(self.found, ensure_ascii=False), encoding="utf-8")

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """One test for each switch: the first of those with parameters."""
        wanted, kept = {switch.test for switch in SWITCHES.values()}, []
        for item in items:
            for test in (item.nodeid, item.nodeid.partition("[")[0]):
                if test in wanted:
                    wanted.discard(test)
                    kept.append(item)
                    break
        items[:] = kept

    @staticmethod
    def _name(nodeid: str) -> str:
        for name, switch in SWITCHES.items():
            if switch.test in (nodeid, nodeid.partition("[")[0]):
                return name
        raise KeyError(nodeid)


def pytest_configure(config: pytest.Config) -> None:
    if file := config.getoption("--controls-off"):
        config.pluginmanager.register(Outcomes(Path(file), {}))
