"""The name of an uploaded file, made harmless: pure text, no path, and no lie about the kind."""

from __future__ import annotations

import mimetypes
import unicodedata

from motcua.documents.uploads.verdict import SUFFIXES, Refusal

LONGEST = 200
READ = 2000
"""Characters of a name that are looked at: the last ones, where the ending is."""
UNNAMED = "giay-to"

_KINDS = {"application/pdf": "PDF", "image/jpeg": "ảnh JPG", "image/png": "ảnh PNG"}


def cleaned(name: str, media_type: str) -> str:
    """The file's own name without folders, control characters and tricks of writing direction, in
    NFC, at most 200 characters, ending as its kind does. Raises `Refusal` when the ending names
    another kind."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1][-READ:]
    last = unicodedata.normalize("NFC", last)
    kept = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    stem = " ".join(kept.split())
    before, dot, after = stem.rpartition(".")
    suffix = f"{dot}{after.lower()}".strip()
    right = SUFFIXES[media_type]
    if suffix in right:
        stem, ending = before, suffix
    else:
        told, _ = mimetypes.guess_type(f"x{suffix}", strict=False)
        if told is not None:
            kind = _KINDS[media_type]
            raise Refusal(
                f"Tên tệp kết thúc bằng {suffix} nhưng nội dung là {kind}."
                f" Hãy đổi tên cho đúng ({right[0]}) rồi tải lại."
            )
        ending = right[0]
    stem = stem.strip(". ")[: LONGEST - len(ending)].rstrip(". ")
    return (stem or UNNAMED) + ending
