"""Reading an image to its last row."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image

from motcua.documents.uploads.verdict import JPEG, PNG, Refusal, Verdict

MOST_PIXELS = 50_000_000
BROKEN = "Ảnh bị hỏng hoặc tải lên chưa hết. Hãy chụp lại rồi tải lên."

_FORMATS = {JPEG: ("JPEG", "MPO"), PNG: ("PNG",)}


def inspect(content: bytes, media_type: str) -> Verdict:
    """Raises `Refusal` for an image that is broken, of another kind than it begins as, or has too
    many points; the size is read before a single point is."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None  # the bound below is the one that counts
    try:
        with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as image:
            if image.format not in _FORMATS[media_type]:
                raise Refusal(BROKEN)
            if image.width * image.height > MOST_PIXELS:
                raise Refusal(
                    "Ảnh có hơn 50 triệu điểm ảnh. Hãy chụp lại ở chế độ thường, không dùng chế độ"
                    " độ phân giải cao, rồi tải lên."
                )
            image.load()
    except (OSError, SyntaxError, ValueError, ArithmeticError, EOFError, TypeError) as error:
        raise Refusal(BROKEN) from error
    return Verdict(media_type, 1)
