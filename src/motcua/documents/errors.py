"""Why a file or a document was refused, in words for the person."""

from __future__ import annotations


class UploadRefused(Exception):
    """A file that is not taken in; `message` says why and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class FileWithheld(Exception):
    """A file that nobody but its owner may open before it is scanned, or nobody at all after the
    scanner refused it."""

    def __init__(self, refused: bool) -> None:
        self.refused = refused
        self.message = (
            "Bộ quét vi-rút từ chối tệp này nên không ai được mở. Hãy yêu cầu nộp tệp khác."
            if refused
            else "Tệp này đang chờ quét vi-rút. Hãy mở lại sau ít phút."
        )
        super().__init__(self.message)


class NotInForce(Exception):
    """A document that was never issued, or is no longer in force, cannot be revoked or replaced."""

    def __init__(self, number: str) -> None:
        super().__init__(f"Văn bản {number} không ở trạng thái còn hiệu lực.".replace("  ", " "))


class CannotReplace(Exception):
    """The document named as the successor cannot take this one's place."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Văn bản thay thế cho {number} phải là văn bản khác, cùng loại, cùng người, đã ký và"
            " còn hiệu lực."
        )
