"""The program that turns a stored scan into pictures of its pages:
`python -m motcua.documents.rasteriser FILE MEDIA_TYPE FOLDER`.

A scan's own PDF is seldom PDF/A, so its pages go into our papers as pictures: 200 dots to the inch,
in colour, one to one (NĐ 30/2020 Đ25 asks for this of an electronic copy). Writes `1.jpg`, `2.jpg`,
… and answers with a JSON list of their sizes in millimetres. Runs apart, within bounds, since the
file came from outside.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

DOTS = 200
LONGEST_MM = 420.0
"""A3; what is larger is shown smaller, and so is a picture, whose real size nobody knows."""
A4_MM = (210.0, 297.0)
QUALITY = 85
MOST_PAGES = 100
SECONDS = 120
MEMORY = 1_000_000_000
MM_PER_POINT = 25.4 / 72


def main(source: str, media_type: str, folder: str) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    Image.MAX_IMAGE_PIXELS = None  # the upload was measured already
    pages = _pages_of_pdf(source) if media_type == "application/pdf" else _picture(source)
    sizes = []
    for number, (page, width, height) in enumerate(pages, start=1):
        if number > MOST_PAGES:
            raise SystemExit("too many pages")
        page.save(Path(folder) / f"{number}.jpg", "JPEG", quality=QUALITY, dpi=(DOTS, DOTS))
        sizes.append([round(width, 2), round(height, 2)])
    sys.stdout.write(json.dumps(sizes))


Page = tuple[Image.Image, float, float]


def _pages_of_pdf(source: str) -> Iterator[Page]:
    """Each page drawn; its size is the page's own."""
    import pikepdf
    import typst

    with pikepdf.open(source) as document:
        scales = [_dots(page.cropbox) for page in document.pages]
    root = Path(source).parent
    main = root / "page.typ"
    main.write_text(
        "#set page(width: auto, height: auto, margin: 0pt, fill: white)\n"
        f'#image("{Path(source).name}", format: "pdf", page: int(sys.inputs.page))\n'
    )
    for number, dots in enumerate(scales, start=1):
        drawn = typst.compile(
            str(main),
            root=str(root),
            format="png",
            ppi=dots,
            ignore_system_fonts=True,
            sys_inputs={"page": str(number)},
        )
        assert isinstance(drawn, bytes)
        with Image.open(BytesIO(drawn)) as picture:
            page = picture.convert("RGB")
        yield _fit(page, page.width * 25.4 / dots, page.height * 25.4 / dots)


def _dots(box: Any) -> float:
    """Dots to the inch for a page of this size: fewer for one that will be shown smaller."""
    left, bottom, right, top = (float(number) for number in box)
    longest = max(abs(right - left), abs(top - bottom), 1.0) * MM_PER_POINT
    return DOTS * min(1.0, LONGEST_MM / longest)


def _picture(source: str) -> Iterator[Page]:
    """A photo or a scanned picture, upright, on white, as large as an A4 page allows."""
    with Image.open(source) as found:
        upright = ImageOps.exif_transpose(found)
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            over = upright.convert("RGBA")
            page = Image.new("RGB", over.size, "white")
            page.paste(over, mask=over.getchannel("A"))
        else:
            page = upright.convert("RGB")
    short, long = A4_MM
    width, height = (long, short) if page.width > page.height else (short, long)
    ratio = min(width / page.width, height / page.height)
    yield _fit(page, page.width * ratio, page.height * ratio)


def _fit(page: Image.Image, width: float, height: float) -> Page:
    """The page at most `LONGEST_MM` long and with no more dots than `DOTS` asks for."""
    ratio = min(1.0, LONGEST_MM / max(width, height))
    width, height = width * ratio, height * ratio
    most = (max(1, round(width / 25.4 * DOTS)), max(1, round(height / 25.4 * DOTS)))
    if page.width > most[0]:
        page = page.resize(most, Image.Resampling.LANCZOS)
    return page, width, height


if __name__ == "__main__":
    main(*sys.argv[1:4])
