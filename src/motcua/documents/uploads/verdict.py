"""What looking at a file found."""

from __future__ import annotations

from dataclasses import dataclass


class Refusal(Exception):
    """The file is not taken in; the message is for the person: why, and what to do."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """`media_type` is what the file really is; `pages` how many pages it prints on;
    `rewritten` whether the file now holds the picture alone."""

    media_type: str
    pages: int
    rewritten: bool = False


PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
SUFFIXES = {PDF: (".pdf",), JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"), PNG: (".png",)}
"""Of names; the first is the one to add."""

TOO_BIG_INSIDE = (
    "Tệp này khi mở ra lớn bất thường nên không được nhận. Hãy in lại ra một tệp PDF mới, "
    "hoặc chụp lại giấy tờ, rồi tải lên."
)
