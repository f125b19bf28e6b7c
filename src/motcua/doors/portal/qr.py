"""QR codes as inline SVG."""

from __future__ import annotations

import segno
from django.utils.safestring import SafeString, mark_safe


def svg(text: str) -> SafeString:
    """The QR code of `text` as an SVG element of class `qr`."""
    code = segno.make(text, error="m", micro=False)
    drawn = code.svg_inline(svgclass="qr", lineclass=None, omitsize=True, border=2)
    return mark_safe(drawn)  # noqa: S308 - segno draws modules only; the text is not in the markup
