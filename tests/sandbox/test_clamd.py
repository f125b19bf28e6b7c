"""Uploads meet a virus scanner that speaks clamd's protocol, or wait for it."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pikepdf
import pytest
from django.conf import settings

from motcua.documents import actions, jobs
from motcua.documents.errors import FileWithheld, UploadRefused
from motcua.documents.models import File
from motcua.foundation.models import LedgerEntry
from motcua.people import actions as people
from sandbox.clamd.app import KNOWN, Clamd

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC).replace(microsecond=0)
NOWHERE = "127.0.0.1:9"


def paper(inside: bytes = b"") -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        document.docinfo["/Title"] = "Giấy tờ " + inside.decode()
        document.save(out, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue().replace(b"%%EOF", b"%" + inside + b"\n%%EOF")


@pytest.fixture
def clamd() -> Iterator[Clamd]:
    with Clamd() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def scanner(monkeypatch: pytest.MonkeyPatch, clamd: Clamd) -> Iterator[object]:
    """Call it with an address to have the scanner there."""

    def at(address: str) -> None:
        monkeypatch.setattr(settings, "ENV", replace(settings.ENV, clamd=address))

    at(clamd.address)
    return at


def owner():
    return people.upsert_person("020196900002", "Nông Thị Hương", now=NOW)


def test_a_clean_file_is_taken_and_says_that_it_was_scanned(scanner):
    row = actions.store_upload("a.pdf", paper(), None, NOW)
    assert row.scan == File.Scan.CLEAN
    actions.open_file(row).close()


def test_a_file_with_malware_is_not_taken_and_leaves_nothing(scanner):
    with pytest.raises(UploadRefused, match="vi-rút"):
        actions.store_upload("a.pdf", paper(KNOWN), None, NOW)
    assert not File.objects.exists()


def test_while_the_scanner_is_away_only_the_owner_opens_what_they_sent(scanner):
    scanner(NOWHERE)
    who = owner()
    row = actions.store_upload("a.pdf", paper(), who.pk, NOW)
    assert row.scan == File.Scan.PENDING
    actions.open_file(row, who.pk).close()
    for reader in (None, who.pk + 1):
        with pytest.raises(FileWithheld, match="đang chờ"):
            actions.open_file(row, reader)


def test_what_waited_is_scanned_when_the_scanner_is_back(scanner, clamd):
    scanner(NOWHERE)
    who = owner()
    clean = actions.store_upload("a.pdf", paper(), who.pk, NOW)
    bad = actions.store_upload("b.pdf", paper(KNOWN), who.pk, NOW)
    jobs.scan_waiting()
    assert set(File.objects.values_list("scan", flat=True)) == {File.Scan.PENDING}
    scanner(clamd.address)
    jobs.scan_waiting()
    jobs.scan_waiting()
    clean.refresh_from_db()
    bad.refresh_from_db()
    assert (clean.scan, bad.scan) == (File.Scan.CLEAN, File.Scan.REFUSED)
    actions.open_file(clean).close()
    with pytest.raises(FileWithheld, match="từ chối"):
        actions.open_file(bad, who.pk)
    assert LedgerEntry.objects.filter(kind="document.file_refused").count() == 1
