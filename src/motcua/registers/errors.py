"""Why an entry was refused. The text is shown to people."""

from __future__ import annotations


class RegisterRefused(Exception):
    """Base of this room's errors; `message` is a Vietnamese sentence."""

    message = "Không ghi được vào sổ."

    def __init__(self, message: str | None = None) -> None:
        self.message = message or self.message
        super().__init__(self.message)


class KeyTaken(RegisterRefused):
    message = "Mã chống ghi trùng này đã dùng cho một mục khác của sổ."


class AlreadyCorrected(RegisterRefused):
    message = "Mục này đã được cải chính bằng một mục khác. Hãy mở mục mới nhất."


class ReasonMissing(RegisterRefused):
    message = "Phải nêu căn cứ của việc cải chính."


class StartsTooEarly(RegisterRefused):
    message = "Ngày có hiệu lực không được trước ngày bắt đầu của mục bị cải chính."
