"""What can go wrong in the catalogue, each with what a page needs to say."""

from __future__ import annotations

from datetime import date


class CatalogueError(Exception):
    """Base of the catalogue's refusals; `str()` is Vietnamese and fit to show."""


class UnknownVersion(CatalogueError):
    """No version has this row id."""

    def __init__(self, version_id: int) -> None:
        super().__init__("Không có phiên bản thủ tục này.")
        self.version_id = version_id


class BadSpecification(CatalogueError):
    """A procedure specification that cannot be published. `place` says where, as in
    `version.cases[0].channels[1].fee`."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(f"{place}: {reason}")
        self.place = place
        self.reason = reason


class VersionsOverlap(CatalogueError):
    """Another version of the procedure is in force over part of the range."""

    def __init__(self, code: str, since: date, until: date | None) -> None:
        end = f"đến {until:%d/%m/%Y}" if until else "chưa có ngày hết hiệu lực"
        super().__init__(
            f"Thủ tục {code} đã có phiên bản khác có hiệu lực từ {since:%d/%m/%Y}, {end}."
        )
        self.code = code
        self.since = since
        self.until = until


class CaseUnclear(CatalogueError):
    """The answers do not say which case of the procedure this is."""

    def __init__(self, code: str, answer: object) -> None:
        super().__init__("Chưa đủ thông tin để xác định trường hợp của hồ sơ.")
        self.code = code
        self.answer = answer


class NoSuchWay(CatalogueError):
    """The case cannot be filed this way, or has no time limit for it."""

    def __init__(self, code: str, way: str) -> None:
        super().__init__("Thủ tục này không nhận theo cách nộp này.")
        self.code = code
        self.way = way


class UnreadableFile(CatalogueError):
    """A file to import that is not gzip, not UTF-8 or broken off. Nothing of it is kept."""


class FileTooLarge(UnreadableFile):
    """A file to import with more than is taken at once. Nothing of it is kept."""

    def __init__(self, most: int, line: int = 0) -> None:
        size = f"{most // 1_000_000} MB" + (f" (ở dòng {line})" if line else "")
        super().__init__(
            f"Tệp dài quá {size}. Hãy nén bằng gzip, hoặc chia thành nhiều tệp rồi nhập lần lượt."
            " Chưa có gì được nhập."
        )


class DraftGone(CatalogueError):
    """The draft of a version does not wait for this any more."""

    def __init__(self) -> None:
        super().__init__("Bản thảo này không còn ở bước đó. Hãy tải lại trang.")


class DraftChanged(CatalogueError):
    """Somebody else has saved the draft meanwhile."""

    def __init__(self) -> None:
        super().__init__("Người khác vừa lưu bản thảo này. Hãy tải lại trang rồi sửa tiếp.")


class NotYours(CatalogueError):
    """Who sent a draft for review cannot publish it."""

    def __init__(self) -> None:
        super().__init__("Người gửi duyệt không tự công bố. Cần một người quản trị danh mục khác.")


class NotReady(CatalogueError):
    """What stands between a draft and its publication, each in words."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__("Chưa công bố được: " + "; ".join(reasons) + ".")
        self.reasons = reasons


class BadDecree(CatalogueError):
    """A decree that cannot be kept for rehearsal: no number, no kind, or a file that is no text."""


class DecreeGone(CatalogueError):
    """The decree does not wait for this any more."""


class DecreeHasProblems(CatalogueError):
    """Lines of a decree that cannot be carried out; none of the others is either."""

    def __init__(self, count: int) -> None:
        super().__init__(f"Còn {count} dòng chưa đúng. Chưa có gì thay đổi.")
        self.count = count


class LaterDecree(CatalogueError):
    """A later decree builds on this one."""

    def __init__(self) -> None:
        super().__init__("Có văn bản sau dựa trên văn bản này. Hãy rút văn bản sau trước.")


class BadPhrase(CatalogueError):
    """A phrase of the synonym table cannot be kept; `str()` says why, in Vietnamese."""
