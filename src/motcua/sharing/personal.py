"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

HELD = (
    Held(
        key="calls",
        with_person=True,
        title="Lần hỏi cơ sở dữ liệu khác về bạn",
        model="sharing.Call",
        rows=lambda whose: Q(subject_index=whose.index),
        fields={
            "service": "Cơ sở dữ liệu",
            "purpose": "Để làm gì",
            "caller": "Ai hỏi",
            "ok": "Được trả lời",
            "at": "Lúc",
        },
        omit={"outcome": "how the service answered, never the data"},
        why="Điền sẵn tờ khai, không hỏi lại bạn điều Nhà nước đã có",
        duty="NĐ 47/2020/NĐ-CP: nhật ký chia sẻ dữ liệu giữa các cơ quan",
        kept="Theo quy định về nhật ký chia sẻ dữ liệu",
    ),
)

OUTSIDE = {
    "sharing.Outgoing": "messages to the National Portal, which repeat the dossier; that one is"
    " handed out",
}
