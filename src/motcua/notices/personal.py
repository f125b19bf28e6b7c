"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

HELD = (
    Held(
        key="notices",
        title="Thông báo",
        model="notices.Notice",
        rows=lambda whose: Q(person_id=whose.person_id),
        fields={
            "title": "Tiêu đề",
            "body": "Nội dung",
            "link": "Liên kết",
            "created_at": "Gửi lúc",
            "read_at": "Đọc lúc",
        },
        omit={"key": "keeps a notice from being sent twice"},
        why="Báo cho bạn biết việc của bạn đến đâu",
        duty="",
        kept="Đến khi bạn xóa",
    ),
    Held(
        key="mails",
        title="Thư điện tử đã gửi",
        model="notices.Delivery",
        rows=lambda whose: Q(notice__person_id=whose.person_id),
        fields={
            "notice__title": "Thông báo",
            "address": "Địa chỉ",
            "state": "Kết quả",
            "sent_at": "Gửi lúc",
        },
        omit={"channel": "always mail", "last_error": "what another mail server said to ours"},
        why="Đưa thông báo đến địa chỉ của bạn",
        duty="",
        kept="Cùng với thông báo",
    ),
)

OUTSIDE: dict[str, str] = {}
