"""Plays a process through on paper: every way its tokens may run, to find where they get stuck.

Gateway conditions are taken as "may be true", so a fault found here may need a rare combination
of outcomes, but a process without a finding cannot hang for lack of a way.
"""

from __future__ import annotations

from collections.abc import Iterator

from motcua.processes.definition import Definition, Node
from motcua.processes.errors import Problem

# A marking says where tokens stand: sorted ids of flows and of waiting nodes, the latter followed
# by `|` and the reminders (timers that do not interrupt) that have already gone off there.
Marking = tuple[str, ...]

MOST_MARKINGS = 20_000
MOST_TOKENS = 12


def run_every_way(definition: Definition) -> list[Problem]:
    """Joins that can wait for ever, and branches that multiply without end."""
    start = next(node for node in definition.nodes if node.type == "start")
    flow_targets = {flow.id: flow.target for flow in definition.flows}
    first = tuple(flow.id for flow in definition.outgoing(start.id))
    seen: set[Marking] = {first}
    waiting = [first]
    stuck: dict[str, Problem] = {}
    while waiting:
        marking = waiting.pop()
        following = list(_moves(definition, marking, flow_targets))
        if marking and not following:
            for place in marking:
                node = definition.node(flow_targets.get(place, place.split("|")[0]))
                message = "có khả năng chờ mãi một nhánh không bao giờ tới"
                stuck.setdefault(node.id, Problem(node.place, message, node.line))
        for after in following:
            if len(after) > MOST_TOKENS or len(seen) > MOST_MARKINGS:
                message = "các nhánh song song sinh sôi không dừng hoặc quá phức tạp để kiểm tra"
                return [Problem(f"Quy trình “{definition.name}”", message)]
            if after not in seen:
                seen.add(after)
                waiting.append(after)
    return list(stuck.values())


def _moves(
    definition: Definition, marking: Marking, flow_targets: dict[str, str]
) -> Iterator[Marking]:
    """Every marking that one move away from `marking` leads to."""
    for position, place in enumerate(marking):
        if place in marking[:position]:
            continue
        rest = [*marking[:position], *marking[position + 1 :]]
        if place in flow_targets:
            node = definition.node(flow_targets[place])
            yield from _arrive(definition, node, place, rest)
            continue
        node_id, *gone_off = place.split("|")
        node = definition.node(node_id)
        yield _put(rest, [flow.id for flow in definition.outgoing(node.id)])
        for timer in definition.timers_on(node.id):
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
    elif node.type == "parallel":
        held = [*rest, place]
        needed = [flow.id for flow in definition.incoming(node.id)]
        if all(flow in held for flow in needed):
            for flow in needed:
                held.remove(flow)
            yield _put(held, out)
    else:
        yield _put(rest, [node.id])


def _put(rest: list[str], added: list[str]) -> Marking:
    return tuple(sorted([*rest, *added]))
