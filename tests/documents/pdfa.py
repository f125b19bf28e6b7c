"""A checker of the rules of PDF/A-2u that our papers could break (ISO 19005-2). Not complete: the
content of fonts and colour profiles is trusted to typst, whose export checks it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from lxml import etree
from pikepdf import Array, Dictionary, Name, Stream

_PDFAID = "{http://www.aiim.org/pdfa/ns/id/}"
_ANNOTATIONS = {Name.Widget, Name.Link, Name.Text, Name.Stamp}
_BAD_ACTIONS = {
    "/Launch",
    "/Sound",
    "/Movie",
    "/ResetForm",
    "/ImportData",
    "/Hide",
    "/SetOCGState",
    "/Rendition",
    "/Trans",
    "/GoTo3DView",
    "/JavaScript",
}
_PRINT, _HIDDEN_ONES = 4, 1 | 2 | 32 | 256
_BLENDS = {"/Normal", "/Compatible", "/Multiply", "/Screen", "/Overlay", "/Darken", "/Lighten"}


def problems(content: bytes) -> list[str]:
    """What in the file is against PDF/A-2u."""
    with pikepdf.open(io.BytesIO(content)) as document:
        return [
            *_file(content, document),
            *_catalogue(document),
            *_metadata(document),
            *_objects(document),
            *_pages(document),
        ]


def _file(content: bytes, document: pikepdf.Pdf) -> Iterator[str]:
    if content[:7] != b"%PDF-1." or not b"0" <= content[7:8] <= b"7":
        yield "6.1.2 header"
    second = content.split(b"\n", 2)[1]
    if not second.startswith(b"%") or sum(byte > 127 for byte in second[1:5]) < 4:
        yield "6.1.2 binary comment"
    if document.is_encrypted:
        yield "6.1.3 encryption"
    if "/ID" not in document.trailer:
        yield "6.1.3 no identifier"
    if document.check_pdf_syntax():
        yield f"syntax: {document.check_pdf_syntax()}"


def _catalogue(document: pikepdf.Pdf) -> Iterator[str]:
    root = document.Root
    if "/Version" in root and float(str(root.Version)[1:]) > 1.7:
        yield "the catalogue claims a later version"
    for key in ("/OpenAction", "/AA", "/Requirements", "/OCProperties"):
        if key in root:
            yield f"catalogue has {key}"
    names = root.get("/Names", Dictionary())
    for key in ("/JavaScript", "/EmbeddedFiles", "/AlternatePresentations"):
        if key in names:
            yield f"names have {key}"
    form = root.get("/AcroForm", Dictionary())
    if "/XFA" in form or form.get("/NeedAppearances", False):
        yield "6.4 dynamic form"
    intents = [one for one in root.get("/OutputIntents", []) if one.S == Name.GTS_PDFA1]
    if len(intents) != 1:
        yield "6.2.3 no output intent"
        return
    profile = intents[0].DestOutputProfile
    if int(profile.N) != 3 or profile.read_bytes()[36:40] != b"acsp":
        yield "6.2.3 output profile is not RGB"


def _metadata(document: pikepdf.Pdf) -> Iterator[str]:
    stream = document.Root.get("/Metadata")
    if stream is None or "/Filter" in stream:
        yield "6.6.2 metadata"
        return
    xmp = stream.read_bytes()
    tree = etree.fromstring(xmp)
    said = {
        key: value
        for element in tree.iter()
        for key, value in [*element.attrib.items(), (element.tag, (element.text or "").strip())]
        if str(key).startswith(_PDFAID)
    }
    if (said.get(f"{_PDFAID}part"), said.get(f"{_PDFAID}conformance")) != ("2", "U"):
        yield f"6.6.4 claims {said}"
    with document.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as view:
        pairs = [
            ("dc:title", "/Title"),
            ("pdf:Keywords", "/Keywords"),
            ("xmp:CreatorTool", "/Creator"),
        ]
        for inside, key in pairs:
            if key in document.docinfo and view.get(inside) != str(document.docinfo[key]):
                yield f"{key} differs from the metadata"


def _objects(document: pikepdf.Pdf) -> Iterator[str]:
    for item in document.objects:
        if isinstance(item, Stream):
            yield from _stream(item)
        for part in _dictionaries(item):
            kind = part.get("/Type")
            if kind == Name.Font:
                yield from _font(part)
            if str(part.get("/S", "")) in _BAD_ACTIONS:
                yield f"6.5.1 action {part.S}"
            if "/Subtype" in part and "/Rect" in part:
                yield from _annotation(part)
            if "/TR" in part or "/HTP" in part:
                yield "6.2.5 transfer function"
            if "/BM" in part and str(part.BM) not in _BLENDS:
                yield f"6.2.10 blend {part.BM}"


def _dictionaries(item: Any) -> Iterator[Any]:
    held = item.stream_dict if isinstance(item, Stream) else item
    if isinstance(held, Dictionary):
        yield held
    inner = held.values() if isinstance(held, Dictionary) else held
    for value in inner if isinstance(held, Dictionary | Array) else ():
        if isinstance(value, Dictionary | Array) and not value.is_indirect:
            yield from _dictionaries(value)


def _stream(stream: Any) -> Iterator[str]:
    if "/F" in stream or "/FFilter" in stream:
        yield "6.1.7.1 stream outside"
    filters = stream.get("/Filter", [])
    for name in [filters] if isinstance(filters, Name) else filters:
        if name in (Name.LZWDecode, Name.Crypt):
            yield f"6.1.7.2 {name}"
    if stream.get("/Subtype") == Name.Image:
        if stream.get("/Interpolate", False) or "/Alternates" in stream or "/OPI" in stream:
            yield "6.2.8 image"
        if stream.get("/ColorSpace") == Name.DeviceCMYK:
            yield "6.2.4.3 CMYK without its profile"
    if stream.get("/Subtype") == Name.Form and ("/OPI" in stream or "/Ref" in stream):
        yield "6.2.9 form"
    if stream.get("/Subtype") == Name.PS:
        yield "6.2.9.3 PostScript"


def _font(font: Any) -> Iterator[str]:
    name = str(font.get("/BaseFont", "?"))
    if font.Subtype == Name.Type0:
        if "/ToUnicode" not in font:
            yield f"6.2.11.7.2 {name} has no Unicode"
        if str(font.get("/Encoding")) != "/Identity-H":
            yield f"6.2.11.3.3 {name} encoding"
        held = font.DescendantFonts[0]
        described = held.get("/FontDescriptor", Dictionary())
        if not {"/FontFile2", "/FontFile3"} & set(described.keys()):
            yield f"6.2.11.4.1 {name} is not embedded"
        if held.Subtype == Name.CIDFontType2 and "/CIDToGIDMap" not in held:
            yield f"6.2.11.3.2 {name} has no glyph map"
    elif font.Subtype not in (Name.CIDFontType0, Name.CIDFontType2):
        described = font.get("/FontDescriptor", Dictionary())
        embedded = {"/FontFile", "/FontFile2", "/FontFile3"} & set(described.keys())
        if font.Subtype != Name.Type3 and not embedded:
            yield f"6.2.11.4.1 {name} is not embedded"
        if "/ToUnicode" not in font:
            yield f"6.2.11.7.2 {name} has no Unicode"


def _annotation(note: Any) -> Iterator[str]:
    if note.Subtype not in _ANNOTATIONS:
        yield f"6.3.1 annotation {note.Subtype}"
    flags = int(note.get("/F", 0))
    if not flags & _PRINT or flags & _HIDDEN_ONES:
        yield f"6.3.2 flags {flags}"
    left, bottom, right, top = (float(n) for n in note.Rect)
    if note.Subtype != Name.Link and (right - left) * (top - bottom):
        drawn = note.get("/AP", Dictionary())
        if set(drawn.keys()) != {"/N"}:
            yield "6.3.3 appearance"
        elif note.get("/FT") == Name.Sig and not isinstance(drawn.N, Stream):
            yield "6.3.3 appearance is no stream"
    if note.Subtype == Name.Widget and ("/A" in note or "/AA" in note):
        yield "6.4.1 field with an action"


def _pages(document: pikepdf.Pdf) -> Iterator[str]:
    for page in document.pages:
        if "/AA" in page.obj:
            yield "6.5.2 page action"
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) in ("k", "K"):
                yield "6.2.4.3 CMYK"
            if str(operator) == "ri" and str(operands[0]) not in (
                "/RelativeColorimetric",
                "/AbsoluteColorimetric",
                "/Perceptual",
                "/Saturation",
            ):
                yield "6.2.6 intent"
