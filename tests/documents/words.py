"""The words of a PDF as a reader would copy them: each font's own table (`/ToUnicode`) says which
letters its glyphs are. Enough for the papers of this house, whose fonts all number glyphs in two
bytes; the pictures of signatures are read with the pages."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf


def of_pdf(content: bytes) -> str:
    """All words, on one line."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        said = [text for page in pdf.pages for text in _of_page(page.obj)]
    return " ".join(" ".join(said).split())


def _of_page(page: Any) -> Iterator[str]:
    yield "".join(_of_content(page, page.get("/Resources", {})))
    for note in page.get("/Annots", []):
        look = note.get("/AP", {}).get("/N")
        if isinstance(look, pikepdf.Stream):
            yield "".join(_of_content(look, look.get("/Resources", {})))


def _of_content(content: Any, resources: Any) -> Iterator[str]:
    letters: dict[int, str] = {}
    for operands, operator in pikepdf.parse_content_stream(content):
        name = str(operator)
        if name == "Tf":
            letters = _letters(resources["/Font"][str(operands[0])])
        elif name in ("Tj", "TJ"):
            parts = operands[0] if name == "TJ" else operands
            yield from (_decoded(bytes(part), letters) for part in parts if _is_string(part))
        elif name in ("ET", "Td", "TD", "T*", "Tm"):
            yield " "
        elif name == "Do":
            form = resources["/XObject"][str(operands[0])]
            if form.get("/Subtype") == "/Form":
                yield " "
                yield from _of_content(form, form.get("/Resources", resources))


def _is_string(part: Any) -> bool:
    return isinstance(part, pikepdf.String)


def _decoded(raw: bytes, letters: dict[int, str]) -> str:
    codes = (int.from_bytes(raw[at : at + 2], "big") for at in range(0, len(raw), 2))
    return "".join(letters.get(code, "") for code in codes)


def _letters(font: Any) -> dict[int, str]:
    table = font["/ToUnicode"].read_bytes().decode("latin-1")
    found: dict[int, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", table, re.S):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for block in re.findall(r"beginbfrange(.*?)endbfrange", table, re.S):
        for first, last, text in re.findall(
            r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block
        ):
            start = int(text, 16)
            for place, code in enumerate(range(int(first, 16), int(last, 16) + 1)):
                found[code] = chr(start + place)
    return found
