"""What can go wrong with a process, each with what a page needs to say in Vietnamese."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault of a process file. `place` names the element for the one who drew it, `line` is
    the line of the file (0 when there is none), `code` the kind of fault (`inspection.NAMES`)."""

    place: str
    message: str
    line: int = 0
    code: str = "shape"

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class ProcessError(Exception):
    """Base of all errors of this room."""


class BadProcess(ProcessError):
    """A BPMN file cannot be published. `problems` holds every fault found, in file order."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class BadPlan(ProcessError):
    """A simulation cannot be run as planned."""


class DraftRefused(ProcessError):
    """A draft cannot be kept or published as asked; the text says why."""


class UnknownTemplate(ProcessError):
    """There is no template of that key."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(f"Không có mẫu quy trình “{key}”.")


class WorkItemGone(ProcessError):
    """The step is no longer open: somebody else finished it, a timer ended it, or the process was
    stopped."""

    def __init__(self, item_id: int, name: str = "") -> None:
        self.item_id = item_id
        self.name = name
        what = f"Bước “{name}”" if name else "Bước này"
        super().__init__(f"{what} đã được xử lý hoặc không còn nữa. Vui lòng tải lại trang.")


class AnsweredAlready(ProcessError):
    """Several are asked for an answer of their own, and this account has given one."""

    def __init__(self, step: str) -> None:
        self.step = step
        super().__init__(f"Bạn đã cho ý kiến ở bước “{step}”; phần còn lại dành cho người khác.")


class UnknownOutcome(ProcessError):
    """The step has no such outcome; `allowed` lists the keys it has."""

    def __init__(self, step: str, outcome: str, allowed: Sequence[str]) -> None:
        self.step = step
        self.outcome = outcome
        self.allowed = tuple(allowed)
        choices = ", ".join(self.allowed)
        super().__init__(f"Bước “{step}” không có kết quả “{outcome}”; chỉ nhận: {choices}.")


class OfficeMissing(ProcessError):
    """A step is done by an office that the agency does not have."""

    def __init__(self, office: str, steps: Sequence[str]) -> None:
        self.office = office
        self.steps = tuple(steps)
        names = ", ".join(f"“{step}”" for step in self.steps)
        super().__init__(f"Cơ quan không có đơn vị “{office}” mà bước {names} cần đến.")


class NoRunningProcess(ProcessError):
    """The subject has no process, or it has ended."""

    def __init__(self, subject: int) -> None:
        self.subject = subject
        super().__init__("Hồ sơ không có quy trình đang chạy.")


class StillRunning(ProcessError):
    """The subject's process has open steps: it cannot begin again."""

    def __init__(self, subject: int) -> None:
        self.subject = subject
        super().__init__("Quy trình của hồ sơ này vẫn đang chạy.")


class CannotContinue(ProcessError):
    """The process met a condition or a timer that cannot be evaluated, or has nowhere to go.
    Nothing is saved; the step stays open. `place` names the element, `reason` is for the one who
    drew the process."""

    def __init__(self, place: str, reason: str) -> None:
        self.place = place
        self.reason = reason
        super().__init__(f"Quy trình không thể đi tiếp tại {place}: {reason}")
