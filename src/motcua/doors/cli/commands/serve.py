"""`motcua serve`: the web server and the worker of an installation, under the supervisor."""

from __future__ import annotations

import argparse

from motcua.runtime import house


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments: docs/operator/settings.md lists the environment variables."""


def run(args: argparse.Namespace) -> int:
    """Run until stopped."""
    return house.run(demo=False, ready=lambda seconds: print(f"Ready after {seconds:.1f} s."))
