"""Where the elements of a process lie on paper: from the file's own diagram (BPMN DI), or, for a
file without one, arranged here from left to right with a lane for each role."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise

from lxml import etree

from motcua.foundation.text import fold, nfc
from motcua.processes.bpmn import BPMN, ROLES, parse
from motcua.processes.definition import GATEWAYS, Definition, Node

DI = "{http://www.omg.org/spec/BPMN/20100524/DI}"
DC = "{http://www.omg.org/spec/DD/20100524/DC}"
DD = "{http://www.omg.org/spec/DD/20100524/DI}"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels: left, top, width, height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def centre(self) -> Point:
        return self.x + self.width / 2, self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Lane:
    name: str
    box: Box


@dataclass(frozen=True, slots=True)
class Layout:
    """Boxes by node id, ways by flow id, lanes; label boxes by element id where the file has
    them."""

    boxes: dict[str, Box]
    ways: dict[str, list[Point]]
    lanes: list[Lane]
    labels: dict[str, Box] = field(default_factory=dict)

    def extent(self, margin: float = 16) -> Box:
        """The rectangle that holds everything, with a margin."""
        boxes = [*self.boxes.values(), *self.labels.values(), *(lane.box for lane in self.lanes)]
        points = [point for way in self.ways.values() for point in way]
        points += [(box.x, box.y) for box in boxes]
        points += [(box.x + box.width, box.y + box.height) for box in boxes]
        left, top = min(x for x, _ in points) - margin, min(y for _, y in points) - margin
        right, bottom = max(x for x, _ in points) + margin, max(y for _, y in points) + margin
        return Box(left, top, right - left, bottom - top)


def lay_out(bpmn: str, definition: Definition) -> Layout:
    """The layout of a published file."""
    drawn = _drawn(parse(bpmn), definition)
    return drawn if drawn is not None else arrange(definition)


def lane_label(name: str) -> str:
    """A lane's name as people read it: a role key becomes the role's name."""
    return next((label for key, label in ROLES.items() if fold(key) == fold(name)), name)


def _box(shape: etree._Element) -> Box | None:
    bounds = shape.find(f"{DC}Bounds")
    if bounds is None:
        return None
    try:
        return Box(*(float(bounds.get(side, "0")) for side in ("x", "y", "width", "height")))
    except ValueError:
        return None


def _drawn(root: etree._Element, definition: Definition) -> Layout | None:
    """The diagram of the file; None when it leaves out a node or a flow."""
    boxes: dict[str, Box] = {}
    labels: dict[str, Box] = {}
    ways: dict[str, list[Point]] = {}
    for shape in root.iter(f"{DI}BPMNShape", f"{DI}BPMNEdge"):
        element = shape.get("bpmnElement", "")
        if (box := _box(shape)) is not None:
            boxes[element] = box
        label = shape.find(f"{DI}BPMNLabel")
        if label is not None and (box := _box(label)) is not None:
            labels[element] = box
        points = shape.findall(f"{DD}waypoint")
        if len(points) > 1:
            ways[element] = [(float(p.get("x", "0")), float(p.get("y", "0"))) for p in points]
    nodes = {node.id for node in definition.nodes}
    if not nodes <= boxes.keys() or not {flow.id for flow in definition.flows} <= ways.keys():
        return None
    names = {
        lane.get("id", ""): lane_label(" ".join(nfc(lane.get("name", "")).split()))
        for lane in root.iter(f"{BPMN}lane")
    }
    return Layout(
        boxes={node: boxes[node] for node in nodes},
        ways={flow.id: ways[flow.id] for flow in definition.flows},
        lanes=[Lane(name, boxes[key]) for key, name in names.items() if key in boxes],
        labels={key: box for key, box in labels.items() if key in nodes or key in ways},
    )


_SIZES = {"step": (120, 80), **dict.fromkeys(GATEWAYS, (50, 50))}
_EVENT = (36, 36)
_COLUMN, _ROW, _HEADER = 170, 140, 40


def arrange(definition: Definition) -> Layout:
    """A plain layout: a column for each step away from the start, a lane for each role."""
    column = _columns(definition)
    rows = _rows(definition, column)
    boxes: dict[str, Box] = {}
    for node in definition.nodes:
        if node.type == "boundary":
            continue
        width, height = _SIZES.get(node.type, _EVENT)
        x = _HEADER + 80 + column[node.id] * _COLUMN
        y = _ROW / 2 + rows[node.id] * _ROW
        boxes[node.id] = Box(x - width / 2, y - height / 2, width, height)
    for node in definition.nodes:
        if node.type == "boundary":
            host = boxes[node.attached_to]
            place = [timer.id for timer in definition.timers_on(node.attached_to)].index(node.id)
            boxes[node.id] = Box(
                host.x + host.width - 30 - 44 * place, host.y + host.height - 18, *_EVENT
            )
    ways = {
        flow.id: _way(boxes[flow.source], boxes[flow.target], _ROW) for flow in definition.flows
    }
    width = (max(column.values()) + 1) * _COLUMN + _HEADER
    lanes = [
        Lane(lane_label(role) or "Chưa có vai trò", Box(0, first * _ROW, width, count * _ROW))
        for role, first, count in _bands(definition, rows)
    ]
    return Layout(boxes, ways, lanes)


def _columns(definition: Definition) -> dict[str, int]:
    """How many elements lie between the start and each node, on the shortest way."""
    column = {node.id: 0 for node in definition.nodes if node.type == "start"}
    waiting = list(column)
    while waiting:
        here = waiting.pop(0)
        timers = [timer.id for timer in definition.timers_on(here)]
        for timer in timers:
            column.setdefault(timer, column[here])
        for source in [here, *timers]:
            for flow in definition.outgoing(source):
                if flow.target not in column:
                    column[flow.target] = column[source] + 1
                    waiting.append(flow.target)
    return {node.id: column.get(node.id, 0) for node in definition.nodes}


def _role(definition: Definition, node: Node) -> str:
    """The role whose lane a node lies in: its own, or that of the nearest step before it."""
    seen: set[str] = set()
    current: Node | None = node
    while current is not None and current.id not in seen:
        seen.add(current.id)
        if current.step is not None:
            return current.step.role
        before = definition.incoming(current.id)
        current = definition.node(before[0].source) if before else None
        if current is not None and current.type == "boundary":
            current = definition.node(current.attached_to)
    return next((step.role for _, step in definition.steps()), "")


def _rows(definition: Definition, column: dict[str, int]) -> dict[str, int]:
    """The row of each node: within its role's lane, one more for each node of the same column."""
    roles = list(dict.fromkeys(_role(definition, node) for node in definition.nodes))
    placed: dict[str, tuple[int, int]] = {}
    taken: dict[tuple[int, int], int] = {}
    for node in definition.nodes:
        lane = roles.index(_role(definition, node))
        cell = (lane, column[node.id])
        if node.type != "boundary":
            taken[cell] = taken.get(cell, 0) + 1
        placed[node.id] = (lane, max(taken.get(cell, 1), 1) - 1)
    heights = [
        max((count for (lane, _), count in taken.items() if lane == index), default=1)
        for index in range(len(roles))
    ]
    return {node: sum(heights[:lane]) + offset for node, (lane, offset) in placed.items()}


def _bands(definition: Definition, rows: dict[str, int]) -> list[tuple[str, int, int]]:
    """Each role with the first row of its lane and how many rows it has."""
    bands: dict[str, list[int]] = {}
    for node in definition.nodes:
        bands.setdefault(_role(definition, node), []).append(rows[node.id])
    return [(role, min(of), max(of) - min(of) + 1) for role, of in bands.items()]


def _way(source: Box, target: Box, row: float) -> list[Point]:
    (x1, y1), (x2, y2) = source.centre, target.centre
    right, left = source.x + source.width, target.x
    if left > right:
        middle = left - 18
        return _straight([(right, y1), (middle, y1), (middle, y2), (left, y2)])
    below = max(y1, y2) + row / 2 - 8
    return [
        (x1, source.y + source.height),
        (x1, below),
        (x2, below),
        (x2, target.y + target.height),
    ]


def _straight(points: list[Point]) -> list[Point]:
    kept = [points[0]]
    kept += [after for before, after in pairwise(points) if after != before]
    return kept
