"""What stands in a page, read as a browser reads it: nothing that runs or dresses from within."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import urlsplit

LEADING = ("href", "src", "action", "formaction", "poster", "data")
SCHEMES = ("", "http", "https", "mailto", "tel", "data")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.wrong: list[str] = []
        self._posting: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name.lower(): value or "" for name, value in attrs}
        data = said.get("type") == "application/ld+json"  # linked data: no browser runs it
        if tag == "style" or (tag == "script" and "src" not in said and not data):
            self.wrong.append(f"<{tag}> in the page")
        if tag in ("object", "embed", "applet", "base"):
            self.wrong.append(f"<{tag}>")
        for name, value in said.items():
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"{name}= on <{tag}>")
            if name in LEADING and urlsplit(value.strip()).scheme.lower() not in SCHEMES:
                self.wrong.append(f"{name}={value[:40]}")
        if tag in ("script", "link") and urlsplit(said.get("src", "")).netloc:
            self.wrong.append(f"<{tag}> of others")
        if tag == "a" and said.get("target") == "_blank" and "noopener" not in said.get("rel", ""):
            self.wrong.append("a new window that knows this one")
        if tag == "form" and said.get("method", "").lower() == "post":
            self._posting.append(said.get("action", ""))
        if tag == "input" and said.get("name") == "csrfmiddlewaretoken" and self._posting:
            self._posting.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._posting:
            self.wrong.append(f"form without a token: {self._posting.pop()}")


def wrong_in(html: str) -> list[str]:
    """What must not stand in the page, in words."""
    page = _Page()
    page.feed(html)
    page.close()
    return page.wrong
