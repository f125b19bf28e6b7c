"""`motcua manage …`: a management command of Django, on this installation's database."""

from __future__ import annotations

import argparse

from motcua.runtime.database import server, set_up


def configure(parser: argparse.ArgumentParser) -> None:
    """Everything after `manage` is Django's."""
    parser.add_argument("words", nargs=argparse.REMAINDER, help="for example: makemigrations forms")


def run(args: argparse.Namespace) -> int:
    """Run it as it is: here the tables are not brought to this version first."""
    with server():
        set_up()
        from django.core.management import execute_from_command_line

        from motcua.foundation import sight

        with sight.seeing(sight.EVERYTHING):  # whoever may run this is the operator
            execute_from_command_line(["motcua manage", *args.words])
    return 0
