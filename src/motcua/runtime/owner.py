"""Working as the role of `DATABASE_URL` itself: to migrate and to change keys, nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from motcua.runtime.environment import AS_THE_HOUSE


@contextmanager
def as_owner() -> Iterator[None]:
    """This process's connections, all threads', are the owner's inside and the house's after."""
    from django.db import connections

    options = connections["default"].settings_dict["OPTIONS"]
    if "options" not in options:
        yield
        return
    _leave()
    del options["options"]
    try:
        yield
    finally:
        _leave()
        options["options"] = AS_THE_HOUSE


def _leave() -> None:
    from django.db import connection

    connection.close()
    connection.close_pool()  # type: ignore[attr-defined] # the PostgreSQL backend has it
