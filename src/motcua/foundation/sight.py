"""What the database shows to whoever is at work: the second wall behind our own queries.

A `Sight` belongs to a line of work (a request, a job, a command), not to a connection. The database
backend (`runtime.postgresql`) tells PostgreSQL of it with the BEGIN of every transaction, and the
policies of `row_security` let pass what it covers. Without one nothing guarded is visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

EVERY_REALM = "*"
_REALM = re.compile(r"[A-Za-z0-9.\-]{1,10}")


@dataclass(frozen=True, slots=True)
class Sight:
    """`realms`, `persons` and `organisations` as PostgreSQL is told them: comma-separated codes and
    row ids. Made by `of` and `EVERYTHING`, never from what somebody typed."""

    realms: str = ""
    persons: str = ""
    organisations: str = ""

    @property
    def settings(self) -> tuple[tuple[str, str], ...]:
        """The names and values PostgreSQL knows it by."""
        return (
            ("motcua.realms", self.realms),
            ("motcua.person", self.persons),
            ("motcua.organisations", self.organisations),
        )


NOTHING = Sight()
EVERYTHING = Sight(realms=EVERY_REALM)
"""The system's own: the worker, commands, and the few questions anybody may ask of every realm."""

_current: ContextVar[Sight] = ContextVar("motcua_sight", default=NOTHING)


def of(
    realms: Iterable[str] = (), persons: Iterable[int] = (), organisations: Iterable[int] = ()
) -> Sight:
    """The sight of somebody. Raises ValueError for a realm that is no realm's code."""
    codes = sorted(set(realms))
    for code in codes:
        if not _REALM.fullmatch(code):
            raise ValueError(f"{code!r} is not the code of a realm")
    return Sight(
        ",".join(codes),
        ",".join(str(int(one)) for one in sorted(set(persons))),
        ",".join(str(int(one)) for one in sorted(set(organisations))),
    )


def current() -> Sight:
    """The sight of this line of work."""
    return _current.get()


@contextmanager
def seeing(sight: Sight) -> Iterator[None]:
    """Work with `sight` inside, with the former one after."""
    token = _current.set(sight)
    try:
        yield
    finally:
        _current.reset(token)
