"""How a command says that it could not do what was asked."""

from __future__ import annotations


class CommandFailed(Exception):
    """Ends the command with a sentence on standard error. Exit code 1: the run failed."""

    exit_code = 1


class BadInput(CommandFailed):
    """What was given cannot be used. Exit code 2."""

    exit_code = 2
