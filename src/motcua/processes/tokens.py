"""Plays a process through on paper: every way its tokens may run, to find where they get stuck.

Gateway conditions are taken as "may be true", so a fault found here may need a rare combination
of outcomes, but a process without a finding cannot hang for lack of a way.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from motcua.processes.definition import Definition, Node
from motcua.processes.errors import Problem

# A marking says where tokens stand: sorted ids of flows and of waiting nodes, the latter followed
# by `|` and the reminders (timers that do not interrupt) that have already gone off there.
Marking = tuple[str, ...]

MOST_MARKINGS = 20_000
MOST_TOKENS = 12


def run_every_way(definition: Definition) -> list[Problem]:
    """Joins that can wait for ever, branches that multiply without end, and beginnings from which
    the end cannot come."""
    start = next(node for node in definition.nodes if node.type == "start")
    flow_targets = {flow.id: flow.target for flow in definition.flows}
    first = tuple(flow.id for flow in definition.outgoing(start.id))
    before: dict[Marking, set[Marking]] = {first: set()}
    waiting = [first]
    stuck: dict[str, Problem] = {}
    while waiting:
        marking = waiting.pop()
        following = list(_moves(definition, marking, flow_targets))
        if marking and not following:
            for node in _nodes(definition, marking, flow_targets):
                message = "có khả năng chờ mãi một nhánh không bao giờ tới"
                stuck.setdefault(node.id, Problem(node.place, message, node.line, "stuck"))
        for after in following:
            if len(after) > MOST_TOKENS or len(before) > MOST_MARKINGS:
                message = "các nhánh song song sinh sôi không dừng hoặc quá phức tạp để kiểm tra"
                return [Problem(f"Quy trình “{definition.name}”", message)]
            if after not in before:
                before[after] = set()
                waiting.append(after)
            before[after].add(marking)
    if stuck:
        return list(stuck.values())
    return _endless(definition, before, flow_targets)


def leftovers(definition: Definition) -> list[str]:
    """The ends that may be reached while something else is still going on, by name or id."""
    start = next(node for node in definition.nodes if node.type == "start")
    flow_targets = {flow.id: flow.target for flow in definition.flows}
    first = tuple(flow.id for flow in definition.outgoing(start.id))
    seen = {first}
    waiting = [first]
    found: dict[str, None] = {}
    while waiting and len(seen) < MOST_MARKINGS:
        marking = waiting.pop()
        for place in marking:
            node = definition.node(flow_targets.get(place, place.split("|")[0]))
            if place in flow_targets and node.type == "end" and len(marking) > 1:
                found[node.name or node.id] = None
        for after in _moves(definition, marking, flow_targets):
            if len(after) <= MOST_TOKENS and after not in seen:
                seen.add(after)
                waiting.append(after)
    return list(found)


def _endless(
    definition: Definition, before: dict[Marking, set[Marking]], flow_targets: dict[str, str]
) -> list[Problem]:
    """The first marking found from which nothing leads to the end."""
    ending: set[Marking] = set()
    waiting: list[Marking] = [()]
    while waiting:
        marking = waiting.pop()
        if marking not in ending:
            ending.add(marking)
            waiting += before.get(marking, ())
    for marking in before:
        if marking not in ending:
            node = _nodes(definition, marking, flow_targets)[0]
            message = "từ đây quy trình không bao giờ kết thúc"
            return [Problem(node.place, message, node.line, "endless")]
    return []


def _nodes(definition: Definition, marking: Marking, flow_targets: dict[str, str]) -> list[Node]:
    """Where the tokens of a marking stand, or are about to arrive."""
    return [definition.node(flow_targets.get(place, place.split("|")[0])) for place in marking]


def _moves(
    definition: Definition, marking: Marking, flow_targets: dict[str, str]
) -> Iterator[Marking]:
    """The markings that one move away from `marking` leads to. Where a token can go on without
    anybody acting, only its moves count: the others stay possible after it, so no way is lost and
    far fewer orders are played."""
    for position, place in enumerate(marking):
        if place in flow_targets and place not in marking[:position]:
            node = definition.node(flow_targets[place])
            rest = [*marking[:position], *marking[position + 1 :]]
            after = list(_arrive(definition, node, place, rest))
            if after and not node.terminate:
                yield from after
                return
    for position, place in enumerate(marking):
        if place in marking[:position]:
            continue
        rest = [*marking[:position], *marking[position + 1 :]]
        if place in flow_targets:
            node = definition.node(flow_targets[place])
            yield from _arrive(definition, node, place, rest)
        else:
            yield from _act(definition, place, rest)


def _act(definition: Definition, place: str, rest: list[str]) -> Iterator[Marking]:
    """A step is finished, or a timer on it goes off; a wait is over."""
    node_id, *gone_off = place.split("|")
    yield _put(rest, [flow.id for flow in definition.outgoing(node_id)])
    for timer in definition.timers_on(node_id):
        out = [flow.id for flow in definition.outgoing(timer.id)]
        if timer.interrupting:
            yield _put(rest, out)
        elif timer.id not in gone_off:
            yield _put([*rest, "|".join([place, timer.id])], out)


def _arrive(definition: Definition, node: Node, place: str, rest: list[str]) -> Iterator[Marking]:
    out = [flow.id for flow in definition.outgoing(node.id)]
    if node.type == "end":
        yield () if node.terminate else _put(rest, [])
    elif node.type == "exclusive":
        for flow in out:
            yield _put(rest, [flow])
    elif node.type == "inclusive":
        held = [*rest, place]
        needed = [flow.id for flow in definition.incoming(node.id)]
        if not _still_to_come(definition, node, held):
            for flow in set(needed) & set(held):
                held.remove(flow)
            for number in range(1, len(out) + 1):
                for chosen in combinations(out, number):
                    yield _put(held, list(chosen))
    elif node.type == "parallel":
        held = [*rest, place]
        needed = [flow.id for flow in definition.incoming(node.id)]
        if all(flow in held for flow in needed):
            for flow in needed:
                held.remove(flow)
            yield _put(held, out)
    else:
        yield _put(rest, [node.id])


def _still_to_come(definition: Definition, join: Node, held: list[str]) -> bool:
    """Whether an inclusive gateway waits (BPMN 2.0, 13.4.3): some token may still arrive on a way
    on which none has, and on no way on which one has."""
    into = [flow.id for flow in definition.incoming(join.id)]
    empty = {flow for flow in into if flow not in held}
    for place in held:
        if place in into or not empty:
            continue
        reached = _reached(definition, place.split("|")[0], join.id)
        if reached & empty and not reached & (set(into) - empty):
            return True
    return False


def _reached(definition: Definition, place: str, without: str) -> set[str]:
    """The flows to which a token on a flow or in a node may come, not through one node."""
    targets = {flow.id: flow.target for flow in definition.flows}
    seen: set[str] = set()
    flows: set[str] = {place} & targets.keys()
    waiting = [targets.get(place, place)]
    while waiting:
        node_id = waiting.pop()
        if node_id in seen or node_id == without:
            continue
        seen.add(node_id)
        waiting += [timer.id for timer in definition.timers_on(node_id)]
        for flow in definition.outgoing(node_id):
            flows.add(flow.id)
            waiting.append(flow.target)
    return flows


def _put(rest: list[str], added: list[str]) -> Marking:
    return tuple(sorted([*rest, *added]))
