"""A process as a list of steps, with what each may lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from motcua.processes.bpmn import ROLES
from motcua.processes.definition import APPLICANT, SYSTEM
from motcua.processes.errors import BadProcess, Problem

START, END = "start", "end"
KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
OFFICE = re.compile(r"[a-z0-9][a-z0-9._-]{0,39}")
LONGEST = 60
"""Steps in a list: a longer one is no longer read by anybody."""


class NotAList(BadProcess):
    """The process says more than a list of steps can. `problems` names each place."""


@dataclass(frozen=True, slots=True)
class Way:
    """One outcome of a step: the key, what its button says, and the step it leads to: empty for
    the next one in the list, `END` for the end of the process."""

    key: str
    label: str
    to: str = ""


@dataclass(frozen=True, slots=True)
class ListStep:
    """One step. `hours` are working hours of whoever does it; `asked` the offices of the competent
    agency that are asked side by side (empty: the step is done in `office`, or by the agency);
    `answers` how many people of the agency are asked each for themselves (a council; 0 and 1: one
    person does the step); `answer_days` working days after which silence counts as the default way
    (0: there is no such term). `settings` are other attributes of `motcua:step`."""

    key: str
    name: str
    role: str
    kind: str = "work"
    hours: Decimal | None = None
    office: str = ""
    outcomes: tuple[Way, ...] = (Way("done", "Hoàn thành"),)
    asked: tuple[str, ...] = ()
    answers: int = 0
    answer_days: int = 0
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StepList:
    """A process: its id, its name, one sentence for whom it is, and the steps in order."""

    id: str
    name: str
    description: str
    steps: tuple[ListStep, ...]

    def following(self, index: int) -> str:
        """The key of the step after that one, or `END`."""
        return self.steps[index + 1].key if index + 1 < len(self.steps) else END

    def target(self, index: int, way: Way) -> str:
        """Where an outcome of a step leads: a step's key or `END`."""
        return way.to or self.following(index)

    def targets(self, index: int) -> list[str]:
        """Where the outcomes of a step lead, the default way first, each once. The default way is
        the next step when an outcome leads there, else where the first outcome leads."""
        found = [self.target(index, way) for way in self.steps[index].outcomes]
        following = self.following(index)
        return list(dict.fromkeys([following, *found] if following in found else found))


def faults(given: StepList, roles: Iterable[str] = tuple(ROLES)) -> list[Problem]:
    """What keeps a list from being written as BPMN, each with its step. Whether the process makes
    sense beyond that is for `rules.check` of what was written."""
    found: list[Problem] = []
    known = [step.key for step in given.steps]
    if not KEY.fullmatch(given.id):
        found.append(Problem("Quy trình", "mã chỉ gồm a-z, 0-9 và dấu _"))
    if not given.name:
        found.append(Problem("Quy trình", "chưa có tên"))
    if not given.steps or len(given.steps) > LONGEST:
        found.append(Problem("Quy trình", f"phải có từ 1 đến {LONGEST} bước"))
    for index, step in enumerate(given.steps):
        place = f"Bước {index + 1} “{step.name or step.key}”"
        found += [Problem(place, message) for message in _of_step(given, index, frozenset(roles))]
        if known.count(step.key) > 1 or step.key in (START, END) or not KEY.fullmatch(step.key):
            found.append(Problem(place, f"mã bước “{step.key}” trống, trùng hoặc không hợp lệ"))
    return found


def _of_step(given: StepList, index: int, roles: frozenset[str]) -> Iterable[str]:
    step = given.steps[index]
    known = {other.key: other for other in given.steps}
    if not step.name:
        yield "chưa có tên"
    if step.role not in roles:
        yield f"không có vai trò “{step.role}”"
    if step.hours is not None and not (
        0 < step.hours < 10_000 and step.hours == round(step.hours, 2)
    ):
        yield "số giờ phải là số dương, tối đa hai chữ số thập phân"
    if not step.outcomes:
        yield "phải có ít nhất một kết quả"
    keys = [way.key for way in step.outcomes]
    for way in step.outcomes:
        if not KEY.fullmatch(way.key) or keys.count(way.key) > 1:
            yield f"mã kết quả “{way.key}” trống, trùng hoặc không hợp lệ"
        if not way.label:
            yield f"kết quả “{way.key}” chưa có tên"
        if way.to and way.to != END and way.to not in known:
            yield f"kết quả “{way.label}” dẫn tới bước không có: {way.to}"
        if way.to == given.following(index):
            yield f"kết quả “{way.label}” dẫn tới bước kế tiếp: để trống là đủ"
        if way.to in known and known[way.to].kind == "intake":
            yield "không quay lại bước tiếp nhận: hồ sơ chỉ được tiếp nhận một lần"
    if any(not OFFICE.fullmatch(office) for office in (*step.asked, *filter(None, [step.office]))):
        yield "mã đơn vị chỉ gồm a-z, 0-9 và các dấu . _ -"
    if len(set(step.asked)) < len(step.asked):
        yield "một đơn vị chỉ được hỏi một lần"
    if step.asked and (step.office or step.answers > 1):
        yield "hỏi nhiều đơn vị thì không ghi thêm đơn vị làm hay số người"
    if (step.asked or step.answers > 1 or step.answer_days) and step.role in (SYSTEM, APPLICANT):
        yield "chỉ lấy ý kiến và đặt thời hạn trả lời cho cán bộ"
    if not 0 <= step.answers <= 30 or step.answers == 1:
        yield "số người cho ý kiến từ 2 đến 30, hoặc 0"
    if not 0 <= step.answer_days <= 365:
        yield "thời hạn trả lời từ 0 đến 365 ngày làm việc"
