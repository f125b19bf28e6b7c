"""Encryption of single fields, keyed blind indexes for exact look-up, and masking.

A ciphertext is `key id (1 byte) | nonce (12) | AES-256-GCM`; the associated data is the field's
name, so that a value moved to another column does not decrypt. Keys come from
`MOTCUA_HOME/keys/<id>.key` (32 bytes, 0600); the highest id encrypts, all decrypt;
what a person's own key sealed begins with 0 (`person_keys`). The blind index
uses a key of its own, `index.key`, which a rotation of the data keys leaves alone.
"""

from __future__ import annotations

import hmac
import json
import os
import secrets
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.conf import settings
from django.core.exceptions import FieldError
from django.db import connection, models, transaction

from motcua.foundation import append_only

if TYPE_CHECKING:
    _Binary = models.BinaryField[Any, Any]
else:
    _Binary = models.BinaryField  # generic for the type checker only


LAST_KEY = 255


class CannotDecrypt(Exception):
    """The value was made with a key this installation does not hold, or was altered."""


def _folder() -> Path:
    return Path(settings.ENV.home) / "keys"


def _read_or_make(path: Path) -> bytes:
    """The key in `path`. A missing one is made whole elsewhere and then linked into place, so that
    two processes starting at once agree on one key and neither reads half of it."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        with open(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32))
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
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
    if sealed[:1] == b"\0":
        from motcua.foundation import person_keys  # it wraps its keys with what is here

        return person_keys.decrypt(sealed, context)
    if sealed and sealed[0] not in _keys():
        _keys.cache_clear()  # another process may have made a new key meanwhile
    try:
        key = _keys()[sealed[0]]
        return key.decrypt(sealed[1:13], sealed[13:], context.encode()).decode()
    except (KeyError, IndexError, InvalidTag) as error:
        raise CannotDecrypt(context) from error


def add_key() -> int:
    """Make a new data key, with which everything is encrypted from now on; its id. Processes that
    are running go on with the key they know until they start again; all keys go on decrypting."""
    key_id = max(_keys()) + 1
    if key_id > LAST_KEY:
        raise ValueError("a key id is one byte: there is no room for another key")
    _read_or_make(_folder() / f"{key_id}.key")
    _keys.cache_clear()
    return key_id


def rotate(batch: int = 500) -> int:
    """Encrypt anew, with the newest key, every field that an older one sealed; how many. Short
    transactions; safe to stop, to repeat, and to run while people work."""
    total = 0
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                while count := _rotate_some(model, field, batch):
                    total += count
    return total


def newest_key() -> int:
    """The id of the key that encrypts."""
    return max(_keys())


def sealed_by() -> dict[int, int]:
    """How many stored values each key seals: a key that seals none may be destroyed. Reads every
    encrypted column."""
    counts: dict[int, int] = {}
    quoted = connection.ops.quote_name
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                assert field.column is not None
                table, column = quoted(model._meta.db_table), quoted(field.column)
                with connection.cursor() as cursor:
                    cursor.execute(
                        f"SELECT get_byte({column}, 0), count(*) FROM {table}"  # noqa: S608 names from the models
                        f" WHERE get_byte({column}, 0) <> 0 GROUP BY 1"
                    )
                    for key_id, count in cursor.fetchall():
                        counts[key_id] = counts.get(key_id, 0) + count
    return counts


@transaction.atomic
def _rotate_some(model: type[models.Model], field: EncryptedTextField, batch: int) -> int:
    quoted = connection.ops.quote_name
    assert field.column is not None
    table, column = quoted(model._meta.db_table), quoted(field.column)
    assert model._meta.pk is not None
    assert model._meta.pk.column is not None
    key = quoted(model._meta.pk.column)
    with connection.cursor() as cursor:
        # Names come from the models, values are parameters.
        cursor.execute(
            f"SELECT {key}, {column} FROM {table}"  # noqa: S608 names from the models
            f" WHERE get_byte({column}, 0) NOT IN (0, %s) ORDER BY 1 LIMIT %s FOR UPDATE",
            [max(_keys()), batch],
        )
        rows = [
            (encrypt(decrypt(bytes(sealed), field.context), field.context), pk)
            for pk, sealed in cursor.fetchall()
        ]
        if rows:
            with append_only.sealed_anew(cursor, table):
                cursor.executemany(
                    f"UPDATE {table} SET {column} = %s WHERE {key} = %s",  # noqa: S608 as above
                    rows,
                )
    return len(rows)


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

    def _check_str_default_value(self) -> list[Any]:
        return []  # Django's rule is for bytes; what this field holds in Python is text

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        return None if value is None else decrypt(bytes(value), self.context)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if isinstance(value, str):
            value = encrypt(value, self.context)
        return super().get_db_prep_value(value, connection, prepared)

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name == "isnull":
            return super().get_lookup(lookup_name)
        raise FieldError(f"{self.context} is encrypted: look it up by its blind index")

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.value_from_object(obj) or "")


class EncryptedJSONField(EncryptedTextField):
    """A JSON value that is encrypted as a whole; in Python what `json.loads` gives. It cannot be
    filtered on."""

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        plain = super().from_db_value(value, expression, connection)
        return None if plain is None else json.loads(plain)

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        plain = None if value is None else json.dumps(value, ensure_ascii=False)
        return super().get_db_prep_value(plain, connection, prepared)

    def value_to_string(self, obj: models.Model) -> str:
        return json.dumps(self.value_from_object(obj), ensure_ascii=False)
