"""Why something about a request was refused, in words for the person it happens to."""

from __future__ import annotations


class PrivacyError(Exception):
    """Base of this room's errors; `message` is Vietnamese and may be shown. Nothing was changed."""

    message = "Không thực hiện được."

    def __init__(self, message: str = "") -> None:
        if message:
            self.message = message
        super().__init__(self.message)


class NoSuchRequest(PrivacyError):
    """There is none, or it is not for the viewer: the two look the same."""

    message = "Không tìm thấy yêu cầu này, hoặc tài khoản của bạn không được xem."


class RequestChanged(PrivacyError):
    """Somebody else acted after the page was opened."""

    message = "Yêu cầu đã thay đổi từ khi bạn mở trang. Hãy xem lại rồi thao tác tiếp."


class NotNow(PrivacyError):
    """The request is past the turn at which this may be done."""

    message = "Yêu cầu này đã được trả lời hoặc đã rút nên không làm được việc này nữa."


class BeingErased(PrivacyError):
    """The person is being erased as a whole; the request closes when every room has answered."""

    message = "Đang xóa toàn bộ dữ liệu theo yêu cầu này. Yêu cầu tự kết thúc khi xóa xong."


class CannotCorrect(PrivacyError):
    """The answer cannot be put right any more; the message says why."""


class Incomplete(PrivacyError):
    """What was sent lacks something; the message says what."""


class NobodyAnswers(PrivacyError):
    """There is no agency to answer requests about personal data."""

    message = (
        "Chưa có cơ quan phụ trách dữ liệu cá nhân cho nơi cư trú của bạn. Xin liên hệ Trung tâm"
        " Phục vụ hành chính công nơi gần nhất."
    )


class NoSuchExport(PrivacyError):
    """There is no such copy of the viewer's, or it was kept long enough and is gone."""

    message = "Không tìm thấy bản sao này. Bản sao chỉ được giữ một ngày; bạn có thể lập bản khác."
