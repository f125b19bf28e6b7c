"""Starting a sandbox server."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server lives: its address as others see it (no trailing slash), and its folder."""

    url: str
    port: int
    home: Path


def run(name: str, what: str, offset: int, make_app: Callable[[Place], Any], threads: int) -> None:
    """Serve `sandbox.<name>` until stopped. `offset` is its port after the web server's
    (`MOTCUA_PORT`, 8000 by default) when `--port` is not given."""
    web = int(os.environ.get("MOTCUA_PORT") or 8000)
    parser = argparse.ArgumentParser(prog=f"sandbox.{name}", description=what)
    parser.add_argument("--port", type=int, default=web + offset)
    parser.add_argument("--home", type=Path, default=None, help="folder for keys and state")
    parser.add_argument("--url", default=None, help="address others use, when it is not the port's")
    options = parser.parse_args()
    place = Place(
        url=(options.url or f"http://127.0.0.1:{options.port}").rstrip("/"),
        port=options.port,
        home=(options.home or default_home() / "sandbox" / name).absolute(),
    )
    place.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    import waitress

    waitress.serve(
        make_app(place), host="127.0.0.1", port=place.port, threads=threads, ident=None, _quiet=True
    )


def default_home() -> Path:
    """`MOTCUA_HOME`, or the platform's per-user data folder."""
    if given := os.environ.get("MOTCUA_HOME"):
        return Path(given)
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "motcua"


def agreed_secret(variable: str) -> str:
    """A secret agreed with the platform: the variable's value, or what every sandbox takes."""
    return os.environ.get(variable) or "sandbox-only-not-a-secret"
