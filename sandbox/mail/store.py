"""The mails that came in, kept in SQLite as they came and read when somebody looks."""

from __future__ import annotations

import email
import sqlite3
import threading
import time
from dataclasses import dataclass
from email import policy
from pathlib import Path
from typing import Any

KEPT = 5_000
SWEPT_EVERY = 100


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it is shown. `at` is seconds since 1970."""

    id: int
    sender: str
    recipient: str
    subject: str
    text: str
    message_id: str
    at: float


class Store:
    """The mailbox of everybody. One connection behind a lock."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.execute(
            "CREATE TABLE IF NOT EXISTS raw (id INTEGER PRIMARY KEY AUTOINCREMENT, sender TEXT,"
            " recipient TEXT, content BLOB, at REAL)"
        )

    def _all(self, sql: str, *values: Any) -> list[Any]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def keep(self, sender: str, recipients: list[str], content: bytes) -> None:
        """Keep a mail once for each of its recipients; now and then the oldest are forgotten."""
        for recipient in recipients:
            (row,) = self._all(
                "INSERT INTO raw (sender, recipient, content, at) VALUES (?, ?, ?, ?) RETURNING id",
                sender,
                recipient.lower(),
                content,
                time.time(),
            )
            if row[0] % SWEPT_EVERY == 0:
                self._all("DELETE FROM raw WHERE id <= ?", row[0] - KEPT)

    def mails(self, recipient: str = "", limit: int = 100) -> list[Mail]:
        """The newest mails, to one address when it is given."""
        rows = self._all(
            "SELECT * FROM raw WHERE ? IN ('', recipient) ORDER BY id DESC LIMIT ?",
            recipient.strip().lower(),
            limit,
        )
        return [_read(*row) for row in rows]

    def mail(self, mail_id: int) -> Mail | None:
        rows = self._all("SELECT * FROM raw WHERE id = ?", mail_id)
        return _read(*rows[0]) if rows else None

    def clear(self) -> None:
        self._all("DELETE FROM raw")


def _read(mail_id: int, sender: str, recipient: str, content: bytes, at: float) -> Mail:
    message = email.message_from_bytes(content, policy=policy.default)
    body = message.get_body(("plain", "html"))
    text = body.get_content() if body is not None else ""
    subject, message_id = (str(message[name] or "") for name in ("Subject", "Message-ID"))
    return Mail(mail_id, sender, recipient, subject, text, message_id, at)
