"""What this room holds about a person."""

from __future__ import annotations

from django.db.models import Q

from motcua.foundation.holdings import Held

_ARCHIVE = "Luật Lưu trữ 2024: hồ sơ giải quyết thủ tục là tài liệu lưu trữ của cơ quan"
_LONG = "Theo thời hạn lưu của thủ tục"


def _mine(path: str) -> dict[str, str]:
    return {f"{path}__number": "Hồ sơ"}


HELD = (
    Held(
        key="drafts",
        title="Bản nháp chưa nộp",
        model="dossiers.Draft",
        rows=lambda whose: Q(person_id=whose.person_id, submitted_as__isnull=True),
        fields={
            "id": "Số bản nháp",
            "version__procedure__short_name": "Thủ tục",
            "agency__name": "Cơ quan",
            "answers": "Nội dung khai",
            "sources": "Nguồn điền sẵn",
            "created_at": "Lập lúc",
            "saved_at": "Lưu lúc",
            "expires_at": "Hết hạn lúc",
            "discarded_at": "Bỏ lúc",
        },
        as_json=("answers",),
        why="Giữ những gì bạn đã điền để nộp sau",
        duty="",
        kept="Đến khi hết hạn hoặc bạn xóa",
    ),
    Held(
        key="dossiers",
        title="Hồ sơ đã nộp",
        model="dossiers.Dossier",
        rows=lambda whose: Q(applicant_id=whose.person_id),
        fields={
            "number": "Số hồ sơ",
            "procedure__short_name": "Thủ tục",
            "agency__name": "Cơ quan",
            "status": "Trạng thái",
            "applicant_name": "Người nộp",
            "organisation__name": "Tổ chức",
            "beneficiary_name": "Người thụ hưởng",
            "representative_name": "Người đại diện",
            "answers": "Nội dung khai",
            "sources": "Nguồn điền sẵn",
            "origin": "Nộp từ",
            "origin_number": "Số ở nơi nộp",
            "lookup_code": "Mã tra cứu",
            "submitted_at": "Nộp lúc",
            "accepted_at": "Tiếp nhận lúc",
            "due_at": "Hẹn trả",
            "finished_at": "Xong lúc",
            "returned_at": "Trả kết quả lúc",
            "facts": "Điều ghi nhận khi giải quyết",
        },
        omit={
            "applicant_folded": "the name without diacritics, for searching",
            "realm": "the province that owns the dossier; the agency says it",
            "case_key": "the case's key in the catalogue",
            "limit_unit": "the legal limit; the due date says it",
        },
        as_json=("answers",),
        why="Giải quyết thủ tục bạn đã nộp",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
    Held(
        key="timeline",
        title="Diễn biến hồ sơ",
        model="dossiers.TimelineEntry",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "at": "Lúc",
            "kind": "Việc",
            "text": "Nội dung",
            "actor_name": "Ai",
            "actor_role": "Vai trò",
            "agency_name": "Cơ quan",
        },
        omit={"note": "the officers' word among themselves (ADR 0044)"},
        why="Cho biết hồ sơ đã qua những bước nào",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
    Held(
        key="attachments",
        title="Giấy tờ trong hồ sơ và bản nháp",
        model="dossiers.Attachment",
        rows=lambda whose: (
            Q(dossier__applicant_id=whose.person_id) | Q(draft__person_id=whose.person_id)
        ),
        fields={
            **_mine("dossier"),
            "component_key": "Thành phần hồ sơ",
            "file__name": "Tệp",
            "file_id": "Mã tệp",
            "added_at": "Thêm lúc",
        },
        why="Thành phần hồ sơ",
        duty=_ARCHIVE,
        kept="Theo hồ sơ; giấy tờ của bản nháp xóa cùng bản nháp",
    ),
    Held(
        key="pauses",
        title="Thời gian tạm dừng",
        model="dossiers.Pause",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "kind": "Lý do",
            "started_at": "Từ",
            "ended_at": "Đến",
        },
        why="Tính thời hạn",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
    Held(
        key="extensions",
        title="Lần gia hạn",
        model="dossiers.Extension",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "reason": "Lý do",
            "granted": "Được chấp thuận",
            "proposed_at": "Đề xuất lúc",
            "decided_at": "Quyết định lúc",
            "due_before": "Hẹn trả cũ",
            "due_after": "Hẹn trả mới",
        },
        omit={"proposed_by": "an inner matter of the agency", "decided_by": "the same"},
        why="Xin lỗi và hẹn lại khi không kịp hạn",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
    Held(
        key="supplements",
        title="Yêu cầu bổ sung và trả lời",
        model="dossiers.SupplementRequest",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "items": "Cần bổ sung",
            "reason": "Lý do",
            "asked_at": "Yêu cầu lúc",
            "asked_by": "Người yêu cầu",
            "answer": "Bạn trả lời",
            "answered_at": "Trả lời lúc",
        },
        why="Hoàn thiện hồ sơ",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
    Held(
        key="earlier_answers",
        title="Nội dung khai trước khi sửa",
        model="dossiers.EarlierAnswers",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "answers": "Nội dung khai trước đó",
            "at": "Sửa lúc",
            "why": "Theo yêu cầu",
        },
        as_json=("answers",),
        why="Cho biết nội dung nào đã được sửa, theo yêu cầu nào",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
    Held(
        key="ratings",
        title="Đánh giá của bạn",
        model="dossiers.Rating",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "score": "Mức hài lòng",
            "comment": "Nhận xét",
            "rated_at": "Lúc",
        },
        why="Đo mức độ hài lòng với cơ quan",
        duty="NĐ 118/2025/NĐ-CP: đánh giá việc giải quyết thủ tục hành chính",
        kept=_LONG,
    ),
    Held(
        key="opinions",
        title="Ý kiến của cơ quan khác về hồ sơ",
        model="dossiers.Opinion",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "agency__name": "Cơ quan được hỏi",
            "asked_at": "Hỏi lúc",
            "answered_at": "Trả lời lúc",
        },
        omit={
            "question": "what agencies ask each other; the result gives its reasons",
            "text": "the same",
            "answer": "the same",
            "answered_by": "an officer of another agency",
        },
        why="Giải quyết hồ sơ cần ý kiến cơ quan khác",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
    Held(
        key="checks",
        title="Kiểm tra thực địa",
        model="dossiers.FieldCheck",
        rows=lambda whose: Q(dossier__applicant_id=whose.person_id),
        fields={
            **_mine("dossier"),
            "on": "Ngày",
            "people": "Thành phần",
            "minutes": "Biên bản",
            "conforms": "Phù hợp",
            "recorded_at": "Ghi lúc",
        },
        omit={"recorded_by": "named among the people present"},
        why="Giải quyết hồ sơ cần kiểm tra thực địa",
        duty=_ARCHIVE,
        kept=_LONG,
    ),
)

OUTSIDE = {
    "dossiers.Slip": "which paper belongs to which dossier; the papers are handed out",
}
