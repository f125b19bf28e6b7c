"""Papers as PDF/A-2u: a typst template, data as JSON, fonts embedded, the same bytes every time.

typst is imported on first use: only the worker and commands that render pay for it.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import segno

if TYPE_CHECKING:
    from motcua.documents.scans import ScanPage

TEMPLATES = Path(__file__).parent / "templates"


class NoTemplate(Exception):
    """There is no template of this name."""


def render(
    template: str, data: dict[str, Any], at: datetime, scans: Sequence[ScanPage] = ()
) -> bytes:
    """The paper `template` filled with `data`, followed by pictures of `scans`; `at` is the date of
    creation it carries, so that rendering twice gives the same bytes. Raises `NoTemplate`."""
    if not scans:
        return _compile(TEMPLATES, template, data, at)
    with tempfile.TemporaryDirectory(prefix="motcua-paper-") as held:
        root = Path(held)
        for source in TEMPLATES.glob("*.typ"):
            shutil.copy(source, root)
        shown = []
        for number, page in enumerate(scans, start=1):
            name = f"scan-{number}.jpg"
            shutil.copy(page.path, root / name)
            shown.append({"file": name, "width": page.width, "height": page.height})
        return _compile(root, template, {**data, "scans": shown}, at)


def _compile(root: Path, template: str, data: dict[str, Any], at: datetime) -> bytes:
    import typst

    path = root / f"{template}.typ"
    if not template.replace("_", "").isalnum() or not path.exists():
        raise NoTemplate(template)
    compiled = typst.compile(
        str(path),
        root=str(root),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        pdf_standards=["a-2u"],
        timestamp=at.replace(microsecond=0),
    )
    assert isinstance(compiled, bytes)
    return compiled


@dataclass(frozen=True, slots=True)
class Place:
    """Where a signature's picture goes: page from 0, left and top in points from the upper left."""

    page: int
    x: float
    y: float


def signature_place(template: str, data: dict[str, Any]) -> Place | None:
    """The place that the template keeps for the signature's picture, or None when it keeps none."""
    import typst

    found = json.loads(
        typst.query(
            str(TEMPLATES / f"{template}.typ"),
            "<signature-place>",
            field="value",
            root=str(TEMPLATES),
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )
    if not found:
        return None
    return Place(found[-1]["page"] - 1, float(found[-1]["x"]), float(found[-1]["y"]))


def qr_svg(text: str) -> str:
    """A QR code as SVG text, for a template."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(out, kind="svg", border=1, scale=4, xmldecl=False)
    return out.getvalue().decode()
