"""The eID sandbox as a process of its own, and a person who signs in there by script."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path

import requests


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(name: str, home: Path, **env: str) -> Iterator[str]:
    """`python -m sandbox.<name>` on a free port; its address."""
    import os

    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", f"sandbox.{name}", "--port", str(port), "--home", str(home)],
        env={**os.environ, **env},
        cwd=Path(__file__).resolve().parents[2],
    )
    try:
        address = f"http://127.0.0.1:{port}"
        for _ in range(200):
            try:
                requests.get(address, timeout=5)
                break
            except requests.ConnectionError:
                assert process.poll() is None, "the server ended"
                time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=10)


def person_signs_in(authorise_url: str, who: str, level: int = 2, **fields: str) -> str:
    """Do what a person does at the provider: open the page, pick who they are, send the form. The
    address they are sent back to."""
    browser = requests.Session()
    page = browser.get(authorise_url, timeout=10)
    assert page.status_code == 200, page.text
    number, _, tax_code = who.partition("/")
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text))
    form = {name: unescape(value) for name, value in hidden.items()}
    form |= {"id_number": number, "acting_for": tax_code, "pin": "000000", "level": str(level)}
    answer = browser.post(
        authorise_url.split("?")[0], data={**form, **fields}, allow_redirects=False, timeout=10
    )
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])
