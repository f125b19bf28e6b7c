"""Text in a drawing: breaking Vietnamese names into lines by their width, since SVG does not."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from xml.sax.saxutils import escape

_NARROW, _WIDE = set("iljtfrI.,:;'|()[]!- "), set("mwMWĐQOGNHU%—–")


@dataclass(frozen=True, slots=True)
class Text:
    """Lines around a middle height. `anchor` is SVG's text-anchor; `halo` draws a rim of paper
    around the letters so that lines beneath do not cross them."""

    lines: list[str]
    x: float
    y: float
    size: float = 12
    colour: str = "#1f2933"
    weight: str = "400"
    anchor: str = "middle"
    halo: bool = False
    name: str = "process-label"


def width(line: str, size: float) -> float:
    """About how wide a line is in a common sans-serif, in pixels; a little too wide rather than
    too narrow."""
    total = 0.0
    for letter in unicodedata.normalize("NFD", line):
        if unicodedata.combining(letter):
            continue
        if letter in _NARROW:
            total += 0.34
        elif letter in _WIDE or letter.isupper():
            total += 0.78
        else:
            total += 0.57
    return total * size


def wrapped(line: str, limit: float, size: float) -> list[str]:
    """The line broken at spaces so that each part is at most `limit` pixels wide; one word that
    is wider gets an ellipsis."""
    lines: list[str] = []
    for word in line.split():
        if lines and width(f"{lines[-1]} {word}", size) <= limit:
            lines[-1] += f" {word}"
        else:
            lines.append(_cut(word, limit, size))
    return lines or [""]


def _cut(word: str, limit: float, size: float) -> str:
    if width(word, size) <= limit:
        return word
    while word and width(word + "…", size) > limit:
        word = word[:-1]
    return word + "…"


def text(drawn: Text) -> str:
    """An SVG text element."""
    step = drawn.size * 1.25
    first = drawn.y - step * (len(drawn.lines) - 1) / 2 + drawn.size * 0.36
    halo = ' stroke="#ffffff" stroke-width="3" paint-order="stroke"' if drawn.halo else ""
    lines = "".join(
        f'<tspan x="{drawn.x:g}" y="{first + step * index:.1f}">{escape(line)}</tspan>'
        for index, line in enumerate(drawn.lines)
    )
    return (
        f'<text class="{drawn.name}" text-anchor="{drawn.anchor}" font-size="{drawn.size:g}"'
        f' font-weight="{drawn.weight}" fill="{drawn.colour}"{halo}>{lines}</text>'
    )
