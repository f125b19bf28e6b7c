"""`motcua worker`: the background work alone, for a second machine."""

from __future__ import annotations

import argparse

from motcua.runtime.database import server


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> int:
    """Run until stopped."""
    with server():
        from motcua.runtime import worker

        return worker.main()
