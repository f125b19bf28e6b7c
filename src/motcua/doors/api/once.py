"""`Idempotency-Key`: a repeated request gets the first one's answer, and nothing happens twice."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from motcua.doors.api.problems import Problem
from motcua.foundation import idempotency

HEADER: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "required": True,
            "schema": {"type": "string", "minLength": 8, "maxLength": 120},
            "description": "Mới cho mỗi yêu cầu; gửi lại cùng khóa thì nhận lại câu trả lời đầu.",
        }
    ]
}
"""What the description of an operation says of it."""


def once(
    request: HttpRequest,
    scope: str,
    act: Callable[[], tuple[int, Any]],
    content: bytes | None = None,
) -> tuple[int, Any]:
    """Run `act` and keep its answer under the request's key, all in one transaction. `content` is
    what tells two requests apart, the body unless given. Raises `Problem` without a key,
    `KeyUsedOtherwise` when the key came with another body."""
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 120 or not key.isprintable():
        raise Problem(
            400,
            "idempotency_key_missing",
            "Gửi kèm tiêu đề Idempotency-Key: 8 đến 120 ký tự, mới cho mỗi yêu cầu.",
        )
    body = request.body if content is None else content
    digest = sha256(request.path.encode() + b"\0" + body).digest()
    with transaction.atomic():
        earlier = idempotency.once(scope, key, digest)
        if earlier is not None:
            return earlier.status, earlier.body
        status, answer = act()
        idempotency.remember(scope, key, status, answer)
    return status, answer
