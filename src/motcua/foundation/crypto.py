"""Encryption of single fields, keyed blind indexes for exact look-up, and masking.

A ciphertext is `key id (1 byte) | nonce (12) | AES-256-GCM`; the associated data is the field's
name, so that a value moved to another column does not decrypt. Keys come from
`MOTCUA_HOME/keys/<id>.key` (32 bytes, 0600); the highest id encrypts, all decrypt. The blind index
uses a key of its own, `index.key`, which a rotation of the data keys leaves alone.
"""

from __future__ import annotations

import hmac
import os
import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField  # generic for the type checker only


class CannotDecrypt(Exception):
    """The value was made with a key this installation does not hold, or was altered."""


def _folder() -> Path:
    return Path(settings.ENV.home) / "keys"


def _read_or_make(path: Path) -> bytes:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                out.write(secrets.token_bytes(32))
        except FileExistsError:
            pass
    return path.read_bytes()


@cache
def _keys() -> dict[int, AESGCM]:
    found = {int(p.stem): p for p in _folder().glob("[0-9]*.key")}
    if not found:
        found = {1: _folder() / "1.key"}
    return {key_id: AESGCM(_read_or_make(path)) for key_id, path in found.items()}


@cache
def _index_key() -> bytes:
    return _read_or_make(_folder() / "index.key")


def encrypt(plain: str, context: str) -> bytes:
    """`plain` sealed for the field named `context` with the newest key."""
    key_id = max(_keys())
    nonce = secrets.token_bytes(12)
    return (
        bytes([key_id]) + nonce + _keys()[key_id].encrypt(nonce, plain.encode(), context.encode())
    )


def decrypt(sealed: bytes, context: str) -> str:
    """The plain text of `sealed`. Raises `CannotDecrypt`."""
    try:
        key = _keys()[sealed[0]]
        return key.decrypt(sealed[1:13], sealed[13:], context.encode()).decode()
    except (KeyError, IndexError, InvalidTag) as error:
        raise CannotDecrypt(context) from error


def blind_index(kind: str, value: str) -> bytes:
    """16 bytes that are equal for equal `(kind, value)` and tell nothing without the key."""
    return hmac.new(_index_key(), f"{kind}\0{value}".encode(), sha256).digest()[:16]


def mask(value: str, keep: int = 3) -> str:
    """`079203001234` becomes `•••••••••234`: enough to recognise, not enough to use."""
    return (
        "•" * max(len(value) - keep, 0) + value[-keep:] if len(value) > keep else "•" * len(value)
    )


class EncryptedTextField(_Binary):
    """Text that is encrypted at rest; in Python a `str`. It cannot be filtered on."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(bytes(value), self.context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = encrypt(value, self.context)
        return super().get_db_prep_value(value, connection, prepared)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")
