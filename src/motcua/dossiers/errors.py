"""Why an action was refused, in words for the person and with what a page needs to say it.

Every exception derives from `Refused`; `code` is stable for machines, `message` is Vietnamese.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from motcua.foundation import clock


class Refused(Exception):
    """An action that the rules do not allow now. Nothing was changed."""

    code = "refused"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(Refused):
    """It does not exist, or the viewer may not see it: the two look the same."""

    code = "not_found"

    def __init__(self) -> None:
        super().__init__("Không tìm thấy hồ sơ này, hoặc tài khoản của bạn không được xem.")


class OutsideMandate(Refused):
    """The viewer acts for another, and the mandate does not hold (any more) or not for this."""

    code = "outside_mandate"

    def __init__(self) -> None:
        super().__init__(
            "Bạn không còn được làm thay việc này, hoặc việc này ngoài phạm vi được giao."
        )


class ChangedSinceSeen(Refused):
    """Somebody else acted after the page was opened."""

    code = "changed"

    def __init__(self, by: str, at: datetime) -> None:
        self.by, self.at = by, at
        when = clock.local(at).strftime("%H:%M ngày %d/%m/%Y")
        super().__init__(
            f"Hồ sơ đã thay đổi từ khi bạn mở ({by}, lúc {when}). Hãy xem lại rồi thao tác tiếp."
        )


class DraftChanged(Refused):
    """Another tab or device saved a newer version of the draft. What was sent is in `values`."""

    code = "draft_changed"

    def __init__(self, saved_at: datetime) -> None:
        when = clock.local(saved_at).strftime("%H:%M:%S ngày %d/%m/%Y")
        super().__init__(
            f"Bản nháp này đã được lưu ở một cửa sổ khác lúc {when}. Những gì bạn vừa nhập vẫn"
            " còn trên trang; hãy kiểm tra rồi bấm lưu lại."
        )


class DraftGone(Refused):
    """The draft was discarded or has expired."""

    code = "draft_gone"

    def __init__(self) -> None:
        super().__init__("Bản nháp này đã hết hạn hoặc đã bị xóa. Hãy bắt đầu một hồ sơ mới.")


class DraftFiled(DraftGone):
    """The draft has become a dossier; `number` is the dossier's."""

    code = "draft_filed"

    def __init__(self, number: str) -> None:
        self.number = number
        Refused.__init__(self, f"Bản nháp này đã được nộp thành hồ sơ {number}.")


class NobodyCanSign(Refused):
    """The agency has nobody who may sign the result."""

    code = "nobody_signs"

    def __init__(self, agency_name: str) -> None:
        super().__init__(
            f"{agency_name} chưa có người được phân công ký. Hãy báo quản trị phân công rồi thao"
            " tác lại."
        )


class CannotFileHere(Refused):
    """The procedure is not filed through this door; the message says where."""

    code = "cannot_file_here"


class IncompleteAnswers(Refused):
    """Answers are missing or wrong. `errors` are the form's field errors, in page order."""

    code = "incomplete"

    def __init__(self, errors: Sequence[object]) -> None:
        self.errors = errors
        super().__init__(f"Còn {len(errors)} chỗ cần sửa trước khi nộp.")


class MissingPapers(Refused):
    """Required papers have no file. `names` are their names."""

    code = "missing_papers"

    def __init__(self, keys: Sequence[str], names: Sequence[str]) -> None:
        self.keys, self.names = keys, names
        super().__init__("Còn thiếu giấy tờ: " + "; ".join(names))


class UnknownPapers(Refused):
    """Files were given for papers that the procedure does not have. `keys` are what was named."""

    code = "unknown_papers"

    def __init__(self, keys: Sequence[str]) -> None:
        self.keys = keys
        super().__init__("Thủ tục này không có thành phần hồ sơ: " + "; ".join(keys)[:300])


class NotAllowedNow(Refused):
    """The dossier's state does not allow the action."""

    code = "not_allowed_now"

    def __init__(self, action: str, status_name: str) -> None:
        super().__init__(f"Không thể {action} khi hồ sơ ở trạng thái “{status_name}”.")


class NotYours(Refused):
    """The step waits for another role or agency."""

    code = "not_yours"

    def __init__(self, role_name: str, agency_name: str) -> None:
        super().__init__(f"Bước này do {role_name} của {agency_name} thực hiện.")


class Decided(Refused):
    """The approver has decided: it is too late for the action."""

    code = "decided"

    def __init__(self, action: str) -> None:
        super().__init__(
            f"Không thể {action}: lãnh đạo đã phê duyệt, kết quả đang được ký số và trả."
        )


class StepGone(Refused):
    """The step is not open any more; `by` and `at` say who ended it where somebody did."""

    code = "step_gone"

    def __init__(self, by: str = "", at: datetime | None = None) -> None:
        self.by, self.at = by, at
        who = by or "người khác"
        when = f" lúc {clock.local(at):%H:%M ngày %d/%m/%Y}" if at else ""
        super().__init__(f"Bước này đã được {who} hoàn thành{when}. Hãy tải lại hồ sơ.")


class Unpaid(Refused):
    """The procedure is paid at filing and the fee has not come in."""

    code = "unpaid"

    def __init__(self, amount: str) -> None:
        super().__init__(
            f"Chưa thể tiếp nhận: hồ sơ chưa nộp {amount}. Nhắc người nộp thanh toán,"
            " hoặc thu tại quầy rồi tiếp nhận."
        )


class TooManySupplements(Refused):
    """The law's limit of supplement requests is reached (NĐ 63/2010 Đ20; NĐ 309/2026)."""

    code = "too_many_supplements"


class PreviewChanged(Refused):
    """What would be signed is not what was previewed."""

    code = "preview_changed"

    def __init__(self) -> None:
        super().__init__("Văn bản đã được lập lại sau khi bạn xem. Hãy xem bản mới rồi ký.")


class NotReady(Refused):
    """The document is still being prepared or signed by the background worker."""

    code = "not_ready"
