"""The file byte by byte: what each signature covers, and that nothing else stands beside it.

A digest over a byte range proves nothing about bytes outside it. So the hole that a signature
leaves must hold its own value and nothing more, and what follows the last signed byte must be
exactly the objects that the following revisions list.
"""

from __future__ import annotations

import re
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from motcua.documents.verification.report import Broken

_WHITE = b"\x00\t\n\x0c\r "
_OBJECT = re.compile(rb"\d{1,10} \d{1,5} obj\b")
_END = re.compile(rb"startxref\s{1,4}\d{1,12}\s{1,4}%%EOF(\r\n|\n|\r)?")
_HEX = re.compile(rb"<[0-9A-Fa-f]*>")


def whole(content: bytes) -> None:
    """The file starts and ends as a PDF does. Raises `Broken`."""
    if not content.startswith(b"%PDF-"):
        raise Broken("Trước phần đầu của tệp PDF còn có dữ liệu khác.")
    if content.count(b"%%EOF") == 0:
        raise Broken("Tệp PDF đã bị cắt mất phần cuối.")
    if not re.search(rb"%%EOF(\r\n|\n|\r)?\Z", content[-16:]):
        raise Broken("Sau phần kết thúc của tệp còn có dữ liệu khác.")


def covered(content: bytes, signature: Any) -> int:
    """The end of what `signature` covers, having seen that it covers everything from the first
    byte but the hole of its own value. Raises `Broken`."""
    numbers = [int(number) for number in signature.byte_range]
    if len(numbers) != 4 or numbers[0] != 0:
        raise Broken("Vùng được ký không bắt đầu từ đầu tệp.")
    _, before, resume, after = numbers
    if not 0 < before < resume <= resume + after <= len(content):
        raise Broken("Vùng được ký vượt ra ngoài tệp.")
    hole = content[before:resume]
    if not _HEX.fullmatch(hole) or len(hole) % 2:
        raise Broken("Khoảng trống của vùng được ký chứa dữ liệu khác ngoài chữ ký.")
    value = bytes.fromhex(hole[1:-1].decode("ascii"))
    if value != bytes(signature.pkcs7_content):
        raise Broken("Giá trị chữ ký không nằm ở khoảng trống của vùng được ký.")
    if value[_der_length(value) :].strip(b"\x00"):
        raise Broken("Sau giá trị chữ ký còn có dữ liệu khác.")
    return resume + after


def _der_length(value: bytes) -> int:
    """How many bytes the outermost DER value takes."""
    if len(value) < 2:
        raise Broken("Giá trị chữ ký bị cắt.")
    if value[1] < 0x80:
        return 2 + value[1]
    octets = value[1] & 0x7F
    if not 0 < octets <= 4 or len(value) < 2 + octets:
        raise Broken("Giá trị chữ ký không đúng khuôn dạng.")
    return 2 + octets + int.from_bytes(value[2 : 2 + octets])


def nothing_unlisted(reader: PdfFileReader, content: bytes, start: int, revision: int) -> None:
    """From `start`, where `revision` begins, to the end of the file there are only the objects
    that each revision's cross-reference lists, in any order, the cross-reference itself and the
    end mark. Raises `Broken`."""
    position = start
    while revision < reader.xrefs.total_revisions:
        position = _revision_end(reader, content, position, revision)
        revision += 1
    if content[position:].strip(b"\r\n"):
        raise Broken("Sau phần kết thúc của tệp còn có dữ liệu khác.")


def _revision_end(reader: PdfFileReader, content: bytes, position: int, revision: int) -> int:
    xrefs = reader.xrefs
    table = xrefs.get_xref_container_info(revision)
    listed = {}
    for ref in reader.get_historical_resolver(revision).explicit_refs_in_revision():
        place = xrefs.get_historical_ref(ref, revision)
        if isinstance(place, int):
            listed[place] = ref
    while True:
        position = _skip_white(content, position)
        if position == table.declared_startxref:
            after = _after_cross_reference(reader, content, table)
            end = _END.match(content, _skip_white(content, after))
            if end is None:
                break
            return end.end()
        ref = listed.pop(position, None)
        if ref is None or not _OBJECT.match(content, position):
            break
        try:
            reader.get_object(ref, revision=revision)
        except PdfError as error:
            raise Broken("Phần thêm vào sau khi ký bị hỏng.") from error
        position = reader.stream.tell()
    raise Broken("Phần thêm vào sau khi ký chứa dữ liệu không được liệt kê.")


def _after_cross_reference(reader: PdfFileReader, content: bytes, table: Any) -> int:
    """Where the cross-reference of a revision ends: a table with its trailer, or a stream with
    its `endobj`."""
    position = _skip_white(content, table.end_location)
    if content.startswith(b"endobj", position):
        return position + 6
    if not content.startswith(b"<<", position):
        return position
    reader.stream.seek(position)
    try:
        generic.read_object(reader.stream, generic.TrailerReference(reader))
    except PdfError as error:
        raise Broken("Phần thêm vào sau khi ký bị hỏng.") from error
    return int(reader.stream.tell())


def _skip_white(content: bytes, position: int) -> int:
    while position < len(content) and content[position] in _WHITE:
        position += 1
    return position
