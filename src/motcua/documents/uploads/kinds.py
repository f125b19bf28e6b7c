"""What a file is by its first bytes, and what to say of what is not taken."""

from __future__ import annotations

import zipfile
from io import BytesIO

from motcua.documents.uploads.verdict import JPEG, PDF, PNG, Refusal

ONLY = "Chỉ nhận tệp PDF, ảnh JPG hoặc PNG."
_SCRIPTS = (b"<script", b"<html", b"<!doctype html", b"<svg", b"<iframe", b"<?php")
_HEIF = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")


def kind(content: bytes) -> str:
    """The media type. Raises `Refusal` for every other kind, and for a file that is two things at
    once."""
    if not content:
        raise Refusal("Tệp trống (0 byte). Hãy chọn lại tệp.")
    if content.startswith(b"%PDF-"):
        found = PDF
    elif content.startswith(b"\xff\xd8\xff"):
        found = JPEG
    elif content.startswith(b"\x89PNG\r\n\x1a\n"):
        found = PNG
    else:
        raise Refusal(_advice(content))
    _only_one_thing(content, found)
    return found


def _advice(content: bytes) -> str:
    if content[4:8] == b"ftyp" and content[8:12] in _HEIF:
        return (
            f"{ONLY} Đây là ảnh HEIC của điện thoại: vào Cài đặt, Máy ảnh, Định dạng, chọn"
            " “Tương thích nhất” rồi chụp lại; hoặc chia sẻ ảnh dưới dạng JPG."
        )
    if content.startswith(b"PK\x03\x04") and b"word/" in content[:4000]:
        return f"{ONLY} Đây là tệp Word: hãy mở ra, chọn Lưu thành PDF rồi tải tệp PDF lên."
    if content.startswith(b"PK\x03\x04"):
        return f"{ONLY} Đây là tệp nén hoặc tệp văn phòng: hãy tải từng giấy tờ lên dưới dạng PDF."
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        return f"{ONLY} Đây là tệp Office cũ: hãy mở ra, chọn Lưu thành PDF rồi tải tệp PDF lên."
    if b"%PDF-" in content[:1024]:
        return "Phần đầu của tệp PDF bị hỏng. Hãy mở tệp, in lại ra PDF rồi tải lên."
    return f"{ONLY} Tệp này thuộc loại khác."


def _only_one_thing(content: bytes, found: str) -> None:
    """Refuse a file that another program would open as an archive or a web page."""
    places = (content[:1024], content[content.rfind(b"%%EOF") :]) if found == PDF else (content,)
    lowered = (place.lower() for place in places)
    if any(mark in place for place in lowered for mark in _SCRIPTS):
        raise Refusal("Trong tệp có lẫn mã trang web. Hãy chụp lại hoặc in lại ra PDF.")
    if zipfile.is_zipfile(BytesIO(content)):
        raise Refusal("Trong tệp có lẫn một tệp nén. Hãy chụp lại hoặc in lại ra PDF.")
    tail = content[content.rfind(b"%%EOF") + 5 :] if found == PDF and b"%%EOF" in content else b""
    if tail.strip(b"\x00\t\r\n ") != b"":
        raise Refusal("Sau phần cuối của tệp PDF còn có dữ liệu khác. Hãy in lại ra PDF.")
