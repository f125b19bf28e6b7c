"""A paper looks the same to everybody, for ever: PDF/A, its own fonts, every Vietnamese letter."""

from __future__ import annotations

import io
from typing import Any

import pikepdf
import pytest

from motcua.documents import rendering
from tests.documents.conftest import AT
from tests.documents.papers import APPLICANT, PAPER

NOT_PAPERS = {"frame", "slip", "stamp", "scans"}
TEMPLATES = sorted(
    path.stem for path in rendering.TEMPLATES.glob("*.typ") if path.stem not in NOT_PAPERS
)
LONG_NAME = "Hoàng Nguyễn Thị Phương Thảo Nguyên Trường Xuân"
LONG: dict[str, Any] = {
    **PAPER,
    "agency_name": "Ủy ban nhân dân phường Lương Văn Tri và khu vực lân cận",
    "procedure": "Cấp giấy phép xây dựng mới đối với công trình cấp III, cấp IV " * 4,
    "signer_title": "KT. Chủ tịch, Phó Chủ tịch phụ trách văn hóa - xã hội",
    "applicant": {**APPLICANT, "name": LONG_NAME, "address": "Số nhà 123, ngõ 45, đường " * 5},
    "papers": [{"name": "Giấy chứng sinh hoặc văn bản thay thế", "form": "Bản điện tử"}] * 30,
    "items": ["Bản chụp giấy chứng sinh bị mờ phần ngày sinh."] * 30,
    "rows": [["Ngành, nghề kinh doanh đăng ký", "Bán lẻ thực phẩm trong cửa hàng"]] * 60,
    "reason": "Vị trí xây dựng nằm trong hành lang bảo vệ suối. " * 30,
    "texts": {key: f"{value} " * 4 for key, value in PAPER["texts"].items()},
}

LEAST: dict[str, Any] = {
    **{key: "" for key in PAPER if isinstance(PAPER[key], str)},
    **{key: PAPER[key] for key in ("agency_name", "number", "title", "date", "signer_name")},
    "applicant": dict.fromkeys(APPLICANT, ""),
}
"""What composition always gives, everything else unknown."""


def opened(pdf: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(pdf))


def fonts(pdf: pikepdf.Pdf) -> list[Any]:
    return [
        thing
        for thing in pdf.objects
        if isinstance(thing, pikepdf.Dictionary) and thing.get("/Type") == pikepdf.Name.Font
    ]


@pytest.mark.parametrize("data", [PAPER, LONG, LEAST], ids=["usual", "long", "least"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_a_paper_is_pdf_a_with_its_fonts_inside(template: str, data: dict[str, Any]):
    with opened(rendering.render(template, data, AT)) as pdf:
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "U")
        assert pdf.Root.OutputIntents[0].S == pikepdf.Name.GTS_PDFA1
        used = fonts(pdf)
        assert used
        for font in used:
            if font.Subtype == pikepdf.Name.Type0:
                assert "/ToUnicode" in font
                held = font.DescendantFonts[0].FontDescriptor
                assert any(key in held for key in ("/FontFile2", "/FontFile3"))


@pytest.mark.parametrize("template", TEMPLATES)
def test_no_paper_uses_the_cut_that_misplaces_vietnamese_marks(template: str):
    """The bold of Libertinus sets the circumflex of Ộ and Ệ aside; its semibold does not."""
    with opened(rendering.render(template, PAPER, AT)) as pdf:
        names = {str(font.BaseFont).split("+")[-1] for font in fonts(pdf)}
    assert any("Semibold" in name for name in names)
    assert not any(name.endswith(("-Bold", "-BoldItalic")) for name in names)


@pytest.mark.parametrize("template", TEMPLATES)
def test_rendering_twice_gives_the_same_bytes(template: str):
    assert rendering.render(template, PAPER, AT) == rendering.render(template, PAPER, AT)


@pytest.mark.parametrize("data", [PAPER, LONG, LEAST], ids=["usual", "long", "least"])
@pytest.mark.parametrize("template", [name for name in TEMPLATES if name.startswith("result")])
def test_a_result_keeps_a_place_for_the_signature_on_its_paper(template: str, data: dict[str, Any]):
    place = rendering.signature_place(template, data)
    assert place is not None
    with opened(rendering.render(template, data, AT)) as pdf:
        width, height = (float(n) for n in list(pdf.pages[place.page].MediaBox)[2:])
    assert 0 < place.x < width - 226
    assert 0 < place.y < height - 71


def test_a_long_slip_goes_on_to_a_second_page():
    with opened(rendering.render("slip_01", LONG, AT)) as pdf:
        assert len(pdf.pages) == 2
