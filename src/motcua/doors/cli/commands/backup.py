"""`motcua backup FILE`: the whole state, database and files, in one file."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from motcua.doors.cli.commands.check import BACKUP_MARK
from motcua.doors.cli.errors import BadInput, CommandFailed
from motcua.runtime import backup, sealed
from motcua.runtime.database import server
from motcua.runtime.environment import home_folder


def configure(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("file", type=Path, help="where to write; an existing file is replaced")
    parser.add_argument("--key", type=Path, help="key file; made when missing (default: see docs)")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Write it; the house may go on working meanwhile."""
    if not args.file.absolute().parent.is_dir():
        raise BadInput(f"there is no folder {args.file.absolute().parent}")
    if not home_folder().is_dir():
        raise CommandFailed(f"there is no installation in {home_folder()}")
    try:
        secret, place = sealed.secret_from(args.key, make=True)
    except sealed.NotOpened as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise CommandFailed(f"the key cannot be used: {error}") from error
    with server() as running:
        try:
            done = backup.write(args.file, running.url, home_folder(), datetime.now(UTC), secret)
        except OSError as error:
            raise CommandFailed(f"{args.file} cannot be written: {error.strerror}") from error
    (home_folder() / BACKUP_MARK).touch(mode=0o600)
    said = (
        f"{args.file}: the database and {done.files} files, {done.size / 1e6:.1f} MB, sealed with"
        f" {place or 'your passphrase'}. Without that nobody opens it: keep a copy elsewhere."
    )
    print(backup.as_json(done) if args.json else said)
    return 0
