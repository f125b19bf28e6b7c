"""Pictures of the pages for the documentation: few colours, so that they stay small."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image

MOST = 80_000
"""Bytes of one picture."""


def keep(screenshot: bytes, path: Path) -> None:
    """Write the screenshot as a PNG of at most `MOST` bytes, with as many colours as that takes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    full = Image.open(io.BytesIO(screenshot)).convert("RGB")
    for colours in (64, 32, 16, 8):
        out = io.BytesIO()
        reduced = full.quantize(colours, dither=Image.Dither.NONE)
        reduced.save(out, "PNG", optimize=True)
        if out.tell() <= MOST:
            break
    path.write_bytes(out.getvalue())
