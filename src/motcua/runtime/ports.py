"""Which port each server of an installation listens on.

`MOTCUA_PORT` (default 8000) is the web server's; the sandbox servers take the ones after it, so
that one variable moves everything.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, fields

VARIABLE = "MOTCUA_PORT"
DEFAULT = 8000


@dataclass(frozen=True, slots=True)
class Ports:
    """TCP ports, in the order in which they follow the web server's."""

    web: int
    eid: int
    population: int
    bank: int
    mail: int
    smtp: int
    tsa: int
    national: int

    @classmethod
    def read(cls) -> Ports:
        """The ports of this environment. Exits with a sentence when the variable is no port."""
        given = os.environ.get(VARIABLE, "") or str(DEFAULT)
        count = len(fields(cls))
        if not given.isdecimal() or not 0 < int(given) <= 65536 - count:
            raise SystemExit(
                f"{VARIABLE} is {given!r}; it must be a port number up to {65536 - count}"
            )
        return cls(*range(int(given), int(given) + count))

    def taken(self, bind: str = "127.0.0.1") -> list[tuple[str, int]]:
        """The servers whose port somebody else listens on, as (name, port)."""
        return [
            (field.name, getattr(self, field.name))
            for field in fields(self)
            if not _free(getattr(self, field.name), bind if field.name == "web" else "127.0.0.1")
        ]


def _free(port: int, address: str) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the servers do: a connection of the last run in TIME_WAIT does not hold the port.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
            probe.listen(1)
        except OSError:
            return False
    return True
