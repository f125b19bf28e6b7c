"""The record of calls, written on a connection of its own when the caller is in a transaction: that
somebody's data was asked for stays true when the caller rolls back."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime

from django.db import connection, connections

from motcua.foundation import crypto
from motcua.foundation.redaction import redacted

_INSERT = """
    INSERT INTO sharing_call
        (service, purpose, subject_index, caller, ok, outcome, milliseconds, at)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


def record(
    *,
    service: str,
    purpose: str,
    subject: str | None,
    caller: str,
    ok: bool,
    outcome: str,
    milliseconds: int,
    at: datetime,
) -> None:
    """Keep one call. `subject` is a personal id number, kept as a blind index only."""
    index = crypto.blind_index("person", subject) if subject else None
    row = (
        service[:60],
        purpose[:300],
        index,
        caller[:120],
        ok,
        redacted(outcome)[:200],
        milliseconds,
        at,
    )
    if not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute(_INSERT, row)
        return
    with closing(connections.create_connection("default")) as own, own.cursor() as cursor:
        cursor.execute(_INSERT, row)
