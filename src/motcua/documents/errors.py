"""Why a file or a document was refused, in words for the person."""

from __future__ import annotations


class UploadRefused(Exception):
    """A file that is not taken in; `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
