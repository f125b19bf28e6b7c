"""The diagram of a list of steps: every element has a column of its own, so that a way that leaps
rises in the free column of its source, runs along a track of its own above the lanes and comes
down in the free column of its target. No two lines lie on each other, none runs through a box."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from motcua.processes.lettering import wrapped
from motcua.processes.steplist.model import END, START, StepList

if TYPE_CHECKING:
    from motcua.processes.steplist.writing import Line

_STEP = (130.0, 90.0)
_GATE, _EVENT = 50.0, 36.0
_GAP, _LEFT, _ROW, _TALL, _HEAD = 44.0, 130.0, 150.0, 190.0, 30.0
_TRACK, _LETTERS = 12.0, 14.0
_SIDES = (56.0, -56.0, 50.0, -50.0, 44.0, -44.0, 38.0, -38.0)

Point = tuple[float, float]
Rect = tuple[float, float, float, float]


@dataclass(slots=True)
class _Page:
    boxes: dict[str, Rect] = field(default_factory=dict)
    ways: dict[str, list[Point]] = field(default_factory=dict)
    labels: dict[str, Rect] = field(default_factory=dict)

    def middle(self, node: str) -> Point:
        x, y, width, height = self.boxes[node]
        return x + width / 2, y + height / 2


def diagram(
    given: StepList, flows: Sequence[Line], lanes: Mapping[tuple[str, str], list[str]]
) -> Iterator[str]:
    """The lines of the `BPMNDiagram` element."""
    leaps = [flow for flow in flows if _leaps(given, flow)]
    top = 60.0 + sum(_height(flow) for flow in leaps) + (10 if leaps else 0)
    page, rows = _Page(), {}
    y = top
    for key, nodes in lanes.items():
        rows[key] = (y, _TALL if any(node.startswith("silence.") for node in nodes) else _ROW)
        y += rows[key][1]
    _place(given, lanes, rows, page)
    right = max(x + width for x, _, width, _ in page.boxes.values()) + 60
    for flow in flows:
        if flow not in leaps:
            page.ways[flow.id] = _step_on(page, flow)
    _leap(leaps, page, top)
    yield '  <bpmndi:BPMNDiagram id="diagram">'
    yield f'    <bpmndi:BPMNPlane id="plane" bpmnElement="collaboration_{given.id}">'
    pool = (60.0, top, right - 60, y - top)
    yield from _shape("pool", pool, page, ' isHorizontal="true"')
    for number, (start, height) in enumerate(rows.values(), 1):
        lane = (60 + _HEAD, start, right - 60 - _HEAD, height)
        yield from _shape(f"lane.{number}", lane, page, ' isHorizontal="true"')
    for node, box in page.boxes.items():
        yield from _shape(node, box, page, "")
    for flow in flows:
        yield f'      <bpmndi:BPMNEdge id="{flow.id}_di" bpmnElement="{flow.id}">'
        yield from (f'        <di:waypoint x="{x:g}" y="{y:g}" />' for x, y in page.ways[flow.id])
        yield from _label(flow.id, page)
        yield "      </bpmndi:BPMNEdge>"
    yield "    </bpmndi:BPMNPlane>"
    yield "  </bpmndi:BPMNDiagram>"


def _shape(node: str, box: Rect, page: _Page, more: str) -> Iterator[str]:
    yield f'      <bpmndi:BPMNShape id="{node}_di" bpmnElement="{node}"{more}>'
    yield f"        {_bounds(box)}"
    yield from _label(node, page)
    yield "      </bpmndi:BPMNShape>"


def _label(key: str, page: _Page) -> Iterator[str]:
    if key in page.labels:
        yield "        <bpmndi:BPMNLabel>"
        yield f"          {_bounds(page.labels[key])}"
        yield "        </bpmndi:BPMNLabel>"


def _bounds(box: Rect) -> str:
    x, y, width, height = box
    return f'<dc:Bounds x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" />'


def _order(given: StepList) -> list[str]:
    return [START, *(step.key for step in given.steps), END]


def _leaps(given: StepList, flow: Line) -> bool:
    """Whether a flow leads anywhere but to the element in the next column."""
    order = _order(given)
    if flow.target not in order:
        return False  # to the gateway right behind its step
    source = flow.source.removeprefix("after.")
    return order.index(flow.target) != order.index(source) + 1


def _height(flow: Line) -> float:
    """How much room a track needs: its label above it."""
    return _TRACK + _LETTERS * (len(_words(flow)) if flow.name else 0)


def _words(flow: Line) -> list[str]:
    return wrapped(flow.name, 130, 11)


def _place(
    given: StepList,
    lanes: Mapping[tuple[str, str], list[str]],
    rows: Mapping[tuple[str, str], tuple[float, float]],
    page: _Page,
) -> None:
    middle = {node: rows[key][0] + _ROW / 2 for key, nodes in lanes.items() for node in nodes}
    known = set(middle)
    x = _LEFT + 40
    for node in _order(given):
        width, height = (_EVENT, _EVENT) if node in (START, END) else _STEP
        page.boxes[node] = (x, middle[node] - height / 2, width, height)
        if node in (START, END):
            page.labels[node] = (x - 27, middle[node] + 22, 90, 28)
        x += width + _GAP
        if (timer := f"silence.{node}") in known:
            left, bottom = x - _GAP - 50, middle[node] + _STEP[1] / 2
            page.boxes[timer] = (left, bottom - 18, _EVENT, _EVENT)
            page.labels[timer] = (left - 47, bottom + 22, 130, 28)
        if (gate := f"after.{node}") in known:
            page.boxes[gate] = (x, middle[node] - _GATE / 2, _GATE, _GATE)
            x += _GATE + _GAP


def _step_on(page: _Page, flow: Line) -> list[Point]:
    """To the next column: straight, or down (up) halfway when the lane changes. From a timer
    along the lower edge of its step and up into the gateway."""
    (x1, y1), (x2, y2) = page.middle(flow.source), page.middle(flow.target)
    if flow.source.startswith("silence."):
        box = page.boxes[flow.target]
        return [(x1 + _EVENT / 2, y1), (x2, y1), (x2, box[1] + box[3])]
    right = page.boxes[flow.source][0] + page.boxes[flow.source][2]
    left = page.boxes[flow.target][0]
    if y1 == y2:
        return [(right, y1), (left, y2)]
    between = (right + left) / 2
    return [(right, y1), (between, y1), (between, y2), (left, y2)]


def _leap(leaps: Sequence[Line], page: _Page, top: float) -> None:
    """Ways above the lanes. The order keeps lines of one source from crossing each other."""
    used: dict[str, int] = {}
    ends: dict[str, tuple[Point, Point]] = {}
    for flow in leaps:
        ends[flow.id] = (_port(flow.source, page, used), _port(flow.target, page, used))
    track = top - 14
    for flow in sorted(leaps, key=lambda flow: _nearness(ends[flow.id])):
        (x1, y1), (x2, y2) = ends[flow.id]
        page.ways[flow.id] = [(x1, y1), (x1, track), (x2, track), (x2, y2)]
        track -= _height(flow)
    for flow in leaps:
        if flow.name:
            page.labels[flow.id] = _written(flow, page, leaps)


def _nearness(ends: tuple[Point, Point]) -> tuple[float, float]:
    (x1, _), (x2, _) = ends
    return abs(x1 - x2), x1


def _port(node: str, page: _Page, used: dict[str, int]) -> Point:
    """The next free place on the upper edge of an element."""
    number = used.get(node, 0)
    used[node] = number + 1
    x, y, width, _ = page.boxes[node]
    middle = x + width / 2
    if node.startswith("after."):
        aside = (0.0, 8.0, -8.0, 16.0, -16.0, 20.0, -20.0, 12.0, -12.0)[number % 9]
        return middle + aside, y + abs(aside)
    if node in (START, END):
        aside = (0.0, 6.0, -6.0, 12.0, -12.0, 9.0, -9.0, 3.0, -3.0, 15.0, -15.0)[number % 11]
        return middle + aside, y + _EVENT / 2 - (324 - aside * aside) ** 0.5
    spare = 32 - 4.0 * (number - len(_SIDES))  # a step that ever more ways lead back to
    return middle + (_SIDES[number] if number < len(_SIDES) else spare), y


def _written(flow: Line, page: _Page, leaps: Sequence[Line]) -> Rect:
    """Where the name of a leap stands: above its track, as near to its source as no line that
    rises past the track would run through it."""
    (x1, _), (_, track), (x2, _), _ = page.ways[flow.id]
    words = _words(flow)
    height = _LETTERS * len(words)
    rising = [
        (x, min(a[1], b[1]))
        for other in leaps
        for a, b in (page.ways[other.id][:2], page.ways[other.id][2:])
        for x in (a[0],)
    ]
    step = 10.0 if x2 > x1 else -10.0
    first = x1 + 8 if x2 > x1 else x1 - 138
    for number in range(60):
        left = first + number * step
        if not min(x1, x2) <= left + 65 <= max(x1, x2):
            break
        if not any(left - 4 < x < left + 134 and high < track for x, high in rising):
            return left, track - height - 2, 130, height
    return first, track - height - 2, 130, height
