"""`motcua backup FILE`: the whole state, database and files, in one file."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from motcua.doors.cli.errors import BadInput, CommandFailed
from motcua.runtime import backup
from motcua.runtime.database import server
from motcua.runtime.environment import home_folder


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", type=Path, help="where to write; an existing file is replaced")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Write it; the house may go on working meanwhile."""
    if not args.file.absolute().parent.is_dir():
        raise BadInput(f"there is no folder {args.file.absolute().parent}")
    if not home_folder().is_dir():
        raise CommandFailed(f"there is no installation in {home_folder()}")
    with server() as running:
        try:
            done = backup.write(args.file, running.url, home_folder(), datetime.now(UTC))
        except OSError as error:
            raise CommandFailed(f"{args.file} cannot be written: {error.strerror}") from error
    said = (
        f"{args.file}: {done.files} files, {done.size / 1e6:.1f} MB. It holds keys: keep it safe."
    )
    print(backup.as_json(done) if args.json else said)
    return 0
