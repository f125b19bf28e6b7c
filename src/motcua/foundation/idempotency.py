"""One answer for one request, however often it is sent.

`once` runs in the transaction of the action it guards: a second request with the same key waits
at the unique index until the first has committed, and is then given its answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

from motcua.foundation import clock
from motcua.foundation.models import IdempotencyKey


class KeyUsedOtherwise(Exception):
    """The key came before with a different request."""

    def __init__(self, scope: str, key: str) -> None:
        super().__init__(f"Khóa chống gửi lặp {key!r} đã được dùng cho một yêu cầu khác.")
        self.scope = scope
        self.key = key


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: an HTTP status and a JSON body."""

    status: int
    body: Any


def once(scope: str, key: str, request_digest: bytes) -> Answer | None:
    """The answer already given under `key`, or None when the caller is the first and must act,
    then `remember`, in the same transaction. Raises `KeyUsedOtherwise`.

    A first request that rolls back leaves nothing behind. One INSERT when the caller is the first.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("idempotency.once guards a transaction; open one first")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO foundation_idempotencykey (scope, key, request_digest, created_at)"
            " VALUES (%s, %s, %s, %s) ON CONFLICT (scope, key) DO NOTHING RETURNING id",
            [scope, key, request_digest, clock.now()],
        )
        if cursor.fetchone():
            return None
    row = IdempotencyKey.objects.get(scope=scope, key=key)
    if bytes(row.request_digest) != request_digest:
        raise KeyUsedOtherwise(scope, key)
    if row.status is None:  # its first request acted, committed and had nothing to say
        return Answer(204, None)
    return Answer(row.status, row.answer)


@transaction.atomic(savepoint=False)
def remember(scope: str, key: str, status: int, body: Any) -> None:
    """Keep the answer of the request that `once` let through."""
    IdempotencyKey.objects.filter(scope=scope, key=key).update(status=status, answer=body)
