"""Reading a PDF: its pages, every object in it, and how large its streams become."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf

from motcua.documents.uploads.verdict import PDF, TOO_BIG_INSIDE, Refusal, Verdict

MOST_PAGES = 500
MOST_OBJECTS = 200_000
STREAM_BYTES = 160_000_000
"""Of one stream when unpacked: a colour page of A4 scanned at 600 dots has 105 MB."""
ALL_BYTES = 600_000_000
MOST_PIXELS = 150_000_000
"""Of one picture on a page; black-and-white scans of large drawings have so many."""
DEEPEST = 60

AGAIN = "Hãy mở tệp, chọn In, rồi Lưu thành PDF để có một tệp sạch, và tải tệp đó lên."
BROKEN = f"Tệp PDF bị hỏng hoặc tải lên chưa hết. {AGAIN}"

_ACTIVE_KEYS = {
    "/JS": "mã lệnh",
    "/JavaScript": "mã lệnh",
    "/XFA": "biểu mẫu động (XFA)",
    "/EmbeddedFiles": "tệp đính kèm bên trong",
    "/EF": "tệp đính kèm bên trong",
    "/Collection": "tệp đính kèm bên trong",
    "/RichMedia": "phim hoặc âm thanh",
    "/RichMediaContent": "phim hoặc âm thanh",
}
_ACTIVE_NAMES = {
    "/JavaScript": "mã lệnh",
    "/Launch": "lệnh mở chương trình",
    "/SubmitForm": "lệnh gửi dữ liệu ra ngoài",
    "/ImportData": "lệnh lấy dữ liệu từ ngoài",
    "/GoToE": "liên kết tới tệp bên trong",
    "/EmbeddedFile": "tệp đính kèm bên trong",
    "/FileAttachment": "tệp đính kèm bên trong",
    "/RichMedia": "phim hoặc âm thanh",
    "/RichMediaExecute": "phim hoặc âm thanh",
    "/Rendition": "phim hoặc âm thanh",
    "/Movie": "phim hoặc âm thanh",
    "/Screen": "phim hoặc âm thanh",
    "/Sound": "phim hoặc âm thanh",
    "/3D": "mô hình ba chiều",
}
_NAMED_BY = ("/S", "/Type", "/Subtype")
_PICTURE_FILTERS = {"/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF"}
_FLATE = {"/FlateDecode", "/Fl"}


def inspect(content: bytes) -> Verdict:
    """Raises `Refusal` for a PDF that is locked, broken, active, or too large inside."""
    if b"%%EOF" not in content:
        raise Refusal(BROKEN)
    try:
        with pikepdf.open(BytesIO(content)) as document:
            if document.is_encrypted:
                raise Refusal(f"Tệp PDF bị khóa bằng mật khẩu hoặc hạn chế quyền. {AGAIN}")
            if len(document.objects) > MOST_OBJECTS:
                raise Refusal(TOO_BIG_INSIDE)
            pages = len(document.pages)
            if not pages:
                raise Refusal(BROKEN)
            if pages > MOST_PAGES:
                raise Refusal(f"Tệp PDF có hơn {MOST_PAGES} trang. Hãy chia thành nhiều tệp.")
            _look_through(document)
    except pikepdf.PasswordError as error:
        raise Refusal(f"Tệp PDF bị khóa bằng mật khẩu. {AGAIN}") from error
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError) as error:
        raise Refusal(BROKEN) from error
    return Verdict(PDF, pages)


def _look_through(document: pikepdf.Pdf) -> None:
    left = ALL_BYTES
    for item in (document.trailer, *document.objects):
        for part in _dictionaries(item, 0):
            if active := _active(part):
                raise Refusal(f"Tệp PDF có {active}, nên không được nhận để giữ an toàn. {AGAIN}")
        if isinstance(item, pikepdf.Stream):
            left -= _unpacked(item)
            if left < 0:
                raise Refusal(TOO_BIG_INSIDE)


def _dictionaries(item: Any, depth: int) -> Iterator[Any]:
    """The dictionaries that stand in this object itself, not those it refers to."""
    if depth > DEEPEST:
        raise Refusal(BROKEN)
    if isinstance(item, pikepdf.Stream):
        yield from _dictionaries(item.stream_dict, depth + 1)
    elif isinstance(item, pikepdf.Dictionary):
        yield item
        for _, value in item.items():
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _dictionaries(value, depth + 1)
    elif isinstance(item, pikepdf.Array):
        for value in item:
            if isinstance(value, pikepdf.Object) and not value.is_indirect:
                yield from _dictionaries(value, depth + 1)


def _active(part: Any) -> str:
    """What in this dictionary does something by itself, or an empty text."""
    for key in part:  # keys
        if key in _ACTIVE_KEYS:
            return _ACTIVE_KEYS[key]
    for key in _NAMED_BY:
        value = part.get(key)
        if isinstance(value, pikepdf.Name) and str(value) in _ACTIVE_NAMES:
            return _ACTIVE_NAMES[str(value)]
    return ""


def _unpacked(stream: Any) -> int:
    """How many bytes the stream becomes when unpacked. Pictures in formats of their own are
    judged by their points."""
    if "/F" in stream:
        raise Refusal(f"Tệp PDF lấy nội dung từ một tệp khác. {AGAIN}")
    if int(stream.get("/Width", 0)) * int(stream.get("/Height", 0)) > MOST_PIXELS:
        raise Refusal(TOO_BIG_INSIDE)
    filters = _filters(stream)
    if not filters:
        return len(stream.read_raw_bytes())
    if filters[-1] in _PICTURE_FILTERS:
        if len(filters) > 1 and any(name not in _PICTURE_FILTERS for name in filters[1:-1]):
            raise Refusal(TOO_BIG_INSIDE)
        filters = filters[:-1]
    if not filters:
        return 0
    if filters == filters[:1] and filters[0] in _FLATE:
        return _inflated(stream.read_raw_bytes())
    if sum(name in _FLATE | {"/LZWDecode", "/LZW"} for name in filters) > 1:
        raise Refusal(TOO_BIG_INSIDE)  # packed twice: nobody does that but to hide a bomb
    size = len(stream.read_bytes(pikepdf.StreamDecodeLevel.generalized))
    if size > STREAM_BYTES:
        raise Refusal(TOO_BIG_INSIDE)
    return size


def _filters(stream: Any) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    if isinstance(named, pikepdf.Name):
        return [str(named)]
    return [str(one) for one in named]


def _inflated(packed: bytes) -> int:
    """The size of deflated bytes, counted a megabyte at a time and given up at the bound."""
    unpacker, size, rest = zlib.decompressobj(), 0, packed
    try:
        while rest and not unpacker.eof:
            size += len(unpacker.decompress(rest, 1_000_000))
            rest = unpacker.unconsumed_tail
            if size > STREAM_BYTES:
                raise Refusal(TOO_BIG_INSIDE)
    except zlib.error:
        return size  # a damaged picture in a readable paper is for the reader to judge
    return size
