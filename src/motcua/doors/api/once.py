"""`Idempotency-Key`: a repeated request gets the first one's answer, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from motcua.doors.api.problems import Problem
from motcua.foundation import idempotency


def once(request: HttpRequest, scope: str, act: Callable[[], tuple[int, Any]]) -> tuple[int, Any]:
    """Run `act` and keep its answer under the request's key, all in one transaction. Raises
    `Problem` without a key, `KeyUsedOtherwise` when the key came with another body."""
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 120 or not key.isprintable():
        raise Problem(
            400,
            "idempotency_key_missing",
            "Gửi kèm tiêu đề Idempotency-Key: 8 đến 120 ký tự, mới cho mỗi yêu cầu.",
        )
    digest = sha256(request.path.encode() + b"\0" + request.body).digest()
    with transaction.atomic():
        earlier = idempotency.once(scope, key, digest)
        if earlier is not None:
            return earlier.status, earlier.body
        status, body = act()
        idempotency.remember(scope, key, status, body)
    return status, body
