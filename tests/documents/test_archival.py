"""A result can be read in fifty years: it is PDF/A-2u, before and after it is signed, also with the
pages of a copy in it."""

from __future__ import annotations

import io
from datetime import UTC, datetime

import pikepdf
import pytest
from pikepdf import Dictionary, Name
from PIL import Image

from motcua.documents import actions, rendering, scans, signing
from motcua.documents.incremental import QuietWriter
from motcua.documents.models import File
from motcua.documents.verification import verify_pdf
from tests.documents import pdfa
from tests.documents.conftest import AT
from tests.documents.papers import PAPER
from tests.documents.test_papers import LEAST, LONG, TEMPLATES
from tests.documents.test_verification_bytes import open_action, updated

A4 = (595.28, 841.89)
NOW = datetime.now(UTC)


@pytest.mark.parametrize("data", [PAPER, LONG, LEAST], ids=["usual", "long", "least"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_paper_is_archival(template, data):
    assert pdfa.problems(rendering.render(template, data, AT)) == []


def test_a_signed_result_is_archival(signed):
    assert pdfa.problems(signed) == []


def test_a_result_with_two_signatures_is_archival(signed, roots):
    signer = signing.SignerRef("H37", "Vi Văn Hai", "Chủ tịch")
    both = signing.sign(signed, signer, "Ủy ban nhân dân tỉnh Lạng Sơn", None, NOW)
    assert pdfa.problems(both) == []
    assert verify_pdf(both, roots).valid


def test_the_checker_notices_what_is_not_archival(paper):
    assert pdfa.problems(updated(paper, open_action, QuietWriter))
    with pikepdf.open(io.BytesIO(paper)) as document:
        page = document.pages[0]
        note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 9, 9], F=0)
        page.obj.Annots = pikepdf.Array([note])
        document.Root.Version = Name("/2.0")
        for font in [o for o in document.objects if isinstance(o, Dictionary)]:
            if font.get("/Type") == Name.FontDescriptor:
                for key in ("/FontFile2", "/FontFile3"):
                    if key in font:
                        del font[key]
        out = io.BytesIO()
        document.save(out)
    found = " ".join(pdfa.problems(out.getvalue()))
    for word in ("version", "flags", "appearance", "not embedded"):
        assert word in found


# -- certified copies ----


def original(pages: int = 2, size: tuple[float, float] = A4) -> bytes:
    """A PDF that is no PDF/A: a font that is not embedded, nothing else."""
    out = io.BytesIO()
    with pikepdf.new() as made:
        font = made.make_indirect(
            Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Courier)
        )
        for _ in range(pages):
            page = made.add_blank_page(page_size=size)
            page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
            page.obj.Contents = made.make_stream(b"BT /F1 40 Tf 100 500 Td (DIPLOMA) Tj ET")
        made.save(out)
    return out.getvalue()


def photo(kind: str, size: tuple[int, int], mode: str = "RGB", turned: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = turned, "Máy ảnh của chị Xuân"
    out = io.BytesIO()
    colour = (255, 0, 0, 0) if mode == "RGBA" else "red" if mode == "RGB" else 0
    Image.new(mode, size, colour).save(out, kind, exif=exif)
    return out.getvalue()


def stored(name: str, content: bytes) -> File:
    return actions.store_upload(name, content, None, NOW)


def copy_of(*files: File) -> bytes:
    with scans.pages(files) as pages:
        return rendering.render("result_certified_copy", PAPER, AT, pages)


def size_of(page: pikepdf.Page) -> tuple[int, int]:
    left, bottom, right, top = (float(number) for number in page.mediabox)
    return round((right - left) / 72 * 25.4), round((top - bottom) / 72 * 25.4)


def picture_on(page: pikepdf.Page) -> Image.Image:
    (drawn,) = page.get_images().values()
    return pikepdf.PdfImage(drawn).as_pil_image()


@pytest.mark.django_db
def test_a_certified_copy_stays_archival_whatever_the_original_was(roots):
    made = copy_of(stored("a.pdf", original()), stored("b.jpg", photo("JPEG", (1500, 2000))))
    assert pdfa.problems(made) == []
    with pikepdf.open(io.BytesIO(made)) as document:
        assert len(document.pages) == 4
        for page in document.pages[1:]:
            assert size_of(page) in ((210, 297), (210, 280))
            assert not page.resources.get("/Font")
    assert b"Exif" not in made  # where and with what a photo was taken is nobody's business
    place = rendering.signature_place("result_certified_copy", PAPER)
    signer = signing.SignerRef("H37.105", "Nguyễn Thị Phượng", "Phó Chủ tịch")
    signed = signing.sign(made, signer, PAPER["agency_name"], place, AT)
    assert verify_pdf(signed, roots).valid
    assert pdfa.problems(signed) == []


@pytest.mark.django_db
def test_the_copy_shows_what_stands_on_the_original():
    with pikepdf.open(io.BytesIO(copy_of(stored("a.pdf", original(1))))) as document:
        seen = picture_on(document.pages[1])
    assert abs(seen.width - 1654) <= 2  # 200 dots to the inch
    assert seen.mode == "RGB"
    dots = seen.width / A4[0]
    words = seen.convert("L").crop(
        tuple(round(n * dots) for n in (95, A4[1] - 535, 300, A4[1] - 495))
    )
    assert words.getextrema()[0] < 80
    assert seen.convert("L").crop((0, 0, seen.width, seen.height // 4)).getextrema()[0] > 240


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "content", "shape"),
    [
        ("a.jpg", photo("JPEG", (1500, 2000)), (210, 280)),
        ("a.jpg", photo("JPEG", (2000, 1500)), (280, 210)),
        ("a.jpg", photo("JPEG", (2000, 1500), turned=6), (210, 280)),
        ("a.jpg", photo("JPEG", (300, 400), mode="CMYK"), (210, 280)),
        ("a.jpg", photo("JPEG", (300, 400), mode="L"), (210, 280)),
        ("a.png", photo("PNG", (600, 600), mode="RGBA"), (210, 210)),
        ("a.png", photo("PNG", (600, 600), mode="1"), (210, 210)),
        ("a.pdf", original(1, (14_000, 7_000)), (420, 210)),
    ],
)
def test_whatever_was_scanned_becomes_an_upright_page(name, content, shape):
    made = copy_of(stored(name, content))
    assert pdfa.problems(made) == []
    with pikepdf.open(io.BytesIO(made)) as document:
        assert size_of(document.pages[1]) == shape
        assert picture_on(document.pages[1]).width <= 3400


@pytest.mark.django_db
def test_what_is_transparent_is_white():
    with pikepdf.open(
        io.BytesIO(copy_of(stored("a.png", photo("PNG", (600, 600), mode="RGBA"))))
    ) as document:
        assert picture_on(document.pages[1]).convert("L").getextrema()[0] > 250


@pytest.mark.django_db
def test_the_same_scans_give_the_same_bytes():
    """What was previewed is what is signed."""
    files = [stored("a.pdf", original(1)), stored("b.jpg", photo("JPEG", (400, 300)))]
    assert copy_of(*files) == copy_of(*files)


@pytest.mark.django_db
def test_a_scan_that_cannot_be_drawn_is_named():
    row = actions.keep("hỏng.pdf", b"%PDF-1.7 nothing", "application/pdf", None, NOW)
    with pytest.raises(scans.ScanUnreadable, match=r"hỏng\.pdf"), scans.pages([row]):
        pass
