"""The whole copy of one person's data as one zip, written while it is sent: the copy for machines,
the copy to read, the person's files, and last a list of all with the SHA-256 of each.

    du-lieu.json                      as `copies` describes it
    doc-duoc.pdf, doc-duoc-2.pdf, …   the same to read
    ket-qua/…, phieu-bien-lai/…       results; slips and receipts
    giay-to/<dossier>/…, tep-khac/…   papers they gave
    danh-sach-tep.csv                 place, what it is, bytes, SHA-256, and what is the matter

Nothing is kept on the disk but the list while it grows, and never more than one piece of one file
is in memory. A file that cannot be read is named in the list, and the others come all the same.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from hashlib import sha256
from tempfile import SpooledTemporaryFile
from typing import IO

from motcua.documents import actions as documents
from motcua.documents.errors import FileWithheld
from motcua.foundation import clock, sight
from motcua.people.models import Person
from motcua.privacy import copied_files, copied_paper, copies
from motcua.privacy.models import Export

PIECE = 256 * 1024
LIST = "danh-sach-tep.csv"
COLUMNS = ("Tệp", "Là gì", "Số byte", "SHA-256", "Ghi chú")
GONE = "Không còn trong kho lưu trữ"
BROKEN = "Đọc không hết tệp ở kho lưu trữ"
OTHERWISE = "Khác với lúc lưu: mã SHA-256 khi lưu là "
WITHHELD = "Chưa đưa được: tệp đang chờ quét vi-rút"
REFUSED = "Không đưa: tệp có mã độc"


class _Outlet(io.BytesIO):
    """Where the zip is written: kept until it is taken away to be sent. It cannot be gone back in,
    so that the zip never asks to."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise io.UnsupportedOperation

    def taken(self) -> bytes:
        taken = self.getvalue()
        io.BytesIO.seek(self, 0)
        self.truncate()
        return taken


class _Bundle:
    """The zip in the making and its list."""

    def __init__(self, copy: Export, listed: IO[bytes]) -> None:
        assert copy.ready_at is not None, "a copy is read when it is ready"
        self.outlet = _Outlet()
        self.zip = zipfile.ZipFile(self.outlet, "w", allowZip64=True)
        at = clock.local(copy.ready_at)
        self.at = (at.year, at.month, at.day, at.hour, at.minute, at.second)
        self._listed = listed
        self.note(*COLUMNS)

    def note(self, *cells: str) -> None:
        line = io.StringIO()
        csv.writer(line).writerow(_inert(cell) for cell in cells)
        self._listed.write(line.getvalue().encode())

    def put(
        self, place: str, title: str, pieces: Iterable[bytes], *, pack: bool = True, due: str = ""
    ) -> Iterator[bytes]:
        """One entry. `due` is the SHA-256 it should have, where that is known."""
        entry = zipfile.ZipInfo(place, self.at)
        entry.compress_type = zipfile.ZIP_DEFLATED if pack else zipfile.ZIP_STORED
        digest, size, matter = sha256(), 0, ""
        with self.zip.open(entry, "w", force_zip64=True) as out:
            try:
                for piece in pieces:
                    out.write(piece)
                    digest.update(piece)
                    size += len(piece)
                    yield self.outlet.taken()
            except OSError:
                matter = BROKEN
        if due and not matter and digest.hexdigest() != due:
            matter = OTHERWISE + due
        self.note(place, title, str(size), digest.hexdigest(), matter)
        yield self.outlet.taken()


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def stream(copy: Export) -> Iterator[bytes]:
    """The zip, piece by piece."""
    with sight.seeing(sight.of(persons=[copy.person_id])):
        person = Person.objects.only("full_name").get(pk=copy.person_id)
    with SpooledTemporaryFile(max_size=PIECE) as listed:
        made = _Bundle(copy, listed)
        try:
            yield from _entries(made, copy, person.full_name)
            yield from _list(made, listed)
        finally:  # also when whoever takes it has gone
            made.zip.close()
        yield made.outlet.taken()


def _entries(made: _Bundle, copy: Export, person: str) -> Iterator[bytes]:
    json = (text.encode() for text in copies.stream(copy))
    yield from made.put("du-lieu.json", "Bản cho máy", json)
    for volume, paper in enumerate(copied_paper.volumes(copy, person), start=1):
        name = "doc-duoc.pdf" if volume == 1 else f"doc-duoc-{volume}.pdf"
        yield from made.put(name, "Bản để đọc", [paper], pack=False)
    for own in copied_files.of(copy.person_id):
        yield from _file(made, own, copy.person_id)


def _file(made: _Bundle, own: copied_files.OwnFile, person_id: int) -> Iterator[bytes]:
    row = own.row
    due = bytes(row.sha256).hex()
    try:
        source = documents.open_file(row, person_id)
    except FileWithheld as error:
        made.note(own.place, own.title, str(row.size), due, REFUSED if error.refused else WITHHELD)
        return
    except OSError:
        made.note(own.place, own.title, str(row.size), due, GONE)
        return
    with source:
        pieces = iter(lambda: source.read(PIECE), b"")
        yield from made.put(own.place, own.title, pieces, pack=False, due=due)


def _list(made: _Bundle, listed: IO[bytes]) -> Iterator[bytes]:
    """The list itself, which spreadsheets read as UTF-8 by the mark it begins with."""
    listed.seek(0)
    with made.zip.open(zipfile.ZipInfo(LIST, made.at), "w", force_zip64=True) as out:
        out.write(b"\xef\xbb\xbf")
        for piece in iter(lambda: listed.read(PIECE), b""):
            out.write(piece)
            yield made.outlet.taken()
