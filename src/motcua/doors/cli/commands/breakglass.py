"""`motcua breakglass NAME`: an account for the day the national eID is down."""

from __future__ import annotations

import argparse
import getpass
import sys

from motcua.doors.cli.errors import BadInput
from motcua.people import passwords
from motcua.runtime.database import database


def configure(parser: argparse.ArgumentParser) -> None:
    """Whose account, and how it is shown."""
    parser.add_argument("name", help="what is typed to sign in, for example quan-tri")
    parser.add_argument("--shown-as", default="Quản trị hệ thống", help="the name on pages")


def run(args: argparse.Namespace) -> int:
    """Ask for a password (or read a line of standard input), make the account or renew it, and
    print the seed of its one-time codes, once. Earlier second factors and recovery codes end."""
    asked = sys.stdin.isatty()
    password = getpass.getpass("Mật khẩu: ") if asked else sys.stdin.readline().rstrip("\n")
    if weak := passwords.why_not(password, args.name, args.shown_as):
        raise BadInput(weak)
    with database(migrate=True):
        from motcua.foundation import clock
        from motcua.people import actions, factors, totp

        account = actions.set_local_account(
            args.name, password, args.shown_as, is_administrator=True
        )
        seed = totp.new_seed()
        factors.start_over(account.pk, seed, "Két của cơ quan", clock.now(), by="operator")
    print(f"Mã một lần, khóa: {seed}")
    print(totp.address(seed, args.name))
    return 0
