"""The register (TT 03/2025/TT-VPCP, Mẫu 07) as what one takes away: a paper and a table."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from motcua.documents.rendering import render
from motcua.dossiers.composition import KEPT
from motcua.dossiers.queries.register import RegisterPage, RegisterRow
from motcua.foundation import clock

COLUMNS = (
    "STT", "Mã hồ sơ", "Thủ tục", "Người nộp", "Cách nộp", "Nộp lúc", "Tiếp nhận lúc",
    "Người tiếp nhận", "Hẹn trả", "Xong lúc", "Trả lúc", "Người trả", "Tình trạng", "Thời hạn",
)  # fmt: skip
"""What each line says. The columns follow the register of the circular as the documents that quote
it give them; who signs for a paper result signs on the paper beside `Trả lúc`."""


def _short(at: datetime | None) -> str:
    return clock.local(at).strftime("%H:%M %d/%m/%Y") if at else ""


def cells(number: int, row: RegisterRow) -> list[str]:
    """One line as text, in the order of `COLUMNS`."""
    return [
        str(number),
        row.number,
        row.procedure,
        row.applicant,
        row.way,
        _short(row.filed_at),
        _short(row.taken_in_at),
        row.taken_in_by,
        _short(row.due_at),
        _short(row.ended_at),
        _short(row.returned_at),
        row.returned_by,
        row.status,
        KEPT[row.kept],
    ]


def harmless(cell: str) -> str:
    """A cell that a spreadsheet shows and does not compute, whatever somebody called themselves."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def as_csv(page: RegisterPage) -> bytes:
    """A table in UTF-8 with its mark, which office programs open as it is."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(page.rows, start=page.first):
        writer.writerow([harmless(cell) for cell in cells(number, row)])
    return out.getvalue().encode("utf-8-sig")


def as_pdf(page: RegisterPage, made_by: str, now: datetime) -> bytes:
    """The paper, in A4 across, with its number of lines and who made it when."""
    agency = page.agency
    data = {
        "title": "Sổ theo dõi hồ sơ",
        "number": "",
        "agency_name": agency.name,
        "agency_parent": agency.parent.name if agency.parent else "",
        "since": f"{page.asked.since:%d/%m/%Y}",
        "until": f"{page.asked.until:%d/%m/%Y}",
        "rows": [cells(number, row) for number, row in enumerate(page.rows, start=page.first)],
        "made_at": _short(now),
        "made_by": made_by,
    }
    return render("register_07", data, now)
