"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

_PROOF = "Luật 91/2025/QH15: chứng minh yêu cầu đã được trả lời đúng hạn"

HELD = (
    Held(
        key="requests",
        with_person=True,
        title="Yêu cầu về dữ liệu cá nhân",
        model="privacy.PrivacyRequest",
        rows=lambda whose: Q(person_id=whose.person_id),
        fields={
            "number": "Số",
            "right": "Quyền",
            "asked": "Về",
            "said": "Bạn viết",
            "wanted": "Muốn sửa thành",
            "state": "Kết quả",
            "received_at": "Nhận lúc",
            "answered_at": "Trả lời lần đầu lúc",
            "extension_days": "Gia hạn (ngày)",
            "decided_at": "Quyết định lúc",
            "ground": "Căn cứ từ chối",
            "answer": "Trả lời",
            "effects": "Đã làm",
        },
        why="Trả lời bạn và giữ đúng thời hạn",
        duty=_PROOF,
        kept="Chừng nào việc trả lời còn có thể bị hỏi đến",
    ),
    Held(
        key="request_story",
        with_person=True,
        title="Diễn biến yêu cầu",
        model="privacy.RequestEntry",
        rows=lambda whose: Q(request__person_id=whose.person_id),
        fields={
            "request__number": "Yêu cầu",
            "at": "Lúc",
            "text": "Nội dung",
            "actor_name": "Ai",
            "actor_role": "Vai trò",
        },
        omit={"kind": "the step's key; the text says it in words"},
        why="Cho biết yêu cầu đã qua những bước nào",
        duty=_PROOF,
        kept="Cùng với yêu cầu",
    ),
    Held(
        key="exports",
        with_person=True,
        title="Bản sao đã lập cho bạn",
        model="privacy.Export",
        rows=lambda whose: Q(person_id=whose.person_id),
        fields={
            "asked_at": "Yêu cầu lúc",
            "state": "Tình trạng",
            "ready_at": "Xong lúc",
            "expires_at": "Giữ đến",
        },
        why="Đưa bản sao cho bạn",
        duty=_PROOF,
        kept="Nội dung bản sao chỉ giữ một ngày",
    ),
    Held(
        key="breaches",
        with_person=True,
        title="Sự cố lộ dữ liệu có liên quan đến bạn",
        model="privacy.Affected",
        rows=lambda whose: Q(person_id=whose.person_id),
        fields={
            "found_at": "Xác định lúc",
            "told_at": "Báo bạn lúc",
        },
        why="Báo cho bạn khi dữ liệu của bạn bị lộ",
        duty="Luật 91/2025/QH15 Đ23: thông báo vi phạm bảo vệ dữ liệu cá nhân",
        kept="Cùng với hồ sơ sự cố",
    ),
    Held(
        key="erasures",
        with_person=True,
        title="Lần xóa dữ liệu của bạn",
        model="privacy.Erasure",
        rows=lambda whose: Q(person_id=whose.person_id),
        fields={
            "parts": "Phần đã xóa",
            "why": "Vì sao",
            "asked_at": "Yêu cầu lúc",
            "done_at": "Xóa xong lúc",
        },
        why="Chứng minh dữ liệu đã được xóa, kể cả trong bản sao lưu",
        duty=_PROOF,
        kept="Chừng nào việc xóa còn có thể bị hỏi đến",
    ),
)

OUTSIDE = {
    "privacy.Breach": "a case is of many people; that it concerns the person is handed out",
    "privacy.BreachEntry": "the story of such a case",
    "privacy.LegalHold": "a decision of an authority, which tells whom it must; the answer to a"
    " request says that something is held",
    "privacy.RoomAnswer": "counts of what was removed; the erasure itself is handed out",
    "privacy.ExportPart": "a copy of what stands elsewhere, gone after a day",
}
