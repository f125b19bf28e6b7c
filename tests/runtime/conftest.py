"""Homes of their own for clusters that are started, killed and removed."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from motcua.runtime.postgres import cluster_of


@pytest.fixture
def home() -> Iterator[Path]:
    """A `MOTCUA_HOME` that nobody has used; removed with its cluster at the end."""
    folder = Path(tempfile.mkdtemp(prefix="motcua-home-"))
    yield folder
    if (folder / "postgres").exists():
        cluster = cluster_of(folder)
        wait_for(lambda: not cluster.is_live())
        cluster.destroy()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def python() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start a Python program given as text; whatever still runs at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(text: str, *arguments: object) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", text, *map(str, arguments)],
            stdout=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Return as soon as `condition` holds; fail when it does not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.02)
