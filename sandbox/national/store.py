"""What came from provinces and what was sent to them, kept in SQLite."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sandbox.national import checks

TABLES = """
CREATE TABLE IF NOT EXISTS messages (
    key TEXT PRIMARY KEY, number TEXT, payload TEXT, at REAL);
CREATE INDEX IF NOT EXISTS messages_number ON messages (number);
CREATE TABLE IF NOT EXISTS dossiers (
    number TEXT PRIMARY KEY, state TEXT, payload TEXT, at REAL);
CREATE TABLE IF NOT EXISTS refusals (key TEXT, error TEXT, at REAL);
CREATE TABLE IF NOT EXISTS sent (
    number TEXT PRIMARY KEY, body TEXT, tries INTEGER DEFAULT 0, next_at REAL,
    state TEXT DEFAULT 'waiting', answer TEXT DEFAULT '');
CREATE TABLE IF NOT EXISTS knobs (name TEXT PRIMARY KEY, value INTEGER);
"""
KNOBS = ("down", "lose_answer")


class Store:
    """The portal's books. One connection behind a lock."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(TABLES)

    def _all(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def take(self, messages: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
        """Take a batch in one transaction; each message's own result."""
        with self._lock:
            self._db.execute("BEGIN")
            try:
                results = [self._take_one(message) for message in messages]
                self._db.execute("COMMIT")
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
        return results

    def _take_one(self, message: Mapping[str, Any]) -> dict[str, str]:
        key = str(message.get("key") or "")
        if not key:
            return {"key": "", "state": "refused", "error": "thông điệp không có key"}
        if self._all("SELECT 1 FROM messages WHERE key = ?", key):
            return {"key": key, "state": "accepted"}
        wrong = checks.problems(message.get("payload"))
        if wrong:
            error = "; ".join(wrong)
            self._all("INSERT INTO refusals VALUES (?, ?, ?)", key, error, time.time())
            return {"key": key, "state": "refused", "error": error}
        dossier = message["payload"]["HoSo"]
        text = json.dumps(message["payload"], ensure_ascii=False)
        number, now = dossier["MaHoSo"], time.time()
        self._all("INSERT INTO messages VALUES (?, ?, ?, ?)", key, number, text, now)
        self._all(
            "INSERT OR REPLACE INTO dossiers VALUES (?, ?, ?, ?)",
            number,
            dossier["TrangThaiHoSo"],
            text,
            now,
        )
        return {"key": key, "state": "accepted"}

    def dossiers(self, limit: int = 100) -> list[dict[str, Any]]:
        """The dossiers that were heard of last."""
        rows = self._all("SELECT * FROM dossiers ORDER BY at DESC LIMIT ?", limit)
        return [json.loads(row["payload"])["HoSo"] for row in rows]

    def dossier(self, number: str) -> dict[str, Any] | None:
        """One dossier as last reported, with every message about it in the order of arrival."""
        rows = self._all("SELECT * FROM messages WHERE number = ? ORDER BY rowid", number)
        if not rows:
            return None
        payloads = [json.loads(row["payload"]) for row in rows]
        return {
            "HoSo": payloads[-1]["HoSo"],
            "DienBien": [p.get("TienTrinh") or {} for p in payloads],
            "TrangThai": [p["HoSo"]["TrangThaiHoSo"] for p in payloads],
            "keys": [row["key"] for row in rows],
        }

    def refusals(self) -> list[sqlite3.Row]:
        return self._all("SELECT * FROM refusals ORDER BY rowid DESC LIMIT 20")

    def send(self, number: str, body: str) -> None:
        """Keep a dossier that is to go to the province; the same number again changes nothing."""
        self._all(
            "INSERT OR IGNORE INTO sent (number, body, next_at) VALUES (?, ?, ?)",
            number,
            body,
            time.time(),
        )

    def unacknowledged(self) -> list[sqlite3.Row]:
        return self._all(
            "SELECT * FROM sent WHERE state = 'waiting' AND next_at <= ? ORDER BY rowid",
            time.time(),
        )

    def note_sent(self, number: str, state: str, answer: str, wait: float) -> None:
        """What the province answered; while `waiting`, when to send again (in seconds)."""
        self._all(
            "UPDATE sent SET tries = tries + 1, state = ?, answer = ?, next_at = ?"
            " WHERE number = ?",
            state,
            answer[:500],
            time.time() + wait,
            number,
        )

    def sent(self, number: str | None = None) -> list[sqlite3.Row]:
        if number is not None:
            return self._all("SELECT * FROM sent WHERE number = ?", number)
        return self._all("SELECT * FROM sent ORDER BY rowid DESC LIMIT 50")

    def knobs(self) -> dict[str, int]:
        kept = {row["name"]: row["value"] for row in self._all("SELECT * FROM knobs")}
        return {name: kept.get(name, 0) for name in KNOBS}

    def turn(self, name: str, value: int) -> None:
        self._all("INSERT OR REPLACE INTO knobs VALUES (?, ?)", name, value)

    def misbehaves(self, name: str) -> bool:
        """Whether the knob `name` still asks for one misbehaviour; it is used up."""
        with self._lock:
            left = self.knobs()[name]
            if left:
                self.turn(name, left - 1)
            return bool(left)
