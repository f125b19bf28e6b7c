"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

HELD = (
    Held(
        key="registers",
        title="Sổ đăng ký",
        model="registers.Entry",
        rows=lambda whose: Q(subject_index=whose.index),
        fields={
            "register": "Sổ",
            "agency__name": "Cơ quan",
            "year": "Năm",
            "number": "Số",
            "data": "Nội dung",
            "valid": "Có hiệu lực",
            "document_number": "Số văn bản",
            "recorded_at": "Ghi lúc",
            "reason": "Lý do cải chính",
        },
        omit={"key": "keeps an entry from being written twice"},
        as_json=("data",),
        why="Sổ hộ tịch, sổ hộ kinh doanh, sổ chứng thực, sổ giấy phép",
        duty="Luật Hộ tịch 2014 và luật chuyên ngành của từng sổ",
        kept="Sổ hộ tịch lưu vĩnh viễn; sổ khác theo luật chuyên ngành",
    ),
)

OUTSIDE: dict[str, str] = {}
