"""What can go wrong with people, each with a sentence for the person it happens to."""

from __future__ import annotations

from datetime import timedelta


class PeopleError(Exception):
    """Base of this room's errors; `message` is Vietnamese and may be shown."""

    message = "Không thực hiện được."

    def __str__(self) -> str:
        return self.message


class BadClaims(PeopleError):
    """The national eID sent something that does not describe a person or organisation."""

    message = "Thông tin định danh nhận được không đầy đủ. Xin đăng nhập lại."


class AccountClosed(PeopleError):
    """The account was closed by an administrator, or its owner is being erased."""

    message = "Tài khoản này đã ngừng hoạt động. Xin liên hệ quản trị hệ thống."


class WeakPassword(PeopleError):
    """This may be no password; the text says why."""


class CannotClose(PeopleError):
    """The account is not one its owner may close now; `message` says why."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class WrongPassword(PeopleError):
    """The name or the password is wrong; which of them is not said."""

    message = "Tên hoặc mật khẩu không đúng."


class TooManyTries(PeopleError):
    """Wrong passwords came too fast; `wait` says how long until the next try counts."""

    def __init__(self, wait: timedelta) -> None:
        seconds = max(int(wait.total_seconds()), 1)
        self.wait = wait
        self.message = f"Bạn đã nhập sai nhiều lần. Xin thử lại sau {seconds} giây."
        super().__init__(self.message)


class NobodySigns(PeopleError):
    """Nobody holds the post that signs for this agency."""

    message = "Cơ quan chưa có người được phân công ký."


class NoSuchConsent(PeopleError):
    """The consent is not this person's, or was withdrawn before."""

    message = "Không tìm thấy sự đồng ý này."


class WrongCode(PeopleError):
    """The code of a second factor is wrong, or was used before; which is not said."""

    message = "Mã không đúng, hoặc đã dùng rồi. Xin chờ mã mới trên điện thoại rồi nhập lại."


class WrongPasskey(PeopleError):
    """The passkey's answer does not prove anything here."""

    message = "Khóa truy cập không xác nhận được. Xin thử lại, hoặc dùng cách khác."


class PasskeyKnown(PeopleError):
    """This passkey was added before."""

    message = "Khóa truy cập này đã được thêm trước đó."


class NoSuchFactor(PeopleError):
    """The factor is not this account's, or was removed."""

    message = "Không tìm thấy cách xác nhận này."


class LastFactor(PeopleError):
    """A break-glass account cannot be without a second factor: nobody could use it any more."""

    message = (
        "Đây là cách xác nhận duy nhất của tài khoản dự phòng. Hãy thêm cách khác trước khi bỏ."
    )


class NoSuchLook(PeopleError):
    """There is no such look for this viewer to examine."""

    message = "Không có lượt xem này."


class NotExamined(PeopleError):
    """An odd look is not examined without saying what was found."""

    message = "Hãy ghi kết quả xem xét."


class NotWithheld(PeopleError):
    """A look is withheld by a decision, until a day within a year."""

    message = "Hãy ghi số, ngày, cơ quan ra quyết định và ngày hết hạn trong vòng một năm."


class NoSuchSession(PeopleError):
    """The session is not this account's, or has ended."""

    message = "Phiên này đã kết thúc."


class CannotGrant(PeopleError):
    """This mandate cannot be given; `message` says why."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)


class NobodyByThatName(PeopleError):
    """No person has both this number and this name, as far as the asker may know."""

    message = "Số định danh và họ tên không khớp nhau. Xin xem lại trên thẻ căn cước."


class NoSuchMandate(PeopleError):
    """The mandate is not one that the viewer may end."""

    message = "Không tìm thấy việc làm thay này."


class MandateEnded(PeopleError):
    """The mandate does not hold (any more), or not for this."""

    message = "Bạn không còn được làm thay việc này, hoặc việc này ngoài phạm vi được giao."


class NoSuchPost(PeopleError):
    """The agency or post is not one that the viewer keeps."""

    message = "Không tìm thấy nhiệm vụ này."


class CannotStaff(PeopleError):
    """The officer cannot be appointed, delegated to or sent on leave so; `message` says why."""

    def __init__(self, message: str) -> None:
        self.message = message
        super().__init__(message)
