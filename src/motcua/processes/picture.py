"""The picture of a process as our own SVG, with where a subject is and who did what when.

Only presentation attributes and classes, no styles and no scripts, so that it may stand in a page
with a strict content-security policy; a page's own CSS may recolour it by the `process-…` classes.
What colour says, a sign and words say too. The picture has its natural size: on a narrow screen
the page lets it scroll inside its frame, and `outline` says the same as a list.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from xml.sax.saxutils import escape

from motcua.foundation import clock
from motcua.processes import queries
from motcua.processes.definition import GATEWAYS, Definition, Flow, Node
from motcua.processes.engine import compiled
from motcua.processes.layout import Box, Layout, Point, lay_out
from motcua.processes.lettering import Text, text, wrapped
from motcua.processes.models import ProcessVersion
from motcua.processes.story import Passage, outline, passed

__all__ = ["outline", "svg"]

INK, QUIET, PAPER, BAND = "#1f2933", "#52606d", "#ffffff", "#f2f5f8"
DONE_INK, DONE_PAPER = "#1a6b3c", "#eaf6ee"
NOW_INK, NOW_PAPER = "#8a1c1c", "#fff3e6"
LAPSED_INK, LAPSED_PAPER = "#5b4a00", "#fdf8e1"

_COLOURS = {
    "done": (DONE_INK, DONE_PAPER),
    "now": (NOW_INK, NOW_PAPER),
    "lapsed": (LAPSED_INK, LAPSED_PAPER),
    "stopped": (LAPSED_INK, LAPSED_PAPER),
}


def svg(version_id: int, subject: int | None = None) -> str:
    """The picture; with a subject, that of the version it runs (an agency may have its own),
    marked with how far it has come. Raises `ProcessVersion.DoesNotExist`."""
    items = [] if subject is None else queries.history(subject)
    passages = passed(items)
    if items:
        version_id = items[0].instance.version_id
    layout, name = _layout(version_id)
    key = f"process-{version_id}-{subject or 0}"
    return _drawn(compiled(version_id).definition, layout, name, passages, key)


def sketch(bpmn_text: str, definition: Definition) -> str:
    """The picture of a process that is not published. Raises `BadProcess`."""
    return _drawn(definition, lay_out(bpmn_text, definition), definition.name, [], "process-draft")


def _drawn(
    definition: Definition, layout: Layout, name: str, passages: list[Passage], key: str
) -> str:
    latest: dict[str, Passage] = {}
    for passage in passages:  # of several who do a step, one who has not answered says where it is
        if passage.step not in latest or latest[passage.step].standing != "now":
            latest[passage.step] = passage
    frame = layout.extent()
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="process-picture" role="img"'
        f' aria-labelledby="{key}-title {key}-desc" width="{frame.width:g}"'
        f' height="{frame.height:g}"'
        f' viewBox="{frame.x:g} {frame.y:g} {frame.width:g} {frame.height:g}"'
        ' font-family="inherit" font-size="12">',
        f'<title id="{key}-title">Quy trình: {escape(name)}</title>',
        f'<desc id="{key}-desc">{escape(_description(definition, passages))}</desc>',
        *_lanes(layout),
        *(part for flow in definition.flows for part in _flow(flow, layout)),
        *(
            part
            for node in sorted(definition.nodes, key=lambda node: node.type == "boundary")
            for part in (
                _node(node, layout)
                if node.step is None
                else _step(node, layout, latest.get(node.id), bool(definition.timers_on(node.id)))
            )
        ),
        "</svg>",
    ]
    return "\n".join(parts)


@lru_cache(maxsize=256)
def _layout(version_id: int) -> tuple[Layout, str]:
    version = ProcessVersion.objects.only("bpmn", "name").get(pk=version_id)
    return lay_out(version.bpmn, compiled(version_id).definition), version.name


def _description(definition: Definition, passages: list[Passage]) -> str:
    names = [node.name for node, _ in definition.steps()]
    said = f"Quy trình gồm {len(names)} bước: {'; '.join(names)}."
    now = [passage.name for passage in passages if passage.standing == "now"]
    if now:
        said += f" Hồ sơ đang ở bước: {'; '.join(now)}."
    elif passages:
        said += " Không còn bước nào đang chờ xử lý."
    return said


def _lanes(layout: Layout) -> Iterator[str]:
    for index, lane in enumerate(layout.lanes):
        box = lane.box
        fill = PAPER if index % 2 else BAND
        yield (
            f'<rect class="process-lane" {_rect(box)} fill="{fill}" stroke="#9aa5b1"'
            ' stroke-width="1"/>'
        )
        x, y = box.x + 16, box.y + box.height / 2
        lines = wrapped(lane.name, box.height - 12, 12)[:2]
        yield (
            f'<g transform="rotate(-90 {x:g} {y:g})">'
            + text(Text(lines, x, y, colour=QUIET, weight="600", name="process-lane-name"))
            + "</g>"
        )


def _flow(flow: Flow, layout: Layout) -> Iterator[str]:
    way = layout.ways[flow.id]
    points = " ".join(f"{x:g},{y:g}" for x, y in way)
    yield (
        f'<polyline class="process-flow" points="{points}" fill="none" stroke="{QUIET}"'
        ' stroke-width="1.5"/>'
    )
    yield f'<polygon class="process-arrow" points="{_arrow(way)}" fill="{QUIET}"/>'
    if flow.name:
        label = layout.labels.get(flow.id)
        x, y = (label.x, label.y + label.height / 2) if label is not None else _beside(way)
        yield text(
            Text(wrapped(flow.name, 130, 11), x, y, 11, QUIET, anchor="start", halo=True),
        )


def _arrow(way: list[Point]) -> str:
    """A small triangle at the end of the way."""
    (x1, y1), (x2, y2) = next(
        (a, b) for a, b in reversed(list(pairwise(way))) if a != b or len(way) == 2
    )
    length = max(((x2 - x1) ** 2 + (y2 - y1) ** 2) ** 0.5, 1)
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    bx, by = x2 - 9 * dx, y2 - 9 * dy
    corners = [(x2, y2), (bx - 4.5 * dy, by + 4.5 * dx), (bx + 4.5 * dy, by - 4.5 * dx)]
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in corners)


def _beside(way: list[Point]) -> Point:
    (x1, y1), (x2, y2) = way[0], way[1]
    return (x1 + x2) / 2 + 4, (y1 + y2) / 2 - 8


def _node(node: Node, layout: Layout) -> Iterator[str]:
    """A gateway or an event, with its name beside it."""
    box = layout.boxes[node.id]
    x, y = box.centre
    if node.type in GATEWAYS:
        corners = f"{x:g},{box.y:g} {box.x + box.width:g},{y:g} {x:g},{box.y + box.height:g}"
        yield (
            f'<polygon class="process-gateway" points="{corners} {box.x:g},{y:g}"'
            f' fill="{PAPER}" stroke="{INK}" stroke-width="1.5"/>'
        )
        if node.type == "inclusive":
            circle = f'<circle class="process-sign" cx="{x:g}" cy="{y:g}" r="10"'
            yield f'{circle} fill="none" stroke="{INK}" stroke-width="2.5"/>'
        else:
            yield _cross(x, y, 9 if node.type == "parallel" else 7, node.type == "exclusive")
    else:
        yield from _event(node, box)
    if node.name:
        label = layout.labels.get(node.id)
        below = node.type in ("start", "end", "boundary", "wait")
        limit = 110.0 if label is None else max(label.width, 60)
        if label is not None:
            x, y = label.x + label.width / 2, label.y + label.height / 2
        else:
            y = box.y + box.height + 12 if below else box.y - 10
        yield text(Text(wrapped(node.name, limit, 11), x, y, 11, QUIET, halo=True))


def _cross(x: float, y: float, size: float, diagonal: bool) -> str:
    lines = [(-size, 0, size, 0), (0, -size, 0, size)]
    if diagonal:
        lines = [(-size, -size, size, size), (-size, size, size, -size)]
    path = " ".join(f"M{x + a:g} {y + b:g}L{x + c:g} {y + d:g}" for a, b, c, d in lines)
    return f'<path class="process-sign" d="{path}" stroke="{INK}" stroke-width="2.5"/>'


def _event(node: Node, box: Box) -> Iterator[str]:
    x, y = box.centre
    radius = box.width / 2
    width = 3.5 if node.type == "end" else 1.5
    dashes = "" if node.interrupting else ' stroke-dasharray="4 3"'
    circle = f'<circle class="process-event" cx="{x:g}" cy="{y:g}"'
    yield f'{circle} r="{radius:g}" fill="{PAPER}" stroke="{INK}" stroke-width="{width}"{dashes}/>'
    if node.timer is not None:
        yield f'{circle} r="{radius - 4:g}" fill="none" stroke="{INK}" stroke-width="1"{dashes}/>'
        yield (
            f'<path class="process-sign" d="M{x:g} {y - 9:g}V{y:g}L{x + 6:g} {y + 3:g}"'
            f' fill="none" stroke="{INK}" stroke-width="1.5"/>'
        )


def _step(node: Node, layout: Layout, passage: Passage | None, guarded: bool) -> Iterator[str]:
    """A step: its name and, once somebody met it, who and when, inside the box when they fit
    there (`guarded`: a timer sits on its lower edge), under it otherwise."""
    box = layout.boxes[node.id]
    standing = passage.standing if passage is not None else "ahead"
    ink, paper = _COLOURS.get(standing, (INK, PAPER))
    stroke = 3 if standing == "now" else 1.5
    dashes = ' stroke-dasharray="6 4"' if standing in ("lapsed", "stopped") else ""
    yield f'<g class="process-step is-{standing}" data-step="{escape(node.id)}">'
    yield (
        f'<rect {_rect(box)} rx="8" fill="{paper}" stroke="{ink}" stroke-width="{stroke}"{dashes}/>'
    )
    names = wrapped(node.name, box.width - 14, 12)
    said = [] if passage is None else _said(passage, box.width - 10)
    several = node.step is not None and node.step.several is not None
    room = box.height - (18 if guarded or several else 0) - 8
    inside = 15 * len(names) + 14 * len(said) + 4 <= room
    names = names[: int(room // 15)]
    height = 15 * len(names) + (14 * len(said) + 4 if inside else 0)
    x, top = box.centre[0], box.y + 4 + max(room - height, 0) / 2
    weight = "700" if standing == "now" else "400"
    middle = top + 15 * len(names) / 2
    yield text(Text(names, x, middle, colour=INK, weight=weight, name="process-step-name"))
    if said:
        first = top + 15 * len(names) + 4 if inside else box.y + box.height + 5
        middle = first + 7 * len(said)
        yield text(Text(said, x, middle, 11, ink, halo=not inside, name="process-who"))
    if node.step is not None and node.step.several is not None:
        yield _several(x, box.y + box.height - 12, node.step.several.sequential)
    if node.tag == "serviceTask":
        yield text(Text(["⚙"], box.x + 12, box.y + 12, 13, QUIET))
    if passage is not None:
        yield from _mark(box, passage, ink)
    yield "</g>"


def _several(x: float, y: float, sequential: bool) -> str:
    """BPMN's sign of a step that several do: three bars, lying when one does it after another."""
    bars = [f"M{x - 5:g} {y + d:g}h10" for d in (-4, 0, 4)]
    if not sequential:
        bars = [f"M{x + d:g} {y - 5:g}v10" for d in (-4, 0, 4)]
    return f'<path class="process-sign" d="{" ".join(bars)}" stroke="{INK}" stroke-width="2"/>'


def _said(passage: Passage, limit: float) -> list[str]:
    """Who and when, each on a line of its own."""
    said = [passage.who] if passage.who else []
    if passage.standing in ("lapsed", "stopped"):
        said = [passage.words]
    if passage.times > 1:
        said.append(f"lần {passage.times}")
    if passage.at is not None:
        moment = clock.local(passage.at).strftime("%H:%M %d/%m/%Y")
        said.append(f"từ {moment}" if passage.standing == "now" else moment)
    if len(said) == 3:
        said[:2] = [f"{said[0]} ({said[1]})"]
    return [wrapped(line, limit, 11)[0] for line in said]


def _mark(box: Box, passage: Passage, ink: str) -> Iterator[str]:
    """The sign of what happened to a step."""
    right, top = box.x + box.width, box.y
    if passage.standing == "now":
        width = 92
        x = box.x + (box.width - width) / 2
        yield (
            f'<rect class="process-here" x="{x:g}" y="{top - 20:g}" width="{width}" height="20"'
            f' rx="10" fill="{ink}"/>'
        )
        yield text(Text(["▼ đang ở đây"], box.centre[0], top - 10, 11, PAPER, weight="700"))
        return
    sign = {"done": "✓", "lapsed": "⏱", "stopped": "×"}[passage.standing]
    yield f'<circle cx="{right - 4:g}" cy="{top + 4:g}" r="10" fill="{ink}"/>'
    yield text(Text([sign], right - 4, top + 4, 13, PAPER, weight="700"))


def _rect(box: Box) -> str:
    return f'x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}"'
