"""Tidying the storage: what nobody knows of, and what nobody came back for."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Exists, ForeignObjectRel, OuterRef, ProtectedError, QuerySet

from motcua.documents import actions, ca, transparency
from motcua.documents.models import File
from motcua.documents.storing import held, incoming
from motcua.documents.vault import actions as vault
from motcua.foundation import clock, ledger
from motcua.foundation.background import periodic

log = structlog.get_logger()

UNKNOWN_FOR = timedelta(days=1)
"""Longer than any transaction: a file whose row is about to be committed is younger."""
UNUSED_FOR = timedelta(days=7)
"""An upload waits this long to be attached to something."""


@periodic(seconds=6 * 3600)
def renew_revocation_lists() -> None:
    """Lists of revoked certificates run out whether or not anything is signed; results stay
    verifiable in a quiet commune too. Nothing happens before the authority exists."""
    if ca.exists():
        ca.ensure()


@periodic(seconds=3600)
def sweep() -> None:
    """Remove the bytes that have no row, the rows that nothing refers to, with their bytes, and
    links to papers that have long ended."""
    now = clock.now()
    vault.forget_ended(now)
    forget_unused(now)
    remove_unknown(now)


@periodic(seconds=300)
def publish_ledger_days() -> None:
    """Close and sign the days of the ledger that have ended, those missed included."""
    transparency.publish(clock.now())


@periodic(seconds=60)
def scan_waiting() -> None:
    """Scan what was taken in while the scanner was away, oldest first, until it is away again."""
    for row in File.objects.filter(scan=File.Scan.PENDING).order_by("created_at")[:200]:
        with default_storage.open(row.path) as stream, held(stream.read()) as path:
            verdict = actions.scanned(path)
        if verdict == File.Scan.PENDING:
            return
        with transaction.atomic():
            changed = File.objects.filter(pk=row.pk, scan=File.Scan.PENDING).update(scan=verdict)
            if changed and verdict == File.Scan.REFUSED:
                ledger.append("document.file_refused", f"file:{row.pk}", "system", {})
                log.warning("malware_found", file=str(row.pk))


def remove_unknown(now: datetime) -> int:
    """Remove stored bytes older than a day that no row knows; how many. Those are left by a crash
    or a rolled-back transaction."""
    removed = 0
    try:
        folders, _ = default_storage.listdir("")
    except FileNotFoundError:
        folders = []
    for folder in folders:
        if len(folder) != 2:
            continue
        _, names = default_storage.listdir(folder)
        paths = [f"{folder}/{name}" for name in names]
        known = set(File.objects.filter(path__in=paths).values_list("path", flat=True))
        for path in paths:
            if path not in known and _old(path, now):
                default_storage.delete(path)
                removed += 1
    for left in incoming().glob("*") if incoming().exists() else ():
        if now.timestamp() - left.stat().st_mtime > UNKNOWN_FOR.total_seconds():
            left.unlink(missing_ok=True)
            removed += 1
    if removed:
        log.info("stored_bytes_without_row_removed", count=removed)
    return removed


def _old(path: str, now: datetime) -> bool:
    try:
        return now - default_storage.get_modified_time(path) > UNKNOWN_FOR
    except FileNotFoundError:
        return False  # somebody else removed it just now


def forget_unused(now: datetime) -> int:
    """Delete rows older than a week that nothing refers to, with their bytes; how many: an upload
    that was never attached or was taken off again, a preview that was rendered anew."""
    removed = 0
    for row in list(_unused(File.objects.filter(created_at__lt=now - UNUSED_FOR))[:1000]):
        try:
            with transaction.atomic():
                row.delete()
                transaction.on_commit(lambda path=row.path: default_storage.delete(path))  # type: ignore[misc] # mypy cannot infer a lambda with a default
        except (ProtectedError, IntegrityError):
            continue  # attached in the meantime
        removed += 1
    if removed:
        log.info("unused_files_forgotten", count=removed)
    return removed


def _unused(files: QuerySet[File]) -> QuerySet[File]:
    """Those of `files` that no foreign key of any table points to."""
    for relation in File._meta.get_fields(include_hidden=True):
        if isinstance(relation, ForeignObjectRel):
            refers = relation.related_model._base_manager.filter(
                **{relation.field.name: OuterRef("pk")}
            )
            files = files.filter(~Exists(refers))
    return files


def missing(since: UUID | None = None, limit: int = 1000) -> list[File]:
    """Rows whose bytes are gone, in order of their keys after `since`: for an operator who suspects
    the disk."""
    rows = File.objects.order_by("pk")
    if since is not None:
        rows = rows.filter(pk__gt=since)
    return [row for row in rows[:limit] if not default_storage.exists(row.path)]
