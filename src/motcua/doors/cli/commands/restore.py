"""`motcua restore FILE`: bring back what `motcua backup` wrote."""

from __future__ import annotations

import argparse
from pathlib import Path

from motcua.doors.cli.errors import BadInput
from motcua.runtime import backup, sealed
from motcua.runtime.database import server, settle_restored
from motcua.runtime.environment import home_folder
from motcua.runtime.house import alone_in


def configure(parser: argparse.ArgumentParser) -> None:
    """Where from."""
    parser.add_argument("file", type=Path, help="what motcua backup wrote")
    parser.add_argument("--replace", action="store_true", help="give up the state that is here")
    parser.add_argument("--check", action="store_true", help="only read the file and compare")
    parser.add_argument("--key", type=Path, help="key file (default: see docs)")
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(args: argparse.Namespace) -> int:
    """Check the file, then restore it while nothing else of the house runs."""
    if not args.file.is_file():
        raise BadInput(f"there is no file {args.file}")
    try:
        secret, _ = sealed.secret_from(args.key, make=False)
        if args.check:
            done = backup.check(args.file, secret)
        else:
            with alone_in(home_folder()), server() as running:
                done = backup.read(args.file, running.url, home_folder(), args.replace, secret)
                settle_restored()
    except FileNotFoundError as error:
        raise BadInput(f"there is no key {error.filename}: name it with --key") from error
    except sealed.NotOpened as error:
        raise BadInput(str(error)) from error
    except backup.Damaged as error:
        raise BadInput(f"{args.file} is damaged: {error}") from error
    what = "is whole" if args.check else "was restored"
    said = f"{args.file} of {done.created} (version {done.version}, {done.files} files) {what}."
    print(backup.as_json(done) if args.json else said)
    return 0
