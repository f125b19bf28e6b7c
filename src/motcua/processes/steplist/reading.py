"""The list of steps that a BPMN file is, when it is one."""

from __future__ import annotations

import re

from motcua.processes import bpmn
from motcua.processes.definition import Definition, Flow, Node
from motcua.processes.errors import Problem
from motcua.processes.steplist.model import END, ListStep, NotAList, StepList, Way, faults

_OUTCOMES = re.compile(r'outcome == "[a-z0-9_]+"( \|\| outcome == "[a-z0-9_]+")*')
_KEY = re.compile(r'"([a-z0-9_]+)"')


def read(text: str) -> StepList:
    """The list. Raises `BadProcess` for a file that cannot be read, `NotAList` with every place
    that a list cannot say."""
    definition = bpmn.read(text)
    root = bpmn.parse(text)
    said = root.find(f"{bpmn.BPMN}process[@id='{definition.id}']/{bpmn.BPMN}documentation")
    words = " ".join((said.text or "").split()) if said is not None else ""
    return _Reader(definition).steps(words)


class _Reader:
    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self.problems: list[Problem] = []
        self.order = [node.id for node, _ in definition.steps()]

    def fault(self, where: Node | Flow, message: str) -> None:
        self.problems.append(Problem(where.place, message, where.line))

    def steps(self, description: str) -> StepList:
        for node in self.definition.nodes:
            if node.type not in ("start", "end", "step", "exclusive", "boundary"):
                self.fault(node, "danh sách bước không diễn tả được phần tử này")
            elif node.terminate:
                self.fault(node, "danh sách bước không có kết thúc dừng tất cả")
        starts = [node for node in self.definition.nodes if node.type == "start"]
        for start in starts:
            out = self.definition.outgoing(start.id)
            if not self.order or [flow.target for flow in out] != self.order[:1]:
                self.fault(start, "phải dẫn thẳng tới bước đầu tiên của tệp")
        if len(starts) != 1:
            message = "phải có đúng một sự kiện bắt đầu"
            self.problems.append(Problem(f"Quy trình “{self.definition.name}”", message))
        if self.problems:
            raise NotAList(self.problems)
        found = tuple(self.step(node) for node in self.definition.nodes if node.step is not None)
        given = StepList(self.definition.id, self.definition.name, description, found)
        self.problems += faults(given, {step.role for step in found})
        if self.problems:
            raise NotAList(self.problems)
        return given

    def step(self, node: Node) -> ListStep:
        step = node.step
        assert step is not None
        keys = [outcome.key for outcome in step.outcomes]
        ways, default = self.leads(node, keys)
        following = self.following(node)
        return ListStep(
            key=node.id,
            name=node.name,
            role=step.role,
            kind=step.kind,
            hours=step.hours,
            office=step.office,
            outcomes=tuple(
                Way(
                    outcome.key,
                    outcome.label,
                    "" if ways[outcome.key] == following else ways[outcome.key],
                )
                for outcome in step.outcomes
            ),
            asked=step.several.offices if step.several is not None else (),
            answers=self.answers(node),
            answer_days=self.days(node, default),
            settings=dict(step.settings),
        )

    def answers(self, node: Node) -> int:
        """How many people are asked each for themselves, 0 when offices are or one person is."""
        several = node.step.several if node.step is not None else None
        if several is None or several.offices:
            if several is None or not (several.until or several.sequential):
                return 0
        elif several.number.isdecimal() and not several.until and not several.sequential:
            return int(several.number)
        self.fault(node, "danh sách bước chỉ hỏi cùng lúc, đủ mọi người, với số người cố định")
        return 0

    def following(self, node: Node) -> str:
        index = self.order.index(node.id) + 1
        return self.order[index] if index < len(self.order) else END

    def leads(self, node: Node, keys: list[str]) -> tuple[dict[str, str], str]:
        """Where each outcome leads, and where all else does."""
        out = self.definition.outgoing(node.id)
        if len(out) != 1:
            self.fault(node, "bước phải có đúng một đường ra")
            return dict.fromkeys(keys, END), END
        fork = self.fork(out[0])
        if isinstance(fork, str):
            return dict.fromkeys(keys, fork), fork
        chosen: dict[str, str] = {}
        default = END
        for flow in self.definition.outgoing(fork.id):
            target = self.fork(flow)
            if not isinstance(target, str):
                self.fault(target, "hai cổng rẽ nhánh liền nhau")
                continue
            if flow.id == fork.default or not flow.condition:
                default = target
            elif not _OUTCOMES.fullmatch(" ".join(flow.condition.split())):
                self.fault(flow, f"điều kiện “{flow.condition}” hỏi nhiều hơn kết quả của bước")
            else:
                for key in _KEY.findall(flow.condition):
                    chosen.setdefault(key, target)
                    if key not in keys:
                        self.fault(flow, f"bước đứng trước không có kết quả “{key}”")
        return {key: chosen.get(key, default) for key in keys}, default

    def fork(self, flow: Flow) -> Node | str:
        """What stands at the end of a flow behind gateways that only bring ways together: a
        gateway that chooses, or a step's id, or `END`."""
        for _ in self.definition.nodes:
            node = self.definition.node(flow.target)
            if node.type == "end":
                return END
            if node.type != "exclusive":
                return node.id
            out = self.definition.outgoing(node.id)
            if len(out) != 1:
                return node
            flow = out[0]
        return END

    def days(self, node: Node, default: str) -> int:
        """The term for an answer, when there is one."""
        timers = self.definition.timers_on(node.id)
        if not timers:
            return 0
        event = timers[0]
        timer = event.timer
        out = self.definition.outgoing(event.id)
        target = self.fork(out[0]) if len(out) == 1 else END
        if not isinstance(target, str):
            # Together with the answer in front of the gateway that chooses: all else's way.
            behind = self.fork(self.definition.outgoing(node.id)[0])
            target = default if target == behind else END + "?"
        if (
            len(timers) > 1
            or timer is None
            or not event.interrupting
            or timer.unit != "working_day"
            or not timer.amount.isdecimal()
            or timer.outcome != "silence"
            or target != default
        ):
            self.fault(
                event,
                "danh sách bước chỉ có thời hạn trả lời tính bằng ngày làm việc, im lặng thì đi"
                " đường mặc định",
            )
            return 0
        return int(timer.amount)
