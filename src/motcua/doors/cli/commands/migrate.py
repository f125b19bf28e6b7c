"""`motcua migrate`: bring the database to this version, where nobody else does it."""

from __future__ import annotations

import argparse

from motcua.runtime.database import database


def configure(parser: argparse.ArgumentParser) -> None:
    """No arguments."""


def run(args: argparse.Namespace) -> int:
    """Apply what has not been applied yet; doing it twice does nothing."""
    with database(migrate=True):
        print("The database is of this version.")
    return 0
