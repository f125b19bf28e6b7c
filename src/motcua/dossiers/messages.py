"""What an applicant is told at each turn: a title and a body in plain words."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.dossiers.models import Dossier, TimelineEntry
from motcua.foundation import clock


@dataclass(frozen=True, slots=True)
class Message:
    title: str
    body: str


BEYOND_DUTY = frozenset({"submitted", "paid"})
"""Kinds of entries that no law obliges the agency to tell by mail: mailed with consent only."""

_INVITATION = " Hãy cho biết bạn hài lòng đến đâu: một lần chạm là đủ."


def for_entry(
    dossier: Dossier, entry: TimelineEntry, procedure_name: str, *, invite: bool = False
) -> Message | None:
    """The notice for one timeline entry, or None when the entry is no news to the applicant.
    `invite` adds the invitation to rate, for who has agreed to be invited."""
    build = _BUILDERS.get(entry.kind)
    if build is None:
        return None
    found = build(dossier, entry, procedure_name)
    if invite and entry.kind == "returned":
        return Message(found.title, found.body + _INVITATION)
    return found


def _due(dossier: Dossier) -> str:
    if dossier.due_at is None:
        return ""
    return clock.local(dossier.due_at).strftime("%H:%M ngày %d/%m/%Y")


def _submitted(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(
        f"Đã nhận hồ sơ {dossier.number}",
        f"Bạn đã nộp hồ sơ “{procedure}”. Bộ phận Một cửa {dossier.agency.name} sẽ kiểm tra và trả"
        f" lời trong 8 giờ làm việc. Mã tra cứu: {dossier.lookup_code}.",
    )


def _accepted(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(
        f"Hồ sơ {dossier.number} đã được tiếp nhận",
        f"Hồ sơ “{procedure}” đã đầy đủ. Hẹn trả kết quả: {_due(dossier)}.",
    )


def _supplement(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(
        f"Cần bổ sung hồ sơ {dossier.number}",
        f"{entry.text}\nBạn có thể bổ sung ngay trên điện thoại. Thời gian chờ bổ sung không tính"
        " vào thời hạn giải quyết.",
    )


def _extended(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(
        f"Xin lỗi, hồ sơ {dossier.number} cần thêm thời gian",
        f"{entry.text} Ngày hẹn trả mới: {_due(dossier)}. {dossier.agency.name} xin lỗi bạn vì sự"
        " chậm trễ này; bạn không phải làm gì thêm.",
    )


def _refused(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(f"Hồ sơ {dossier.number} không được tiếp nhận", entry.text)


def _stopped(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    reason = dossier.facts.get("stop_reason", "")
    return Message(f"Đã dừng giải quyết hồ sơ {dossier.number}", f"Lý do: {reason}")


def _completed(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(f"Hồ sơ {dossier.number} đã có kết quả", entry.text)


def _returned(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(f"Đã trả kết quả hồ sơ {dossier.number}", entry.text)


def _paid(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(f"Đã nộp phí, lệ phí hồ sơ {dossier.number}", entry.text)


def _owed_back(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(
        f"Tiền sẽ được hoàn lại, hồ sơ {dossier.number}",
        f"{entry.text} {dossier.agency.name} sẽ hoàn lại vào nơi bạn đã chuyển; hồ sơ vẫn được giải"
        " quyết bình thường, bạn không phải làm gì thêm.",
    )


def _handed_over(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    due = f" Hẹn trả kết quả vẫn là {_due(dossier)}." if dossier.due_at else ""
    return Message(
        f"Hồ sơ {dossier.number} chuyển đến {dossier.agency.name}"[:200],
        f"{entry.text}{due} Số hồ sơ và mã tra cứu không đổi, bạn không phải nộp lại gì.",
    )


def _reopened(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    due = f" Hẹn trả kết quả: {_due(dossier)}." if dossier.accepted_at else ""
    held = bool(dossier.facts.get("earlier_results"))
    kept = " Kết quả đã cấp còn giá trị đến khi có kết quả mới, trừ khi bị thu hồi." if held else ""
    return Message(
        f"Hồ sơ {dossier.number} được mở lại để giải quyết",
        f"{entry.text}{due}{kept} Bạn không phải nộp lại gì.",
    )


def _revoked(dossier: Dossier, entry: TimelineEntry, procedure: str) -> Message:
    return Message(
        f"Kết quả hồ sơ {dossier.number} bị thu hồi",
        f"{entry.text} Từ nay kết quả này không còn giá trị. Nếu không đồng ý, bạn có quyền khiếu"
        " nại hoặc khởi kiện theo quy định của pháp luật.",
    )


_BUILDERS = {
    "reopened": _reopened,
    "result_revoked": _revoked,
    "submitted": _submitted,
    "accepted": _accepted,
    "supplement_asked": _supplement,
    "extended": _extended,
    "handed_over": _handed_over,
    "refused": _refused,
    "stopped": _stopped,
    "completed": _completed,
    "returned": _returned,
    "paid": _paid,
    "owed_back": _owed_back,
}


def confirm_wanted(dossier: Dossier, procedure: str) -> Message:
    """Asks the applicant to look at the draft of the result."""
    return Message(
        f"Mời xem và xác nhận bản thảo, hồ sơ {dossier.number}",
        f"Bản thảo kết quả “{procedure}” đã sẵn sàng. Hãy kiểm tra từng chữ và xác nhận trong 1"
        " ngày; quá thời hạn mà không có ý kiến thì coi như bạn đồng ý.",
    )
