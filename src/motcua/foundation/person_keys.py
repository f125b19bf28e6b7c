"""Keys that belong to one person each, so that destroying them erases the person everywhere.

They lie in a store of their own, `MOTCUA_HOME/person-keys/keys.sqlite`, neither in the database nor
in its backups nor in its log archive: what was sealed with a destroyed key is unreadable wherever a
copy of it lies. A key is wrapped with the house's newest key (`crypto`), so that the store alone
opens nothing. One person has one key for each part of their data, because the law has some of it
kept when the rest must go. A destroyed key leaves its id and the moment behind: what it sealed
reads as erased, while a value whose key is unknown is an error.

A ciphertext is `0 | key id (16) | nonce (12) | AES-256-GCM`, associated data the field's name.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import sqlite3
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from enum import StrEnum
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from motcua.foundation import clock, crypto

FOLDER = "person-keys"
MARK = 0
"""The first byte of what a person's key sealed; keys of the house count from 1."""
ERASED = "(đã xóa dữ liệu cá nhân)"
"""What a person reads where something stood that was erased."""
MOST_CACHED = 10_000
_SCHEMA = """
    CREATE TABLE person_key (
        id BLOB PRIMARY KEY, owner BLOB NOT NULL, part TEXT NOT NULL, wrapped BLOB,
        made_at TEXT NOT NULL, destroyed_at TEXT, retired_at TEXT
    ) WITHOUT ROWID;
    CREATE UNIQUE INDEX person_key_live
        ON person_key (owner, part) WHERE wrapped IS NOT NULL AND retired_at IS NULL;
    CREATE INDEX person_key_owner ON person_key (owner);
"""


class Part(StrEnum):
    """What a key is for: `identity` who somebody is, `dossier` what procedures have kept by law,
    `voluntary` what nothing obliges anybody to keep."""

    IDENTITY = "identity"
    DOSSIER = "dossier"
    VOLUNTARY = "voluntary"


class Erased(crypto.CannotDecrypt):
    """The value was sealed with a key that has been destroyed, on purpose."""


class _Known:
    """What this process remembers of the store. Forgotten when any process destroyed a key, and
    when it has grown to its bound."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.forget()

    def forget(self) -> None:
        self.by_id: dict[bytes, AESGCM] = {}
        self.live: dict[tuple[uuid.UUID, str], bytes] = {}
        self.epoch = -1

    def keep(self, key_id: bytes, key: AESGCM) -> None:
        with self.lock:
            if len(self.by_id) >= MOST_CACHED:
                self.by_id, self.live = {}, {}
            self.by_id[key_id] = key


_known = _Known()


def _folder() -> Path:
    return Path(settings.ENV.home) / FOLDER


def _epoch() -> int:
    """When a key was last destroyed, by any process; 0 before that."""
    try:
        return os.stat(_folder() / "destroyed").st_mtime_ns
    except FileNotFoundError:
        return 0


def _up_to_date() -> _Known:
    epoch = _epoch()
    if _known.epoch != epoch:
        with _known.lock:
            _known.forget()
            _known.epoch = epoch
    return _known


@contextmanager
def _store() -> Iterator[sqlite3.Connection]:
    """The store, for one short transaction. What is committed is on the disk, and what is deleted
    is overwritten."""
    path = _folder() / "keys.sqlite"
    if not path.exists():
        _make(path)
    with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as store:
        store.execute("PRAGMA synchronous = FULL")
        store.execute("PRAGMA secure_delete = ON")
        yield store


def _make(path: Path) -> None:
    """An empty store, made whole elsewhere and then linked into place: processes that start at once
    agree on one."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{secrets.token_hex(8)}")
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(draft, isolation_level=None)) as store:
        store.execute("PRAGMA journal_mode = WAL")
        store.executescript(_SCHEMA)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


@contextmanager
def _writing() -> Iterator[sqlite3.Connection]:
    with _store() as store:
        store.execute("BEGIN IMMEDIATE")
        try:
            yield store
        except BaseException:
            store.execute("ROLLBACK")
            raise
        store.execute("COMMIT")


def _wrap(key_id: bytes, key: bytes) -> bytes:
    return crypto.encrypt(base64.b64encode(key).decode(), f"person-key:{key_id.hex()}")


def _unwrap(key_id: bytes, wrapped: bytes) -> bytes:
    return base64.b64decode(crypto.decrypt(wrapped, f"person-key:{key_id.hex()}"))


def _live(owner: uuid.UUID, part: str) -> tuple[bytes, AESGCM]:
    """The key that seals this part of this person's data; made, with those of the other parts, when
    there is none: one write to the disk for a person."""
    known = _up_to_date()
    key_id = known.live.get((owner, part))
    if key_id is not None and (key := known.by_id.get(key_id)) is not None:
        return key_id, key
    question = (
        "SELECT id, wrapped FROM person_key"
        " WHERE owner = ? AND part = ? AND wrapped NOTNULL AND retired_at IS NULL"
    )
    with _store() as store:
        row = store.execute(question, (owner.bytes, part)).fetchone()
    if row is None:
        with _writing() as store:
            for one in Part:
                fresh = secrets.token_bytes(16)
                store.execute(
                    "INSERT OR IGNORE INTO person_key VALUES (?, ?, ?, ?, ?, NULL, NULL)",
                    (fresh, owner.bytes, one, _wrap(fresh, secrets.token_bytes(32)), _now()),
                )
            row = store.execute(question, (owner.bytes, part)).fetchone()
    assert row is not None
    key_id, key = row[0], AESGCM(_unwrap(row[0], row[1]))
    known.keep(key_id, key)
    known.live[owner, part] = key_id
    return key_id, key


def _now() -> str:
    return clock.now().isoformat()


def encrypt(plain: str, context: str, owner: uuid.UUID, part: Part) -> bytes:
    """`plain` sealed for the field named `context` under `owner`'s key."""
    key_id, key = _live(owner, part)
    nonce = secrets.token_bytes(12)
    sealed = key.encrypt(nonce, plain.encode(), context.encode())
    return bytes([MARK]) + key_id + nonce + sealed


def decrypt(sealed: bytes, context: str) -> str:
    """The plain text of what a person's key sealed. Raises `Erased` when that key was destroyed,
    `crypto.CannotDecrypt` when it is unknown or the value was altered."""
    known, key_id = _up_to_date(), sealed[1:17]
    key = known.by_id.get(key_id)
    if key is None:
        with _store() as store:
            row = store.execute("SELECT wrapped FROM person_key WHERE id = ?", (key_id,)).fetchone()
        if row is None:
            raise crypto.CannotDecrypt(context)
        if row[0] is None:
            raise Erased(context)
        key = AESGCM(_unwrap(key_id, row[0]))
        known.keep(key_id, key)
    try:
        return key.decrypt(sealed[17:29], sealed[29:], context.encode()).decode()
    except (InvalidTag, ValueError) as error:
        raise crypto.CannotDecrypt(context) from error


def retire(owner: uuid.UUID, part: Part) -> list[bytes]:
    """Have what is written from now on sealed with a new key; the ids of the keys that are retired
    and not yet destroyed. They still open what they sealed."""
    with _writing() as store:
        store.execute(
            "UPDATE person_key SET retired_at = ?"
            " WHERE owner = ? AND part = ? AND wrapped NOTNULL AND retired_at IS NULL",
            (_now(), owner.bytes, part),
        )
        rows = store.execute(
            "SELECT id FROM person_key WHERE owner = ? AND part = ? AND wrapped NOTNULL"
            " AND retired_at NOTNULL",
            (owner.bytes, part),
        ).fetchall()
    _tell_everybody()
    return [key_id for (key_id,) in rows]


def destroy_retired(owner: uuid.UUID, part: Part) -> int:
    """Destroy the retired keys of this part; how many there were."""
    return _destroy(owner, [part], retired=True)


def destroy(owner: uuid.UUID, parts: Iterable[Part]) -> int:
    """Destroy the person's keys of these parts; how many there were. What they sealed is unreadable
    from now on, in every process and in every backup. What is written later gets a new key."""
    return _destroy(owner, parts, retired=False)


def _destroy(owner: uuid.UUID, parts: Iterable[Part], *, retired: bool) -> int:
    with _writing() as store:
        count = sum(
            store.execute(
                "UPDATE person_key SET wrapped = NULL, destroyed_at = ?"
                " WHERE wrapped NOTNULL AND owner = ? AND part = ?"
                " AND (retired_at NOTNULL OR NOT ?)",
                (_now(), owner.bytes, part, retired),
            ).rowcount
            for part in parts
        )
    with _store() as store:  # the log of the store held the key too
        store.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    _tell_everybody()
    return count


def _tell_everybody() -> None:
    """Have every process forget the keys it knows."""
    mark = _folder() / "destroyed"
    before = _epoch()
    mark.touch(mode=0o600)
    if _epoch() == before:  # within one tick of the file system's clock
        os.utime(mark, ns=(before + 1, before + 1))


def rewrap() -> int:
    """Wrap anew, with the house's newest key, the keys that an older one wraps; how many."""
    newest, count = bytes([crypto.newest_key()]), 0
    while True:
        with _writing() as store:
            rows = store.execute(
                "SELECT id, wrapped FROM person_key"
                " WHERE wrapped NOTNULL AND substr(wrapped, 1, 1) <> ? LIMIT 1000",
                (newest,),
            ).fetchall()
            store.executemany(
                "UPDATE person_key SET wrapped = ? WHERE id = ?",
                [(_wrap(key_id, _unwrap(key_id, wrapped)), key_id) for key_id, wrapped in rows],
            )
        if not rows:
            return count
        count += len(rows)


def wrapped_by() -> dict[int, int]:
    """How many people's keys each key of the house wraps."""
    counts: dict[int, int] = {}
    with _writing() as store:
        rows = store.execute("SELECT wrapped FROM person_key WHERE wrapped NOTNULL").fetchall()
    for (wrapped,) in rows:
        counts[wrapped[0]] = counts.get(wrapped[0], 0) + 1
    return counts


def dumped() -> bytes:
    """All keys, wrapped, and the ids of those destroyed: what a backup of the keys holds."""
    with _writing() as store:
        rows = store.execute(
            "SELECT id, owner, part, wrapped, made_at, destroyed_at, retired_at FROM person_key"
            " ORDER BY id"
        ).fetchall()
    told = [
        [key_id.hex(), owner.hex(), part, wrapped.hex() if wrapped else None, *when]
        for key_id, owner, part, wrapped, *when in rows
    ]
    return json.dumps({"format": 1, "keys": told}).encode()


def bring_back(dump: bytes) -> int:
    """Add the keys of a dump that are not here; how many. A key that was destroyed, here or there,
    stays destroyed. Raises ValueError when it is no dump."""
    told = json.loads(dump)
    if not isinstance(told, dict) or told.get("format") != 1:
        raise ValueError("this is no backup of people's keys")
    count = 0
    with _writing() as store:
        for key_id, owner, part, wrapped, made, destroyed, retired in told["keys"]:
            count += store.execute(
                "INSERT OR IGNORE INTO person_key VALUES (?, ?, ?, ?, ?, ?, ?)",
                (
                    bytes.fromhex(key_id),
                    bytes.fromhex(owner),
                    part,
                    bytes.fromhex(wrapped) if wrapped else None,
                    made,
                    destroyed,
                    retired,
                ),
            ).rowcount
            if wrapped is None:
                store.execute(
                    "UPDATE person_key SET wrapped = NULL, destroyed_at = ?"
                    " WHERE id = ? AND wrapped NOTNULL",
                    (destroyed, bytes.fromhex(key_id)),
                )
    _tell_everybody()
    return count


def forget() -> None:
    """Drop what this process remembers."""
    with _known.lock:
        _known.forget()
