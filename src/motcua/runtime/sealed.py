"""A stream that only its key opens, written and read in constant memory.

The file is a header (magic, kind of key, 16 bytes of salt) and frames of 1 MiB, each sealed with
AES-256-GCM. The key of a file is derived from the operator's secret and the salt: by HKDF from a
key file of 32 bytes, by scrypt from a passphrase. A frame's nonce is its number (11 bytes) and
whether it is the last (1), its associated data the header: frames cannot be dropped, repeated,
moved, cut off or put after another header (the STREAM construction).
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

MAGIC = b"MOTCUA-BACKUP-2\n"
FRAME = 1 << 20
KEY_FILE, PASSPHRASE = 0, 1
_TAG = 16
_HEADER = len(MAGIC) + 1 + 16


class NotOpened(Exception):
    """The stream is not one of ours, is damaged, or was sealed with another secret. Says which."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens a backup: `kind` is `KEY_FILE` or `PASSPHRASE`."""

    kind: int
    value: bytes

    def key(self, salt: bytes) -> AESGCM:
        """The key of one file."""
        if self.kind == PASSPHRASE:
            derived = Scrypt(salt=salt, length=32, n=2**15, r=8, p=1).derive(self.value)
        else:
            derived = HKDF(hashes.SHA256(), 32, salt, b"motcua backup").derive(self.value)
        return AESGCM(derived)


def secret_from(path: Path | None, *, make: bool) -> tuple[Secret, Path | None]:
    """The secret of this machine and the file it lies in.

    `path` if given; else the passphrase in `MOTCUA_BACKUP_PASSPHRASE`; else the file that
    `MOTCUA_BACKUP_KEY` names; else `~/.config/motcua/backup.key`, outside `MOTCUA_HOME` and so
    never in a backup. With `make` a missing key file is made (0600); else FileNotFoundError.
    """
    if path is None and (phrase := os.environ.get("MOTCUA_BACKUP_PASSPHRASE")):
        return Secret(PASSPHRASE, phrase.encode()), None
    if path is None and (named := os.environ.get("MOTCUA_BACKUP_KEY")):
        path = Path(named)
    if path is None:
        base = os.environ.get("XDG_CONFIG_HOME") or "~/.config"
        path = Path(base).expanduser() / "motcua" / "backup.key"
    if make and not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(secrets.token_bytes(32).hex().encode() + b"\n")
            out.flush()
            os.fsync(out.fileno())
    try:
        value = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError as error:
        raise NotOpened(f"{path} is no key: it must hold 64 hexadecimal digits") from error
    if len(value) != 32:
        raise NotOpened(f"{path} is no key: it must hold 64 hexadecimal digits")
    return Secret(KEY_FILE, value), path


class Sealer:
    """A file to write to. `close` writes the last frame and leaves the file below open."""

    def __init__(self, below: IO[bytes], secret: Secret) -> None:
        salt = secrets.token_bytes(16)
        self._below, self._key = below, secret.key(salt)
        self._header = MAGIC + bytes([secret.kind]) + salt
        self._held, self._number = bytearray(), 0
        below.write(self._header)

    def write(self, data: bytes) -> int:
        """Seal whole frames, hold back the rest."""
        self._held += data
        while len(self._held) > FRAME:  # never the last one: that one is said to be last
            self._put(bytes(self._held[:FRAME]), last=False)
            del self._held[:FRAME]
        return len(data)

    def close(self) -> None:
        self._put(bytes(self._held), last=True)
        self._held.clear()

    def _put(self, frame: bytes, *, last: bool) -> None:
        nonce = _nonce(self._number, last=last)
        self._below.write(self._key.encrypt(nonce, frame, self._header))
        self._number += 1


class Opener:
    """A file to read from. Gives out nothing that was not proven; raises `NotOpened`."""

    def __init__(self, below: IO[bytes], secret: Secret) -> None:
        self._below, self._header = below, below.read(_HEADER)
        if len(self._header) < _HEADER or not self._header.startswith(MAGIC):
            raise NotOpened("it is no backup of this format")
        if self._header[len(MAGIC)] != secret.kind:
            wanted = ("a key file", "a passphrase")[self._header[len(MAGIC)] == PASSPHRASE]
            raise NotOpened(f"it was sealed with {wanted}")
        self._key = secret.key(self._header[len(MAGIC) + 1 :])
        self._held, self._number, self._ended = b"", 0, False
        self._ahead = below.read(FRAME + _TAG)

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes; all that is left when negative."""
        found = bytearray()
        while size < 0 or len(found) < size:
            if not self._held and not self._next():
                break
            wanted = len(self._held) if size < 0 else size - len(found)
            found += self._held[:wanted]
            self._held = self._held[wanted:]
        return bytes(found)

    def _next(self) -> bool:
        if self._ended:
            return False
        sealed, self._ahead = self._ahead, self._below.read(FRAME + _TAG)
        self._ended = not self._ahead
        try:
            nonce = _nonce(self._number, last=self._ended)
            self._held = self._key.decrypt(nonce, sealed, self._header)
        except (InvalidTag, ValueError) as error:
            why = "another secret, or it is damaged" if self._number == 0 else "it is damaged"
            raise NotOpened(f"part {self._number + 1} does not open: {why}") from error
        self._number += 1
        return bool(self._held)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])
