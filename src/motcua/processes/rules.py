"""Whether a process makes sense, before anybody runs it. Pure functions on a `Definition`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

from motcua.foundation import expressions
from motcua.processes import timers
from motcua.processes.bpmn import ROLES
from motcua.processes.definition import GATEWAYS, Definition, Flow, Node
from motcua.processes.engine.parts import COUNTS, MOST
from motcua.processes.errors import Problem
from motcua.processes.tokens import run_every_way

_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MOST_WAYS = 6
"""Ways out of an inclusive gateway: each set of them is a way the process may go on."""


def check(definition: Definition, roles: Iterable[str] = tuple(ROLES)) -> list[Problem]:
    """Every fault that can be found without running the process, in file order. `roles` are the
    role keys somebody may hold; a lane of another role is a fault."""
    found = [*_shape(definition), *_steps(definition, frozenset(roles))]
    found += [*_gateways(definition), *_timers(definition), *_expressions(definition)]
    if not found:
        found += [*_reach(definition), *_idle_circles(definition)]
    if not found:
        found += [*run_every_way(definition), *_outcomes_after_joins(definition)]
    return sorted(found, key=lambda problem: problem.line)


def variables(definition: Definition) -> frozenset[str]:
    """The case variables whose values the process asks for: the room above must pass them."""
    sources = [flow.condition for flow in definition.flows if flow.condition]
    for node in definition.nodes:
        if node.timer is not None:
            sources += _timer_expressions(node)
        sources += [text for text in _several_expressions(node) if text]
    names = (name for source in sources for name in expressions.compile(source).names)
    return frozenset(names) - {"outcome"} - COUNTS


def _at(where: Node | Flow, message: str, code: str = "shape") -> Problem:
    return Problem(where.place, message, where.line, code)


def _shape(definition: Definition) -> Iterable[Problem]:
    starts = [node for node in definition.nodes if node.type == "start"]
    if len(starts) != 1:
        message = f"phải có đúng một sự kiện bắt đầu, quy trình này có {len(starts)}"
        yield Problem(f"Quy trình “{definition.name}”", message)
    if not any(node.type == "end" for node in definition.nodes):
        yield Problem(f"Quy trình “{definition.name}”", "không có sự kiện kết thúc")
    if not definition.steps():
        yield Problem(f"Quy trình “{definition.name}”", "không có bước nào")
    ids = Counter(node.id for node in definition.nodes)
    ids.update(flow.id for flow in definition.flows)
    known = {node.id for node in definition.nodes}
    for node in definition.nodes:
        if not node.id or ids[node.id] > 1:
            yield _at(node, "id trống hoặc trùng với phần tử khác")
        if node.type == "step" and not node.name:
            yield _at(node, "bước chưa có tên")
    for flow in definition.flows:
        for end in (flow.source, flow.target):
            if end not in known:
                yield _at(flow, f"nối với phần tử không có trong tệp: {end or '(trống)'}")


def _steps(definition: Definition, roles: frozenset[str]) -> Iterable[Problem]:
    for node, step in definition.steps():
        if not step.role:
            yield _at(node, "chưa nằm trong làn (lane) của vai trò nào", "no_role")
        elif step.role not in roles:
            yield _at(node, f"không ai giữ vai trò “{step.role}”", "no_holder")
        for outcome in step.outcomes:
            if not _KEY.fullmatch(outcome.key):
                yield _at(node, f"key của kết quả “{outcome.key}” chỉ gồm a-z, 0-9 và dấu _")
        number = step.several.number if step.several is not None else ""
        if number.isdecimal() and not 1 <= int(number) <= MOST:
            yield _at(node, f"số người cùng làm một bước phải từ 1 đến {MOST}")
        if len(definition.outgoing(node.id)) > 1:
            yield _at(node, "bước có nhiều đường ra; hãy dùng cổng (gateway) để rẽ nhánh")


def _gateways(definition: Definition) -> Iterable[Problem]:
    for flow in definition.flows:
        chooses = definition.node(flow.source).type in ("exclusive", "inclusive")
        if flow.condition and not chooses:
            message = "điều kiện chỉ đặt được trên đường ra của cổng exclusive hay inclusive"
            yield _at(flow, message)
    for node in definition.nodes:
        if node.type not in ("exclusive", "inclusive"):
            continue
        out = definition.outgoing(node.id)
        if node.default and node.default not in {flow.id for flow in out}:
            yield _at(node, f"đường mặc định {node.default} không đi ra từ cổng này")
        if node.type == "inclusive":
            if len(out) > 1 and len(definition.incoming(node.id)) > 1:
                yield _at(node, "cổng inclusive vừa gộp vừa tách; hãy dùng hai cổng")
            if len(out) > MOST_WAYS:
                yield _at(node, f"cổng inclusive chỉ có tối đa {MOST_WAYS} đường ra")
        free = [flow for flow in out if not flow.condition and flow.id != node.default]
        if len(out) > 1 and not node.default and (not free or node.type == "inclusive"):
            message = "cần một đường mặc định cho trường hợp không điều kiện nào đúng"
            yield _at(node, message, "no_default")
        if len(free) > (0 if node.default else 1):
            yield _at(node, "nhiều hơn một đường ra không có điều kiện")


def _timers(definition: Definition) -> Iterable[Problem]:
    for node in definition.nodes:
        if node.type in ("start", "boundary") and definition.incoming(node.id):
            yield _at(node, "không được có đường đi vào")
        if node.timer is None:
            continue
        if node.type == "boundary":
            host = next((n for n in definition.nodes if n.id == node.attached_to), None)
            if host is None or host.step is None:
                yield _at(node, "phải gắn vào một bước")
        if node.timer.amount and node.timer.unit not in timers.UNITS:
            units = ", ".join(timers.UNITS)
            yield _at(node, f"đơn vị “{node.timer.unit}” không có; chỉ dùng {units}")
        if not node.timer.amount and not node.timer.text:
            yield _at(node, "chưa có thời hạn")


def _timer_expressions(node: Node) -> list[str]:
    timer = node.timer
    if timer is None:
        return []
    if timer.amount:
        return [] if re.fullmatch(r"\d+(\.\d{1,2})?", timer.amount) else [timer.amount]
    return [] if timers.is_literal(timer.text) else [timer.text]


def _several_expressions(node: Node) -> tuple[str, str]:
    """How many do a step, and when enough have: "" where no CEL says it."""
    several = node.step.several if node.step is not None else None
    if several is None:
        return "", ""
    return ("" if several.number.isdecimal() else several.number), several.until


def expressions_of(node: Node) -> list[tuple[str, frozenset[str]]]:
    """The CEL of a node, each with what it may ask beside the case."""
    number, until = _several_expressions(node)
    nothing: frozenset[str] = frozenset()
    found = [(text, nothing) for text in (*_timer_expressions(node), number) if text]
    return [*found, (until, COUNTS)] if until else found


def _expressions(definition: Definition) -> Iterable[Problem]:
    """Conditions and timer texts that are not CEL, `${...}` and Python among them."""
    sources = [(flow, flow.condition) for flow in definition.flows if flow.condition]
    places: list[tuple[Node | Flow, str]] = [*sources]
    places += [(node, text) for node in definition.nodes for text in _timer_expressions(node)]
    places += [(n, text) for n in definition.nodes for text in _several_expressions(n) if text]
    for where, source in places:
        try:
            expressions.compile(source)
        except expressions.BadExpression as error:
            yield _at(where, f"“{source}” không phải là biểu thức CEL ({error})", "not_cel")


def _following(definition: Definition) -> dict[str, list[str]]:
    """For each node where a token may go next; from a step also to its boundary timers."""
    return {
        node.id: [flow.target for flow in definition.outgoing(node.id)]
        + [timer.id for timer in definition.timers_on(node.id)]
        for node in definition.nodes
    }


def _walk(start: Iterable[str], following: Mapping[str, list[str]]) -> set[str]:
    seen: set[str] = set()
    waiting = list(start)
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += following[node]
    return seen


def _reach(definition: Definition) -> Iterable[Problem]:
    following = _following(definition)
    reached = _walk([n.id for n in definition.nodes if n.type == "start"], following)
    backwards: dict[str, list[str]] = {node.id: [] for node in definition.nodes}
    for source, targets in following.items():
        for target in targets:
            backwards[target].append(source)
    ending = _walk([n.id for n in definition.nodes if n.type == "end"], backwards)
    dead_ends = [n for n in definition.nodes if n.type != "end" and not definition.outgoing(n.id)]
    for node in definition.nodes:
        if node.id not in reached:
            yield _at(node, "không có đường nào từ sự kiện bắt đầu đi tới đây", "unreachable")
        elif node in dead_ends:
            yield _at(node, "ngõ cụt: không có đường đi ra", "dead_end")
        elif node.id not in ending and not dead_ends:
            yield _at(node, "từ đây không có đường nào tới sự kiện kết thúc", "dead_end")


def _idle_circles(definition: Definition) -> Iterable[Problem]:
    """Circles of gateways alone: the engine would run for ever without anybody acting."""
    busy = {node.id for node in definition.nodes if node.type not in GATEWAYS}
    following = {
        node: [] if node in busy else [t for t in targets if t not in busy]
        for node, targets in _following(definition).items()
    }
    for node in definition.nodes:
        if node.id not in busy and node.id in _walk(following[node.id], following):
            message = "nằm trên một vòng lặp không có bước nào của con người hay hệ thống"
            yield _at(node, message, "endless")


def _outcomes_after_joins(definition: Definition) -> Iterable[Problem]:
    """`outcome` is the outcome of the last step on the way; after a join there are several."""

    def behind(node_id: str, seen: set[str], found: Callable[[Node], bool]) -> bool:
        for flow in definition.incoming(node_id):
            source = definition.node(flow.source)
            if source.id in seen:
                continue
            seen.add(source.id)
            if found(source):
                return True
            if source.type in GATEWAYS and behind(source.id, seen, found):
                return True
        return False

    def joins(node: Node) -> bool:
        several = len(definition.incoming(node.id)) > 1
        return node.type in ("parallel", "inclusive") and several

    for flow in definition.flows:
        if not flow.condition or "outcome" not in expressions.compile(flow.condition).names:
            continue
        if behind(flow.source, set(), joins):
            message = "sau cổng gộp song song có nhiều kết quả; hãy đặt một bước tổng hợp ở giữa"
            yield _at(flow, message)
