"""The console command `motcua`: finds the command's module by name and runs it.

A command module has `configure(parser)` and `run(args) -> int` (the exit code). Only the module
asked for is imported, so that `motcua deadline` starts without Django; one that needs the database
enters `motcua.runtime.database.database()` inside `run`. Exit codes: 0 done, 1 failed or a negative
answer, 2 bad input. Answers go to standard output, everything else to standard error.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec

from motcua.doors.cli.errors import CommandFailed
from motcua.runtime.errors import CannotStart

PACKAGE = "motcua.doors.cli.commands"

COMMANDS = {
    "demo": "the demonstration: run, load, remove",
    "serve": "the web server and the worker of an installation",
    "worker": "the background work alone",
    "migrate": "bring the database to this version",
    "manage": "a management command of Django, on this installation's database",
    "breakglass": "make or renew a break-glass account: password and second factor",
    "backup": "write the whole state, database and files, to one file",
    "restore": "bring back what backup wrote",
    "deadline": "when a dossier is due, by the working calendar",
    "process": "check a BPMN file, and simulate dossiers going through it",
    "index": "the QĐ 766 service index of given counts",
    "catalogue": "import and search procedures, say who decides, rehearse a decree",
    "territory": "which unit a place name or an old code means",
    "verify": "whether a signed result is valid",
    "machine": "programs of agencies: add, give keys, list, stop",
    "outage": "announced outages, which stop the clock of linked procedures",
    "keys": "the keys of personal data: add one, encrypt anew, which are in use",
    "person-keys": "the keys of single people: back up, restore, status",
    "bank-key": "change the key shared with the bank",
    "check": "with --deploy: what this installation lacks to serve people",
    "ledger": "whether the ledger is unbroken",
    "retention": "what has been kept long enough: preview, run, hand to the archive",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit code. `argv` without the program's name, `sys.argv` by default."""
    try:
        return _run(list(sys.argv[1:] if argv is None else argv))
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the answer has gone (`| head`): nothing is wrong, and nothing more to say.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def _run(words: list[str]) -> int:
    if not words or words[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0 if words else 2
    name, rest = words[0], words[1:]
    if name == "--version":
        from importlib.metadata import version

        print(f"motcua {version('motcua')}")
        return 0
    module_name = _module(name)
    if name not in COMMANDS or find_spec(module_name) is None:
        return _unknown(name)
    module = importlib.import_module(module_name)
    parser = argparse.ArgumentParser(prog=f"motcua {name}", description=COMMANDS[name])
    module.configure(parser)
    args = parser.parse_args(rest)
    try:
        return int(module.run(args) or 0)
    except CommandFailed as failure:
        print(f"motcua {name}: {failure}", file=sys.stderr)
        return failure.exit_code
    except CannotStart as failure:
        print(f"motcua {name}: {failure}", file=sys.stderr)
        return 1


def _module(name: str) -> str:
    return f"{PACKAGE}.{name.replace('-', '_')}"


def _available() -> dict[str, str]:
    return {name: text for name, text in COMMANDS.items() if find_spec(_module(name))}


def _overview() -> str:
    lines = [f"  {name:<10} {text}" for name, text in _available().items()]
    return "\n".join(
        ["usage: motcua COMMAND …", "", *lines, "", "motcua COMMAND --help tells more."]
    )


def _unknown(name: str) -> int:
    close = difflib.get_close_matches(name, _available(), n=1)
    hint = f"; did you mean {close[0]}?" if close else "; motcua --help lists the commands"
    print(f"motcua: there is no command {name!r}{hint}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
