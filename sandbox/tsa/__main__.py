"""`python -m sandbox.tsa --port 8006 [--home FOLDER]`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import waitress

from sandbox.tsa.app import Server


def main() -> None:
    parser = argparse.ArgumentParser(prog="sandbox.tsa", description="Timestamp authority")
    parser.add_argument("--port", type=int, default=8006)
    parser.add_argument("--home", type=Path, default=None)
    options = parser.parse_args()
    home = options.home or (
        Path(os.environ.get("MOTCUA_HOME", "~/.local/share/motcua")).expanduser()
        / "sandbox"
        / "tsa"
    )
    server = Server(home.absolute(), f"http://127.0.0.1:{options.port}")
    waitress.serve(server, host="127.0.0.1", port=options.port, threads=2, ident=None, _quiet=True)


if __name__ == "__main__":
    main()
