"""`python -m sandbox.mail --port 8004 --smtp-port 8005`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

import waitress

from sandbox.common.server import default_home
from sandbox.mail.app import make_app
from sandbox.mail.smtp import start
from sandbox.mail.store import Store


def main() -> None:
    web = int(os.environ.get("MOTCUA_PORT") or 8000)
    parser = argparse.ArgumentParser(prog="sandbox.mail", description="Mail server")
    parser.add_argument("--port", type=int, default=web + 4)
    parser.add_argument("--smtp-port", type=int, default=web + 5)
    parser.add_argument("--home", type=Path, default=None, help="folder for the mails")
    options = parser.parse_args()
    home = (options.home or default_home() / "sandbox" / "mail").absolute()
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    store = Store(home / "mail.sqlite")
    controller = start(store, options.smtp_port)
    try:
        waitress.serve(
            make_app(store),
            host="127.0.0.1",
            port=options.port,
            threads=2,
            ident=None,
            _quiet=True,
        )
    finally:
        controller.stop()


if __name__ == "__main__":
    main()
