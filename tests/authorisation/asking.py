"""One question of the table, really asked, and what came of it in the table's words."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.test import Client

from .scene import Scene, written
from .table import Cell

Tokens = Callable[[str, str], str]
"""The access token of an actor at a stage, or an empty text."""


class Undo(Exception):
    """Leaves a savepoint without a trace."""


def ask(cell: Cell, scene: Scene, tokens: Tokens, session: str) -> Any:
    """The answer to the cell's request, with `found` (the words of the table) beside it. What it
    wrote is undone."""
    line, values = cell.line, scene.values[cell.line.at]
    path = (line.route + line.query).format(**values)
    client = Client(raise_request_exception=False)
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    headers = {}
    if (token := tokens(cell.actor, line.at)) and (
        path.startswith("/api/") or cell.actor == "machine"
    ):
        headers["Authorization"] = f"Bearer {token}"
    try:
        with transaction.atomic():
            before = written()
            answer = _sent(client, cell, path, values, headers)
            answer.body = _body(answer)
            answer.wrote = written() != before
            raise Undo
    except Undo:
        pass
    answer.found = _found(cell, answer, line.sought.format(**values))
    return answer


def _sent(
    client: Client, cell: Cell, path: str, values: dict[str, str], headers: dict[str, str]
) -> Any:
    if cell.method == "GET":
        return client.get(path, headers=headers)
    if path.startswith("/api/v1/"):
        headers = {**headers, "Idempotency-Key": "khoa-cua-bang"}
    if cell.line.json is not None:
        body = json.dumps(cell.line.json)
        return client.generic(cell.method, path, body, "application/json", headers=headers)
    form = {name: text.format(**values) for name, text in cell.line.form.items()}
    if cell.method == "POST":
        return client.post(path, form, headers=headers)
    return client.generic(cell.method, path, b"", headers=headers)


def _body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return content.decode(errors="replace") + answer.headers.get("Location", "")


def _found(cell: Cell, answer: Any, sought: str) -> str:
    status, expected = answer.status_code, cell.expected
    if expected.isdigit():
        return str(status)
    if status == 404:
        return "hidden"
    if status == 302 and urlsplit(answer.headers["Location"]).path == "/dang-nhap/":
        return "sign-in"
    if status >= 500 or status in (400, 401, 403, 405):
        return str(status)
    if expected in ("listed", "unlisted"):
        return "listed" if sought in answer.body else "unlisted"
    if expected in ("done", "refused"):
        return "done" if answer.wrote else "refused"
    return "shown"
