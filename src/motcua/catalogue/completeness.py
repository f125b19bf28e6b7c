"""Whether a version has every part that the law asks of a procedure (NĐ 63/2010 Đ8 k2), part by
part. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Part:
    """One part. `asked` says whether every procedure must have it, or only where there is one;
    `missing` what is lacking, in words, empty when nothing is."""

    name: str
    asked: bool
    there: bool
    missing: str = ""


def parts(name: str, version: Mapping[str, Any]) -> list[Part]:
    """The parts of a procedure called `name` and what its version lacks of them."""
    channels = [channel for case in version["cases"] for channel in case["channels"]]
    papers = version.get("components", [])
    fees = [c for c in channels if c.get("fee") or c.get("fee_text")]
    unlimited = [c for c in channels if not c.get("limit")]
    unnamed = [p for p in papers if not (p.get("originals") or p.get("copies"))]
    unsourced = [c for c in channels if c.get("fee") and not c.get("source")]
    return [
        _part("Tên thủ tục", bool(name.strip()), "chưa có tên"),
        _part("Trình tự thực hiện", bool(version.get("steps", "").strip()), "chưa nêu các bước"),
        _part("Cách thức thực hiện", bool(channels), "chưa có cách nộp nào"),
        _part(
            "Thành phần, số lượng hồ sơ",
            bool(papers) and len(unnamed) < len(papers),
            "chưa nêu giấy tờ" if not papers else "chưa nêu số bản của giấy tờ nào",
        ),
        _part(
            "Thời hạn giải quyết",
            bool(channels) and not unlimited,
            f"{len(unlimited)} cách nộp chưa có thời hạn kèm đơn vị" if channels else "chưa có",
        ),
        _part("Đối tượng thực hiện", bool(version.get("subjects", "").strip()), "chưa nêu"),
        _part("Cơ quan thực hiện", bool(version.get("authority", "").strip()), "chưa nêu"),
        _part("Kết quả thực hiện", bool(version.get("results")), "chưa nêu kết quả"),
        _part("Căn cứ pháp lý", bool(version.get("legal_basis")), "chưa nêu văn bản"),
        _part(
            "Mức cung cấp trực tuyến",
            version["online"] == "full" or bool(version.get("online_reason", "").strip()),
            "chưa nêu lý do công khai vì sao chưa toàn trình",
        ),
        Part("Mẫu đơn, tờ khai", False, any(p.get("form_code") for p in papers)),
        Part("Yêu cầu, điều kiện", False, bool(version.get("conditions", "").strip())),
        Part(
            "Phí, lệ phí",
            False,
            bool(fees),
            "mức thu chưa nêu văn bản quy định" if unsourced else "",
        ),
    ]


def complete(parts: list[Part]) -> bool:
    """Whether nothing is lacking that the law asks for (index part 1.3)."""
    return not any(part.missing for part in parts)


def _part(name: str, there: bool, missing: str) -> Part:
    return Part(name, True, there, "" if there else missing)
