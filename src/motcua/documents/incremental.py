"""Adding to a PDF without touching what is there: what signing writes and nothing more.

pyHanko's own writer rewrites the metadata and marks the file as PDF 2.0 with each addition; after
that the file is no longer the PDF/A-2u that typst made, and its metadata change after a signature.
Importing this imports pyHanko.
"""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter


class QuietWriter(IncrementalPdfFileWriter):
    """An incremental writer that leaves metadata, version and extensions as they are."""

    output_version = (1, 7)

    def _update_meta(self) -> None:
        """The metadata stay as they are."""

    def ensure_output_version(self, version: Any) -> None:
        """PDF/A-2 is PDF 1.7, whatever a feature's first version is."""

    def register_extension(self, ext: Any) -> None:
        """PAdES needs no announcement, and the array form is PDF 2.0."""
