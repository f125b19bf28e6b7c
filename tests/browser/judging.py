"""What every page of the house is held to, whoever comes to it and however wide their window."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
NARROW, WIDE = 320, 1280
AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_SHAPE = """() => {
  const shape = e => {
    const own = [e.tagName, e.className.baseVal ?? e.className, e.id.replace(/\\d+/g, ''),
                 ...['role', 'type', 'name', 'aria-label', 'aria-current', 'aria-invalid', 'open']
                 .map(name => (e.getAttribute(name) ?? '').replace(/\\d+/g, ''))].join(' ');
    const empty = e.textContent.trim() ? '' : ' empty';
    const inner = e instanceof SVGElement ? [] : [...new Set([...e.children].map(shape))];
    return own + empty + '(' + inner.join(',') + ')';
  };
  return document.documentElement.lang + document.documentElement.className + shape(document.body);
}"""

_RUN = """async tags => (await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes:
  ['violations'], preload: false})).violations.map(v => v.id + ': ' + v.help + '\\n    ' +
  v.nodes.slice(0, 4).map(n => n.html.slice(0, 200) + '  ' +
  n.any.concat(n.all, n.none).map(c => c.message).join('; ')).join('\\n    '))"""

_WIDER_THAN_THE_WINDOW = """() => {
  const room = document.documentElement.clientWidth, found = [];
  if (document.documentElement.scrollWidth <= room) return found;
  for (const e of document.querySelectorAll('body *')) {
    const box = e.getBoundingClientRect();
    if (box.right > room + 1 && box.width && getComputedStyle(e).position !== 'absolute'
        && !e.closest('.table-scroll, .picture'))
      found.push(e.tagName + '.' + e.className + ' to ' + Math.round(box.right) + ': ' +
                 e.textContent.trim().slice(0, 60));
  }
  return found.slice(-6).concat(['the page is ' + document.documentElement.scrollWidth]);
}"""


@dataclass
class Judge:
    """Looks at pages; `findings` are what is wrong with them, `seen` how many it has looked at.
    Every page must fit its window; axe looks at each shape of page once for each width: a longer
    list or other words of the same kind are no new shape."""

    known: set[tuple[int, bytes]] = field(default_factory=set)
    findings: list[str] = field(default_factory=list)
    seen: int = 0

    def look(self, page: Page) -> None:
        """Judge the page as it stands in its window."""
        width = page.viewport_size["width"] if page.viewport_size else 0
        where = f"{page.url} at {width} px"
        self.findings += [f"{where}: {wide}" for wide in page.evaluate(_WIDER_THAN_THE_WINDOW)]
        self.seen += 1
        one = (width, hashlib.sha256(page.evaluate(_SHAPE).encode()).digest())
        if one in self.known:
            return
        self.known.add(one)
        if not page.evaluate("!!window.axe"):
            page.evaluate(AXE)  # not a script of the page: its content security policy stands
        barriers = page.evaluate(_RUN, list(TAGS))
        self.findings += [f"{where}: {barrier}" for barrier in barriers]

    def verdict(self) -> str:
        """All findings as text; empty when there is nothing to say."""
        return "\n".join(dict.fromkeys(self.findings))
