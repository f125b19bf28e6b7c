"""The table's size and what it says, as docs/security.md tells it.

`python -m tests.authorisation.summary` writes the section anew; a test says when it is not current.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from .table import METHODS, table

SECURITY = Path(__file__).resolve().parents[2] / "docs" / "security.md"
BEGIN, END = "<!-- begin: authorisation matrix -->", "<!-- end: authorisation matrix -->"
CLOSED_TO = ("anonymous", "applicant", "holder")
"""Who is sent along with every method that a route does not answer."""

_MEANS = {
    "shown": "opened",
    "listed": "opened, shows the object",
    "unlisted": "opened, does not show the object",
    "done": "done",
    "refused": "refused in words, nothing written",
    "hidden": "not found, as if it did not exist",
    "sign-in": "led to sign-in",
}


def section() -> str:
    """The text between the marks."""
    told = table()
    cells = list(told.cells())
    found = Counter(_MEANS.get(cell.expected, "refused with a status") for cell in cells)
    known = {line.route for line in told.lines}
    closed = sum(len(METHODS) - len(told.methods(route)) for route in known) * len(CLOSED_TO)
    asked = {(line.route, line.query, method) for line in told.lines for method in line.rules}
    rows = [f"| {what} | {count} |" for what, count in sorted(found.items(), key=lambda p: -p[1])]
    return "\n".join(
        [
            f"{len(known)} routes, {len(asked)} requests on them, {len(told.actors)} kinds of"
            f" people and programs: **{len(cells)} questions**, every one really asked, every"
            f" answer as the table says. {closed} more requests use a method that the route does"
            " not answer, and none is answered.",
            "",
            "| answer | questions |",
            "| --- | ---: |",
            *rows,
        ]
    )


def current() -> str:
    """What docs/security.md says now."""
    text = SECURITY.read_text(encoding="utf-8")
    return text.partition(BEGIN)[2].partition(END)[0].strip()


def write() -> None:
    text = SECURITY.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    after = rest.partition(END)[2]
    SECURITY.write_text(f"{before}{BEGIN}\n\n{section()}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    write()
