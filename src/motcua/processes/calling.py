"""Puts a called process, or one drawn inside another, in the place of its call.

What runs is one flat process, fixed when the caller is published: a later version of the called
one changes nothing for it. A process may be called when it leaves nothing behind: whenever one of
its ends is reached, nothing else of it is still going on.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from motcua.processes.definition import Definition, Flow, Node
from motcua.processes.errors import BadProcess, Problem
from motcua.processes.tokens import leftovers

MOST_NODES = 400
"""Nodes of a process with all it calls."""


def expand(definition: Definition, find: Callable[[str], Definition | None]) -> Definition:
    """The process without calls. `find` gives the published process of a key, itself without
    calls. Raises `BadProcess` naming each call that cannot be."""
    problems: list[Problem] = []
    for node in definition.nodes:
        if node.type != "call":
            continue
        called = find(node.calls)
        if called is None:
            message = f"quy trình được gọi “{node.calls}” chưa được công bố"
            problems.append(Problem(node.place, message, node.line))
            continue
        definition, found = inline(definition, node.id, called)
        problems += found
    if not problems and len(definition.nodes) > MOST_NODES:
        message = f"cùng các quy trình được gọi có hơn {MOST_NODES} phần tử"
        problems.append(Problem(f"Quy trình “{definition.name}”", message))
    if problems:
        raise BadProcess(problems)
    return definition


def inline(outer: Definition, node_id: str, called: Definition) -> tuple[Definition, list[Problem]]:
    """The outer process with `called` in the place of a node. Ids of the called one get the
    node's id and a slash before them, and the line of the node, for there is its place."""
    call = outer.node(node_id)
    if problems := _cannot(outer, call, called):
        return outer, problems
    [leaves] = outer.outgoing(node_id)
    [start] = [node for node in called.nodes if node.type == "start"]
    [first] = called.outgoing(start.id)

    def inside(name: str) -> str:
        return f"{node_id}/{name}" if name else ""

    ends = {node.id for node in called.nodes if node.type == "end"}

    def after(target: str) -> str:
        return leaves.target if target in ends else inside(target)

    nodes: list[Node] = []
    for node in outer.nodes:
        if node.id != node_id:
            nodes.append(node)
            continue
        nodes += [
            replace(
                inner,
                id=inside(inner.id),
                line=call.line,
                attached_to=inside(inner.attached_to),
                default=inside(inner.default),
            )
            for inner in called.nodes
            if inner.type not in ("start", "end")
        ]
    flows: list[Flow] = []
    for flow in outer.flows:
        if flow.target == node_id:
            flows.append(replace(flow, target=after(first.target)))
        elif flow.id == leaves.id:
            flows += [
                replace(
                    inner,
                    id=inside(inner.id),
                    line=call.line,
                    source=inside(inner.source),
                    target=after(inner.target),
                )
                for inner in called.flows
                if inner.id != first.id
            ]
        else:
            flows.append(flow)
    return replace(outer, nodes=tuple(nodes), flows=tuple(flows)), []


def _cannot(outer: Definition, call: Node, called: Definition) -> list[Problem]:
    """Why a process cannot stand in the place of a node."""

    def fault(message: str) -> list[Problem]:
        return [Problem(call.place, message, call.line)]

    if len(outer.outgoing(call.id)) != 1:
        return fault("phải có đúng một đường ra")
    starts = [node for node in called.nodes if node.type == "start"]
    if len(starts) != 1 or len(called.outgoing(starts[0].id)) != 1:
        return fault("quy trình bên trong phải có đúng một sự kiện bắt đầu với một đường ra")
    if not any(node.type == "end" for node in called.nodes):
        return fault("quy trình bên trong không có sự kiện kết thúc")
    if any(node.type == "call" for node in called.nodes):
        return fault("quy trình bên trong còn gọi quy trình khác; hãy công bố nó riêng rồi gọi")
    known = {node.id for node in called.nodes}
    if any(flow.source not in known or flow.target not in known for flow in called.flows):
        return fault("có đường đi ra ngoài khung của quy trình bên trong")
    if names := leftovers(called):
        return fault(f"có khả năng kết thúc khi còn việc dở: {', '.join(names)}")
    return []
