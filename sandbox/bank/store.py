"""Orders, transfers and callbacks, kept in SQLite so that a restart forgets nothing."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sandbox.bank import wire

TABLES = """
CREATE TABLE IF NOT EXISTS orders (
    ref TEXT PRIMARY KEY, terminal TEXT, amount INTEGER, info TEXT, return_url TEXT,
    expires TEXT, state TEXT DEFAULT 'open', code TEXT DEFAULT '', number TEXT DEFAULT '',
    pay_date TEXT DEFAULT '');
CREATE TABLE IF NOT EXISTS transfers (
    number TEXT PRIMARY KEY, bank TEXT, account TEXT, amount INTEGER, content TEXT, paid_at TEXT);
CREATE TABLE IF NOT EXISTS callbacks (
    id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT, params TEXT, tries INTEGER DEFAULT 0,
    next_at REAL, state TEXT DEFAULT 'waiting', answer TEXT DEFAULT '');
CREATE TABLE IF NOT EXISTS numbers (last INTEGER);
CREATE TABLE IF NOT EXISTS knobs (name TEXT PRIMARY KEY, value REAL);
"""
KNOBS = ("lose", "duplicate", "corrupt", "delay")
ENDINGS = {  # choice on the page: (response code, transaction status)
    "pay": ("00", "00"),
    "cancel": ("24", "02"),
    "insufficient": ("51", "02"),
    "otp": ("13", "02"),
    "held": ("07", "07"),
    "expired": ("11", "02"),
}


class Store:
    """The bank's books. One connection behind a lock: a sandbox has little to do."""

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

    def _one(self, sql: str, *values: Any) -> sqlite3.Row | None:
        rows = self._all(sql, *values)
        return rows[0] if rows else None

    def _number(self) -> int:
        with self._lock:
            if self._one("SELECT last FROM numbers") is None:
                self._all("INSERT INTO numbers VALUES (14000000)")
            self._all("UPDATE numbers SET last = last + 1")
            found = self._one("SELECT last FROM numbers")
            assert found is not None
            return int(found["last"])

    def open_order(self, params: Mapping[str, str]) -> sqlite3.Row:
        """The order of a signed payment request, made when it is new."""
        self._all(
            "INSERT OR IGNORE INTO orders (ref, terminal, amount, info, return_url, expires)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            params["vnp_TxnRef"],
            params["vnp_TmnCode"],
            int(params["vnp_Amount"]),
            params.get("vnp_OrderInfo", ""),
            params["vnp_ReturnUrl"],
            params.get("vnp_ExpireDate", "99991231235959"),
        )
        found = self.order(params["vnp_TxnRef"])
        assert found is not None
        return found

    def order(self, ref: str) -> sqlite3.Row | None:
        return self._one("SELECT * FROM orders WHERE ref = ?", ref)

    def end_order(self, ref: str, choice: str) -> bool:
        """End an open order as `choice` of `ENDINGS`; False when it had ended before."""
        with self._lock:
            found = self.order(ref)
            if found is None or found["state"] != "open":
                return False
            code = ENDINGS[choice][0]
            number = str(self._number()) if choice in ("pay", "held") else "0"
            self._all(
                "UPDATE orders SET state = ?, code = ?, number = ?, pay_date = ? WHERE ref = ?",
                choice,
                code,
                number,
                wire.now_text(),
                ref,
            )
            return True

    def release_held(self, ref: str) -> bool:
        """The bank's check is over: a held order is paid after all (no callback; one must ask)."""
        with self._lock:
            found = self.order(ref)
            if found is None or found["state"] != "held":
                return False
            self._all("UPDATE orders SET state = 'pay', code = '00' WHERE ref = ?", ref)
            return True

    def transfer(self, bank: str, account: str, amount: int, content: str) -> sqlite3.Row:
        """A transfer that has been made."""
        with self._lock:
            number = f"FT{self._number()}"
            self._all(
                "INSERT INTO transfers VALUES (?, ?, ?, ?, ?, ?)",
                number,
                bank,
                account,
                amount,
                content,
                wire.now_text(),
            )
            found = self._one("SELECT * FROM transfers WHERE number = ?", number)
            assert found is not None
            return found

    def transfers_since(self, moment: str) -> list[sqlite3.Row]:
        """The transfers from that moment (`yyyyMMddHHmmss`) on."""
        return self._all("SELECT * FROM transfers WHERE paid_at >= ? ORDER BY rowid", moment)

    def queue(self, kind: str, params: Mapping[str, str]) -> int:
        """Have the platform told; the callback's id. The knobs may lose, double or delay it."""
        with self._lock:
            state = "lost" if self._take("lose") else "waiting"
            times = 2 if state == "waiting" and self._take("duplicate") else 1
            at = time.time() + self.knobs()["delay"]
            for _ in range(times):
                self._all(
                    "INSERT INTO callbacks (kind, params, next_at, state) VALUES (?, ?, ?, ?)",
                    kind,
                    json.dumps(params),
                    at,
                    state,
                )
            found = self._one("SELECT max(id) AS id FROM callbacks")
            assert found is not None
            return int(found["id"])

    def due_callbacks(self) -> list[sqlite3.Row]:
        return self._all(
            "SELECT * FROM callbacks WHERE state = 'waiting' AND next_at <= ? ORDER BY id",
            time.time(),
        )

    def callback(self, callback_id: int) -> sqlite3.Row | None:
        return self._one("SELECT * FROM callbacks WHERE id = ?", callback_id)

    def note_callback(self, callback_id: int, answer: str, state: str, wait: float) -> None:
        """What the platform answered; while `waiting`, when to tell it again (in seconds)."""
        self._all(
            "UPDATE callbacks SET tries = tries + 1, answer = ?, state = ?, next_at = ?"
            " WHERE id = ?",
            answer[:200],
            state,
            time.time() + wait,
            callback_id,
        )

    def knobs(self) -> dict[str, float]:
        """How the bank behaves at present."""
        kept = {row["name"]: row["value"] for row in self._all("SELECT * FROM knobs")}
        return {name: kept.get(name, 0.0) for name in KNOBS}

    def turn(self, name: str, value: float) -> None:
        self._all("INSERT OR REPLACE INTO knobs VALUES (?, ?)", name, value)

    def take_corruption(self) -> bool:
        """True when the callback now being sent is to be spoilt."""
        with self._lock:
            return self._take("corrupt")

    def _take(self, name: str) -> bool:
        left = self.knobs()[name]
        if left < 1:
            return False
        self.turn(name, left - 1)
        return True

    def latest(self, table: str) -> list[sqlite3.Row]:
        """The last 50 rows of a table, the newest first."""
        assert table in ("orders", "transfers", "callbacks")
        return self._all(f"SELECT * FROM {table} ORDER BY rowid DESC LIMIT 50")
