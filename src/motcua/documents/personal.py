"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

_ARCHIVE = "Luật Lưu trữ 2024: hồ sơ giải quyết thủ tục là tài liệu lưu trữ của cơ quan"

HELD = (
    Held(
        key="files",
        title="Tệp bạn đã gửi và tệp lập cho bạn",
        model="documents.File",
        rows=lambda whose: Q(owner_id=whose.person_id),
        fields={
            "id": "Mã tệp",
            "name": "Tên tệp",
            "media_type": "Loại",
            "size": "Số byte",
            "pages": "Số trang",
            "created_at": "Lưu lúc",
        },
        omit={"path": "where it lies in the storage", "scan": "how it was checked"},
        why="Thành phần hồ sơ, giấy tờ, kết quả; tải được từng tệp ở trang hồ sơ",
        duty=_ARCHIVE,
        kept="Theo hồ sơ; tệp của bản nháp xóa cùng bản nháp",
    ),
    Held(
        key="papers",
        title="Kết quả, phiếu, biên lai",
        model="documents.Document",
        rows=lambda whose: Q(owner_id=whose.person_id),
        fields={
            "number": "Số",
            "kind": "Loại",
            "title": "Tên",
            "data": "Nội dung",
            "agency__name": "Cơ quan",
            "state": "Hiệu lực",
            "reason": "Lý do thay thế, thu hồi",
            "verify_code": "Mã kiểm tra",
            "signed_at": "Ký lúc",
            "issued_at": "Ban hành lúc",
        },
        omit={"template": "the layout, nothing about the person"},
        why="Kết quả và giấy tờ của thủ tục",
        duty=_ARCHIVE,
        kept="Theo hồ sơ; kết quả hộ tịch lưu vĩnh viễn",
    ),
    Held(
        key="kept_papers",
        title="Giấy tờ trong Kho của tôi",
        model="documents.KeptPaper",
        rows=lambda whose: Q(owner_id=whose.person_id),
        fields={
            "id": "Mã",
            "name": "Tên giấy tờ",
            "file_id": "Mã tệp",
            "dossier_number": "Hồ sơ",
            "agency__name": "Cơ quan tiếp nhận",
            "taken_in_at": "Tiếp nhận lúc",
        },
        why="Để bạn không phải nộp lại giấy tờ đã nộp",
        duty="",
        kept="Đến khi bạn bỏ khỏi kho",
        with_person=True,
    ),
    Held(
        key="shares",
        title="Liên kết chia sẻ giấy tờ",
        model="documents.Share",
        rows=lambda whose: Q(owner_id=whose.person_id),
        fields={
            "id": "Mã",
            "document__number": "Kết quả",
            "paper_id": "Giấy tờ trong kho",
            "whom": "Gửi cho",
            "created_at": "Tạo lúc",
            "expires_at": "Hết hạn lúc",
            "revoked_at": "Thu hồi lúc",
            "opened": "Số lần mở",
            "last_opened_at": "Mở lần cuối lúc",
        },
        omit={"secret_sha256": "the digest of the link's secret"},
        why="Cho người bạn chọn xem một giấy tờ trong một thời gian",
        duty="",
        kept="Đến khi liên kết hết hạn được 30 ngày",
        with_person=True,
    ),
)

OUTSIDE: dict[str, str] = {}
