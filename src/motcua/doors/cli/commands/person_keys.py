"""`motcua person-keys backup | restore | status`: the keys of single people, apart from backups."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from motcua.doors.cli.errors import BadInput, CommandFailed
from motcua.runtime import sealed
from motcua.runtime.database import database


def configure(parser: argparse.ArgumentParser) -> None:
    actions = parser.add_subparsers(dest="action", required=True, metavar="backup|restore|status")
    for name, said in (
        ("backup", "write the keys to one sealed file; replaces the last one: keep no older"),
        ("restore", "add the keys that are missing here; what was destroyed stays destroyed"),
    ):
        one = actions.add_parser(name, help=said)
        one.add_argument("file", type=Path)
        one.add_argument("--key", type=Path, help="key file (default: as for backup)")
    actions.add_parser("status", help="how many keys each key of the house wraps")


def run(args: argparse.Namespace) -> int:
    """The file of a backup appears whole or not at all."""
    with database():
        from motcua.foundation import person_keys

        if args.action == "status":
            for key_id, count in sorted(person_keys.wrapped_by().items()):
                print(f"Khóa {key_id} bọc {count} khóa riêng")
            return 0
        try:
            secret, _ = sealed.secret_from(args.key, make=args.action == "backup")
            if args.action == "backup":
                _write(args.file, person_keys.dumped(), secret)
                print(f"{args.file}: khóa riêng của từng người. Chỉ giữ bản mới nhất này.")
            else:
                added = person_keys.bring_back(_read(args.file, secret))
                print(f"Đã thêm {added} khóa riêng.")
        except FileNotFoundError as error:
            raise BadInput(f"there is no file {error.filename}") from error
        except (sealed.NotOpened, ValueError) as error:
            raise BadInput(f"{args.file}: {error}") from error
        except OSError as error:
            raise CommandFailed(f"{args.file}: {error.strerror}") from error
    return 0


def _write(path: Path, content: bytes, secret: sealed.Secret) -> None:
    partial = path.with_name(f".{path.name}.part")
    partial.unlink(missing_ok=True)
    with open(os.open(partial, os.O_CREAT | os.O_WRONLY | os.O_EXCL, 0o600), "wb") as out:
        sealer = sealed.Sealer(out, secret)
        sealer.write(content)
        sealer.close()
        out.flush()
        os.fsync(out.fileno())
    partial.replace(path)


def _read(path: Path, secret: sealed.Secret) -> bytes:
    with path.open("rb") as below:
        return sealed.Opener(below, secret).read()
