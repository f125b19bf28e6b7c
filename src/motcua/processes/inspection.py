"""The check of a process before it is published, with what is known of where it will run.

Pure. `rules.check` finds what is wrong with a process anywhere; this adds what is wrong with it
here: steps that nobody in the competent agency can do, hours that do not fit into the procedure's
limit, conditions that ask for what no form has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from motcua.foundation import expressions
from motcua.processes import rules
from motcua.processes.bpmn import ROLES
from motcua.processes.definition import APPLICANT, SYSTEM, Definition, Node, Step, Timer
from motcua.processes.errors import Problem

NAMES: Mapping[str, str] = {
    "shape": "Sai cấu trúc",
    "no_role": "Bước chưa có vai trò",
    "no_holder": "Chưa có người giữ vai trò",
    "no_office": "Cơ quan không có đơn vị",
    "no_default": "Cổng thiếu đường mặc định",
    "not_cel": "Biểu thức không hợp lệ",
    "unknown_name": "Biểu thức hỏi điều không có",
    "unreachable": "Bước không tới được",
    "dead_end": "Ngõ cụt",
    "endless": "Không bao giờ kết thúc",
    "stuck": "Có thể chờ mãi",
    "too_long": "Quá thời hạn của thủ tục",
}
"""What each kind of finding is called."""

HOURS_A_DAY = Decimal(8)
"""Working hours of a working day (TT 03/2025: a limit in days is counted in working days)."""

ALWAYS_KNOWN = frozenset({"outcome", "way", "case", "supplements", "decision"})
"""What a condition may ask of any dossier."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where a process is to run; None (or nothing) where that is not known and not to be judged.

    `holders` are the roles that somebody holds, by office key (empty key: the agency itself);
    `limit` the working hours in which the procedure must be done; `names` the answers its forms
    have, beside `ALWAYS_KNOWN`.
    """

    holders: Mapping[str, frozenset[str]] | None = None
    limit: Decimal | None = None
    names: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Longest:
    """The way on which the most working hours are allowed, every turn back taken not at all."""

    hours: Decimal
    steps: tuple[str, ...] = field(default=())


def inspect(definition: Definition, around: Surroundings) -> list[Problem]:
    """Every finding, in file order; `NAMES[problem.code]` says its kind. Empty: publish it."""
    found = rules.check(definition)
    broken = {problem.code for problem in found} - {"no_holder", "no_role"}
    found += [*_nobody(definition, around.holders)]
    if not broken & {"shape", "not_cel"}:
        found += _unknown(definition, around.names)
        found += _too_long(definition, around.limit)
    return sorted(found, key=lambda problem: problem.line)


def _nobody(
    definition: Definition, holders: Mapping[str, frozenset[str]] | None
) -> Iterable[Problem]:
    if holders is None:
        return
    for node, step in definition.steps():
        if step.role in (APPLICANT, SYSTEM, "") or step.role not in ROLES:
            continue
        asked = step.several.offices if step.several is not None else ()
        for office in asked or (step.office,):
            if office not in holders:
                message = f"cơ quan không có đơn vị “{office}”"
                yield Problem(node.place, message, node.line, "no_office")
            elif step.role not in holders[office]:
                where = f"đơn vị “{office}”" if office else "cơ quan"
                message = f"chưa có ai ở {where} giữ vai trò “{ROLES[step.role]}”"
                yield Problem(node.place, message, node.line, "no_holder")


def _unknown(definition: Definition, names: frozenset[str] | None) -> Iterable[Problem]:
    if names is None:
        return
    known = names | ALWAYS_KNOWN
    for flow in definition.flows:
        for name in sorted(_asked(flow.condition) - known):
            message = f"điều kiện hỏi “{name}”, biểu mẫu của thủ tục không có câu hỏi này"
            yield Problem(flow.place, message, flow.line, "unknown_name")
    for node in definition.nodes:
        for text, more in rules.expressions_of(node):
            for name in sorted(_asked(text) - known - more):
                message = f"“{text}” hỏi “{name}”, biểu mẫu của thủ tục không có câu hỏi này"
                yield Problem(node.place, message, node.line, "unknown_name")


def _asked(text: str) -> frozenset[str]:
    return frozenset(expressions.compile(text).names) if text else frozenset()


def _too_long(definition: Definition, limit: Decimal | None) -> Iterable[Problem]:
    if limit is None:
        return
    way = longest(definition)
    if way.hours > limit:
        names = " → ".join(way.steps)
        message = (
            f"các bước trên đường dài nhất cộng lại {way.hours.normalize():f} giờ làm việc, thủ tục"
            f" chỉ có {limit.normalize():f} giờ: {names}"
        )
        yield Problem(f"Quy trình “{definition.name}”", message, 0, "too_long")


def longest(definition: Definition) -> Longest:
    """The longest way from the start by allowed working hours. Steps side by side count once, the
    longest of them; a turn back (an edge to what the way came through) is not taken."""
    best: dict[str, tuple[Decimal, tuple[str, ...]]] = {}
    for node_id in reversed(_order(definition)):
        node = definition.node(node_id)
        following = [best[f.target] for f in definition.outgoing(node_id) if f.target in best]
        after = max(following, default=(Decimal(0), ()), key=lambda found: found[0])
        hours = _hours(node)
        names = (node.name, *after[1]) if node.step is not None else after[1]
        best[node_id] = (hours + after[0], names)
        for timer in definition.timers_on(node_id):
            # The timer's way begins when the step does: its time stands in the place of the step's.
            waited = best.get(timer.id)
            if waited is not None and waited[0] > best[node_id][0]:
                best[node_id] = (waited[0], (node.name, *waited[1]))
    start = next(node.id for node in definition.nodes if node.type == "start")
    hours, steps = best[start]
    return Longest(hours, steps)


def _order(definition: Definition) -> list[str]:
    """Nodes so that each stands before those that follow it, but for turns back; timers stand
    behind their step."""
    start = next(node.id for node in definition.nodes if node.type == "start")
    done: dict[str, None] = {}
    seen = {start}
    waiting = [(start, iter(_following(definition, start)))]
    while waiting:
        here, ways = waiting[-1]
        target = next(ways, None)
        if target is None:
            done[here] = None
            waiting.pop()
        elif target not in seen:
            seen.add(target)
            waiting.append((target, iter(_following(definition, target))))
    return list(reversed(done))


def _following(definition: Definition, node_id: str) -> list[str]:
    targets = [flow.target for flow in definition.outgoing(node_id)]
    return [*targets, *(timer.id for timer in definition.timers_on(node_id))]


def _hours(node: Node) -> Decimal:
    """How many working hours an element may take, as far as that is a number of working time."""
    if node.timer is not None:
        return _of_timer(node.timer)
    return Decimal(0) if node.step is None else _of_step(node.step)


def _of_step(step: Step) -> Decimal:
    hours = step.hours or Decimal(0)
    several = step.several
    if several is None or not several.sequential:
        return hours
    number = len(several.offices) or (int(several.number) if several.number.isdecimal() else 1)
    return hours * number


def _of_timer(timer: Timer) -> Decimal:
    if not timer.amount or not timer.amount.replace(".", "", 1).isdecimal():
        return Decimal(0)
    amount = Decimal(timer.amount)
    return {"working_hour": amount, "working_day": amount * HOURS_A_DAY}.get(timer.unit, Decimal(0))
