"""Reading an image to its last row."""

from __future__ import annotations

import warnings
from io import BytesIO

from PIL import Image, ImageOps

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


def rewritten(content: bytes, media_type: str) -> bytes:
    """The picture alone, upright, without place, device, comments and thumbnails; its colour
    profile stays. A JPEG that stands upright keeps its quality."""
    warnings.simplefilter("ignore")
    Image.MAX_IMAGE_PIXELS = None
    out = BytesIO()
    with Image.open(BytesIO(content), formats=["JPEG", "PNG"]) as image:
        profile = image.info.get("icc_profile")
        if media_type == PNG:
            upright = ImageOps.exif_transpose(image)
            _forget(upright)
            upright.save(out, "PNG", icc_profile=profile)
            return out.getvalue()
        turned = image.getexif().get(0x0112, 1) != 1
        shown = ImageOps.exif_transpose(image) if turned else image
        _forget(shown)
        quality = "keep" if not turned and image.format == "JPEG" else 95
        shown.save(out, "JPEG", quality=quality, icc_profile=profile, exif=b"", comment=b"")
    return out.getvalue()


def _forget(image: Image.Image) -> None:
    for name in ("exif", "xmp", "comment", "photoshop", "mp", "mpoffset", "parsed_exif"):
        image.info.pop(name, None)
