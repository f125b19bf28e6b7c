"""A browser without a screen: keeps cookies, reads pages, fills in forms by what is written on
them, presses buttons by their words. It runs no scripts: every page must work without."""

from __future__ import annotations

import mimetypes
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

import httpx
from lxml import html

Element = html.HtmlElement


class PageError(Exception):
    """The page is not what the person expected: an error status, a refusal, a missing button."""


class ChangedMeanwhile(PageError):
    """Somebody, or the system, did something since the page was opened: look again, then act."""


def words(element: Element) -> str:
    """The visible words of an element, without remarks such as "(không bắt buộc)"."""
    hidden = element.xpath(
        ".//*[contains(@class,'optional') or contains(@class,'visually-hidden')]"
    )
    skipped = {id(node) for part in hidden for node in part.iter()}
    found = []
    for node in element.iter():
        if id(node) not in skipped and isinstance(node.tag, str) and node.text:
            found.append(node.text)
        if node is not element and node.tail and id(node.getparent()) not in skipped:
            found.append(node.tail)
    return " ".join(" ".join(found).split())


def _asks(label: Element, text: str) -> bool:
    """Whether the label puts this question, a unit in brackets after it or not."""
    found = words(label)
    return found == text or (
        found.startswith(f"{text} (") and found.count("(") == 1 + text.count("(")
    )


@dataclass
class Page:
    """One answer of the server, read as HTML."""

    url: str
    status: int
    tree: Element
    body: bytes
    kind: str
    chosen_files: dict[str, list[tuple[str, bytes]]] = field(default_factory=dict)

    @property
    def title(self) -> str:
        return " ".join("".join(self.tree.xpath("//title//text()")).split())

    @property
    def text(self) -> str:
        return " ".join(self.tree.text_content().split())

    @property
    def complaints(self) -> list[str]:
        """What the page says is wrong."""
        found = self.tree.xpath("//*[@role='alert'] | //*[@role='status'][contains(@class,'bad')]")
        return [text for text in (" ".join(e.text_content().split()) for e in found) if text]

    def has(self, text: str) -> bool:
        return text in self.text

    def facts(self) -> dict[str, str]:
        """The definition lists of the page: what is said of what."""
        return {
            words(term): " ".join(term.getnext().text_content().split())
            for term in self.tree.xpath("//dl//dt")
            if term.getnext() is not None
        }

    def link(self, text: str, within: Element | None = None) -> str | None:
        """Where the link with these words leads."""
        for anchor in (self.tree if within is None else within).iter("a"):
            if words(anchor) == text and anchor.get("href"):
                return urljoin(self.url, anchor.get("href"))
        return None

    def button(self, text: str, within: Element | None = None) -> Element | None:
        """The last button with these words that can be pressed."""
        found = [
            button
            for button in (self.tree if within is None else within).iter("button", "input")
            if (button.tag == "button" or button.get("type") == "submit")
            and (words(button) or button.get("value")) == text
            and button.get("disabled") is None
            and button.get("aria-hidden") != "true"
        ]
        return found[-1] if found else None

    # -- answering questions -----------------------------------------------------------------

    def questions(self, text: str, within: Element | None = None) -> list[Element]:
        """The inputs, selects and textareas with this label, the fieldsets with this legend."""
        scope = self.tree if within is None else within
        found = [legend.getparent() for legend in scope.iter("legend") if _asks(legend, text)]
        for label in scope.iter("label"):
            if _asks(label, text) and label.get("for"):
                found += scope.xpath(".//*[@id=$id]", id=label.get("for"))
        return found

    def question(self, text: str, within: Element | None = None) -> Element | None:
        """The first of them, or None when it is not asked."""
        found = self.questions(text, within)
        return found[0] if found else None

    def answer(self, text: str, value: Any, within: Element | None = None) -> bool:
        """Answer a question wherever it is put; False when it is not asked on this page.

        `value`: text; an ISO date for three boxes; the words of an option, or a list of them;
        True or False for a box to tick; a dict of label to value for an address.
        """
        found = self.questions(text, within)
        for place in found:
            if place.tag == "fieldset":
                self._answer_group(place, text, value)
            else:
                self._set(place, value)
        return bool(found)

    def attach(self, text: str, name: str, content: bytes, within: Element | None = None) -> None:
        """Choose a file for the file input with this label."""
        found = self.question(text, within)
        if found is None:
            raise PageError(f"{self.url}: no place for a file {text!r}")
        self.chosen_files.setdefault(found.get("name"), []).append((name, content))

    def _answer_group(self, fieldset: Element, text: str, value: Any) -> None:
        choices = fieldset.xpath("./div[contains(@class,'choice')]")
        if choices:
            wanted = {value} if isinstance(value, str) else set(value)
            for choice in choices:
                label, control = choice.find(".//label"), choice.find(".//input")
                chosen = words(label) in wanted
                wanted.discard(words(label))
                if chosen or control.get("type") == "checkbox":
                    self._set(control, chosen)
            if wanted:
                raise PageError(f"{self.url}: {text!r} has no answer {', '.join(wanted)}")
        elif isinstance(value, str):
            year, month, day = value.split("-")
            for label, part in (("Ngày", day), ("Tháng", month), ("Năm", year)):
                self.answer(label, part, fieldset)
        else:
            for label, part in value.items():
                if not self.answer(label, part, fieldset):
                    raise PageError(f"{self.url}: {text!r} does not ask {label!r}")

    def _set(self, control: Element, value: Any) -> None:
        kind = control.get("type", "text")
        if control.tag == "select":
            options = [o for o in control.iter("option") if words(o) == value]
            if not options:
                raise PageError(f"{self.url}: there is no choice {value!r}")
            control.value = options[0].get("value", words(options[0]))
        elif kind == "radio":
            for other in self.tree.xpath("//input[@type='radio'][@name=$n]", n=control.get("name")):
                other.attrib.pop("checked", None)
            control.set("checked", "checked")
        elif kind == "checkbox":
            control.checked = bool(value)
        elif control.tag == "textarea":
            control.text = str(value)
        else:
            control.set("value", str(value))


class Browser:
    """One person's browser. `who` is for messages."""

    def __init__(self, base: str, who: str) -> None:
        self.who = who
        self.client = httpx.Client(
            base_url=base,
            follow_redirects=True,
            timeout=60,
            headers={"Accept-Language": "vi", "Accept": "text/html"},
        )
        self.page = Page(base, 200, html.document_fromstring("<html></html>"), b"", "")

    def close(self) -> None:
        self.client.close()

    def open(self, url: str, allow: tuple[int, ...] = ()) -> Page:
        """Go to an address."""
        return self._read(self.client.get(url), allow)

    def click(self, text: str) -> Page:
        """Follow the link with these words."""
        target = self.page.link(text)
        if target is None:
            raise PageError(f"{self.who}: {self.page.url} has no link {text!r}")
        return self.open(target)

    def press(
        self, text: str, within: Element | None = None, refusal_is_fine: bool = False
    ) -> Page:
        """Press the button with these words, with what its form holds. A page that comes back
        with a complaint is an error unless `refusal_is_fine`."""
        button = self.page.button(text, within)
        if button is None:
            raise PageError(f"{self.who}: {self.page.url} has no button {text!r}")
        form = button.xpath("ancestor::form")
        if not form:
            raise PageError(f"{self.who}: the button {text!r} belongs to no form")
        return self.submit(form[0], button, refusal_is_fine)

    def submit(self, form: Element, button: Element, refusal_is_fine: bool = False) -> Page:
        """Send `form` as if `button` had been pressed."""
        values = [(name, value) for name, value in form.form_values() if value is not None]
        if button.get("name"):
            values.append((button.get("name"), button.get("value", "")))
        action = button.get("formaction") or form.get("action") or self.page.url
        target = urljoin(self.page.url, action)
        if form.get("method", "get").lower() == "get":
            page = self._read(self.client.get(target, params=values), ())
        else:
            page = self._read(self._post(target, form, values), ())
        if page.complaints and not refusal_is_fine:
            said = "; ".join(page.complaints)
            kind = ChangedMeanwhile if "đã thay đổi từ khi bạn mở" in said else PageError
            raise kind(f"{self.who}: {page.url}: {said}")
        return page

    def download(self, url: str) -> bytes:
        """A file behind a link."""
        response = self.client.get(url)
        if response.status_code != 200:
            raise PageError(f"{self.who}: {url} answers {response.status_code}")
        return response.content

    def wait_for(self, condition: Any, what: str, seconds: float = 60.0) -> Page:
        """Load the page again and again until `condition(page)`."""
        deadline = time.monotonic() + seconds
        while not condition(self.page):
            if time.monotonic() > deadline:
                raise PageError(f"{self.who}: waited {seconds:.0f} s for {what} at {self.page.url}")
            time.sleep(0.2)
            self.open(self.page.url)
        return self.page

    def _post(self, target: str, form: Element, values: list[tuple[str, str]]) -> httpx.Response:
        headers = {"Referer": self.page.url}
        data: dict[str, list[str]] = {}
        for name, value in values:
            data.setdefault(name, []).append(value)
        if form.get("enctype") != "multipart/form-data":
            return self.client.post(target, data=data, headers=headers)
        files = [
            (name, (filename, content, mimetypes.guess_type(filename)[0] or ""))
            for name, chosen in self.page.chosen_files.items()
            for filename, content in chosen
            if form.xpath(".//input[@type='file'][@name=$n]", n=name)
        ]
        return self.client.post(target, data=data, files=files, headers=headers)

    def _read(self, response: httpx.Response, allow: tuple[int, ...]) -> Page:
        kind = response.headers.get("content-type", "")
        body = response.content
        tree = html.document_fromstring(
            body.decode(response.encoding or "utf-8", "replace")
            if body.strip() and "html" in kind
            else "<html></html>"
        )
        self.page = Page(str(response.url), response.status_code, tree, body, kind)
        if response.status_code >= 400 and response.status_code not in allow:
            said = "; ".join(self.page.complaints) or self.page.text[:300]
            raise PageError(f"{self.who}: {response.url} answers {response.status_code}: {said}")
        return self.page
