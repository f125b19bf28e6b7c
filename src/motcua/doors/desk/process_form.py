"""The simple editor of processes as a form: a list of steps to fields, and what was sent back to a
list. Works without scripts: order is a number, a new step and a new outcome are empty rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_noop

from motcua.foundation.text import fold, nfc
from motcua.processes.steplist import END, ListStep, StepList, Way

KINDS = {
    "work": gettext_noop("Xử lý"),
    "intake": gettext_noop("Tiếp nhận"),
    "appraise": gettext_noop("Thẩm định"),
    "opinion": gettext_noop("Cho ý kiến"),
    "field_check": gettext_noop("Kiểm tra thực địa"),
    "confirm": gettext_noop("Người nộp xác nhận"),
    "approve": gettext_noop("Ký duyệt"),
    "return": gettext_noop("Trả kết quả"),
    "system": gettext_noop("Hệ thống thực hiện"),
}
MOST_OUTCOMES = 8
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class OutcomeField:
    """One row of outcomes; `prefix` begins the names of its fields."""

    prefix: str
    way: Way


@dataclass(frozen=True, slots=True)
class StepField:
    """The fields of one step; `new` for the empty one at the end."""

    prefix: str
    number: int
    step: ListStep
    outcomes: tuple[OutcomeField, ...]
    new: bool = False

    @property
    def asked(self) -> str:
        return " ".join(self.step.asked)

    @property
    def hours(self) -> str:
        return "" if self.step.hours is None else f"{self.step.hours.normalize():f}"


def fields(given: StepList) -> list[StepField]:
    """Each step, and an empty one; each with its outcomes, and an empty one."""
    empty = ListStep("", "", "handler", outcomes=())
    steps = [*given.steps, empty]
    return [_field(index, step, index == len(given.steps)) for index, step in enumerate(steps)]


def _field(index: int, step: ListStep, new: bool) -> StepField:
    prefix = f"b{index}"
    ways = (*step.outcomes, Way("", ""))[:MOST_OUTCOMES]
    outcomes = tuple(OutcomeField(f"{prefix}-k{n}", way) for n, way in enumerate(ways))
    return StepField(prefix, index + 1, step, outcomes, new)


def read(sent: Mapping[str, str], before: StepList) -> StepList:
    """What was sent, as a list; it may have faults (`steplist.faults`). What the form does not
    show (the settings of a step) is taken from the step of the same key."""
    kept = {step.key: step for step in before.steps}
    rows: list[tuple[Decimal, int, ListStep]] = []
    taken = {_text(sent, f"b{index}-key") for index in range(_rows(sent))}
    for index in range(_rows(sent)):
        prefix = f"b{index}"
        name = _text(sent, f"{prefix}-name")
        if sent.get(f"{prefix}-drop") or (not name and not _text(sent, f"{prefix}-key")):
            continue
        key = _text(sent, f"{prefix}-key") or _key_of(name, taken)
        taken.add(key)
        place = _number(_text(sent, f"{prefix}-order"), Decimal(index + 1)) or Decimal(0)
        rows.append((place, index, _step(sent, prefix, key, name, kept.get(key))))
    rows.sort(key=lambda row: row[:2])
    steps = [step for _, _, step in rows]
    return StepList(
        id=before.id,
        name=_text(sent, "name") or before.name,
        description=_text(sent, "description", 600),
        steps=tuple(_plain(step, steps, index) for index, step in enumerate(steps)),
    )


def _rows(sent: Mapping[str, str]) -> int:
    found = [re.fullmatch(r"b(\d{1,2})-name", name) for name in sent]
    return max((int(match.group(1)) + 1 for match in found if match), default=0)


def _step(
    sent: Mapping[str, str], prefix: str, key: str, name: str, before: ListStep | None
) -> ListStep:
    hours = _text(sent, f"{prefix}-hours")
    role = _text(sent, f"{prefix}-role", 40)
    return ListStep(
        key=key,
        name=name,
        role=role,
        kind=_text(sent, f"{prefix}-kind", 30) or "work",
        # A number that is none becomes one that cannot be, so that the fault is named.
        hours=None if not hours else _number(hours, Decimal(-1)),
        office=_text(sent, f"{prefix}-office", 40),
        outcomes=_ways(sent, prefix) or (Way("done", "Hoàn thành"),),
        asked=tuple(_text(sent, f"{prefix}-asked", 600).replace(",", " ").split()),
        answers=_whole(_text(sent, f"{prefix}-answers")),
        answer_days=_whole(_text(sent, f"{prefix}-days")),
        settings=dict(before.settings) if before is not None else {},
    )


def _ways(sent: Mapping[str, str], prefix: str) -> tuple[Way, ...]:
    ways: list[Way] = []
    taken = {_text(sent, f"{prefix}-k{n}-key", 40) for n in range(MOST_OUTCOMES)}
    for number in range(MOST_OUTCOMES):
        label = _text(sent, f"{prefix}-k{number}-label")
        key = _text(sent, f"{prefix}-k{number}-key", 40)
        if not label and not sent.get(f"{prefix}-k{number}-to"):
            continue  # emptied: taken away
        key = key or _key_of(label, taken)
        taken.add(key)
        ways.append(Way(key, label, _text(sent, f"{prefix}-k{number}-to", 40)))
    return tuple(ways)


def _plain(step: ListStep, steps: list[ListStep], index: int) -> ListStep:
    """The step with "next" where an outcome names the very step that now follows."""
    following = steps[index + 1].key if index + 1 < len(steps) else END
    ways = tuple(Way(w.key, w.label, "" if w.to == following else w.to) for w in step.outcomes)
    return ListStep(
        step.key, step.name, step.role, step.kind, step.hours, step.office, ways, step.asked,
        step.answers, step.answer_days, step.settings,
    )  # fmt: skip


def _text(sent: Mapping[str, str], name: str, longest: int = _LONGEST) -> str:
    return " ".join(nfc(sent.get(name, "").replace("\x00", "")).split())[:longest]


def _key_of(name: str, taken: set[str]) -> str:
    """A key made of a name: "Kiểm tra thực địa" is `kiem_tra_thuc_dia`."""
    base = re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:34] or "buoc"
    base = base if base[0].isalpha() else f"b_{base}"
    key, number = base, 2
    while key in taken or key in ("start", "end"):
        key, number = f"{base}_{number}", number + 1
    return key


def _number(text: str, otherwise: Decimal) -> Decimal | None:
    if not text:
        return None
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return otherwise
    return number if number.is_finite() else otherwise


def _whole(text: str) -> int:
    """A whole number of at most three digits; what is none becomes one that cannot be."""
    if not text:
        return 0
    return int(text) if re.fullmatch(r"[0-9]{1,3}", text) else -1
