"""Acting on the database as its owner: what the house itself may not do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

from motcua.foundation.row_security import ROLE


@contextmanager
def the_owner() -> Iterator[CursorWrapper]:
    """A cursor with the rights of the role that signed in, in a transaction; the house's after."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL ROLE NONE")
        yield cursor
        cursor.execute(f"SET LOCAL ROLE {ROLE}")


@contextmanager
def intruder() -> Iterator[CursorWrapper]:
    """The owner with the triggers switched off: nothing in the database stops them."""
    with the_owner() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        yield cursor
        cursor.execute("SET LOCAL session_replication_role = origin")
