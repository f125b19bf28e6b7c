"""Bytes into the storage: written beside, made safe on the disk, moved in whole, and a row for them
in the caller's transaction. A crash in between leaves bytes without a row, which `jobs.sweep`
removes; never a row without bytes."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.core.files.base import File as DjangoFile
from django.core.files.storage import default_storage
from django.db import transaction

from motcua.documents.models import File


class Held(DjangoFile):
    """Bytes in a file of ours that the storage may move instead of copying."""

    def __init__(self, path: Path) -> None:
        super().__init__(path.open("rb"), name=path.name)
        self._path = path

    def temporary_file_path(self) -> str:
        return str(self._path)


def incoming() -> Path:
    """Where bytes wait before they are moved: beside the local storage, so that it is a rename."""
    return Path(settings.ENV.home) / "incoming"


@contextmanager
def held(content: bytes) -> Iterator[Path]:
    """`content` in a file of its own, safe on the disk; gone at the end unless it was moved."""
    folder = incoming()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / uuid.uuid4().hex
    try:
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


@transaction.atomic
def store(path: Path, content: bytes, row: File) -> File:
    """Move the file at `path`, which holds `content`, into the storage, and insert `row`."""
    row.size, row.sha256 = len(content), sha256(content).digest()
    with Held(path) as moving:
        row.path = default_storage.save(f"{row.pk.hex[:2]}/{row.pk.hex}", moving)
    row.save(force_insert=True)
    return row


def keep(
    name: str,
    content: bytes,
    media_type: str,
    owner_person_id: int | None,
    now: datetime,
    pages: int | None = None,
) -> File:
    """Store bytes that were made here."""
    row = File(
        name=name[-200:],
        media_type=media_type,
        owner_id=owner_person_id,
        pages=pages,
        scan=File.Scan.MADE,
        created_at=now,
    )
    with held(content) as path:
        return store(path, content, row)
