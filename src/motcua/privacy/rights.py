"""What a person may ask about their data, as data: Luật 91/2025/QH15 Đ4, and how long an answer may
take.

The rights themselves are the law's text. The terms of days come from two law firms' notes, not from
the decree itself: they stand here alone, to be corrected in one place when the decree has been read
(docs/adr/0044).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FIRST_ANSWER_WORKING_DAYS = 2
LONGEST_EXTENSION_DAYS = 15


class RightKey(StrEnum):
    """Keys of the rights, as they stand in the database."""

    SEE = "see"
    CORRECT = "correct"
    GET = "get"
    DELETE = "delete"
    RESTRICT = "restrict"
    OBJECT = "object"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class Right:
    """One right: what it is called, what it means to the person, within how many days (of the
    calendar) it must be done, and within how many when somebody else processes the data too."""

    key: RightKey
    name: str
    meaning: str
    days: int
    days_with_others: int


RIGHTS: dict[str, Right] = {
    one.key: one
    for one in (
        Right(
            RightKey.SEE,
            "Được biết, được xem",
            "Hỏi cơ quan đang giữ dữ liệu gì về bạn, để làm gì, ai nhận.",
            10,
            20,
        ),
        Right(
            RightKey.CORRECT,
            "Chỉnh sửa",
            "Sửa thông tin liên hệ, hoặc nội dung khai trong hồ sơ chưa có kết quả.",
            10,
            20,
        ),
        Right(
            RightKey.GET,
            "Được cung cấp bản sao",
            "Nhận bản sao dữ liệu của bạn. Bạn cũng có thể tự tải ngay, không cần chờ.",
            10,
            20,
        ),
        Right(
            RightKey.DELETE,
            "Xóa",
            "Xóa những gì pháp luật không buộc phải lưu. Phần phải lưu sẽ được nêu rõ quy định.",
            10,
            20,
        ),
        Right(
            RightKey.RESTRICT,
            "Hạn chế xử lý",
            "Tạm dừng mọi việc dùng dữ liệu của bạn mà pháp luật không bắt buộc.",
            15,
            20,
        ),
        Right(
            RightKey.OBJECT,
            "Phản đối xử lý",
            "Không cho dùng dữ liệu của bạn vào một việc cụ thể mà pháp luật không bắt buộc.",
            15,
            20,
        ),
        Right(
            RightKey.WITHDRAW,
            "Rút lại sự đồng ý",
            "Rút sự đồng ý đã cho. Bạn cũng có thể tự rút ngay, không cần chờ.",
            15,
            20,
        ),
    )
}
