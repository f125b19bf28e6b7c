"""From a browser's form to answers, without JavaScript and without losing what was typed.

Inputs are named by the path of the answer: `full_name`; `birth_date.day`, `.month`, `.year` (or
`birth_date` alone, as 2026-11-22 or 22/11/2026); `home.province`, `.commune`, `.commune_text`,
`.detail`; `members.0.full_name`. Lines of a group are numbered; gaps close up. The buttons
`add=members` and `remove=members.1` change the lines; the page is then shown again, without judging
it. What cannot be read stays as it was typed, and `validate` says what is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any, Protocol

from motcua.forms.definition import MOST_ITEMS, Field
from motcua.forms.engine import CompiledForm, UnknownTopic

ADD = "add"
REMOVE = "remove"
SHOWN = "_shown"
DISPUTED = "_disputed"
HOW = "_how"

LONGEST = 40_000
MOST_CHOICES = 200

FindCommune = Callable[[str, str], "str | None"]
"""Province code and the words typed for a commune to its code, None where it is not one commune."""

_GROUPED = re.compile(r"-?\d{1,3}([. ]\d{3})+")
_WHOLE = re.compile(r"-?\d{1,18}")
_DECIMAL = re.compile(r"-?\d{1,15}[.,]\d{1,9}")
_GROUPED_DECIMAL = re.compile(r"-?\d{1,3}([. ]\d{3})+,\d{1,9}")
_SLASHED = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_LINE = re.compile(r"\d{1,3}")
_CURRENCY = re.compile(r"\s*(đồng|đ|vnd|vnđ)\.?$", re.IGNORECASE)


class Post(Protocol):
    """What a QueryDict offers of use here."""

    def get(self, key: str, default: Any = ..., /) -> Any: ...
    def getlist(self, key: str) -> list[Any]: ...
    def __iter__(self) -> Any: ...


def from_post(
    compiled: CompiledForm,
    topic_key: str,
    post: Post,
    *,
    find_commune: FindCommune | None = None,
    locked: Collection[str] = (),
) -> dict[str, Any]:
    """The answers of one topic: every answerable field of it, None where nothing was answered, so
    that `{**answers, **from_post(...)}` replaces the topic. `locked` fields are left alone, and so
    is what the page did not show: an answer of a register waits there for its question.

    Raises `UnknownTopic`. Never raises for what a browser, or someone posing as one, sends.
    """
    for topic in compiled.definition.topics:
        if topic.key == topic_key:
            break
    else:
        raise UnknownTopic(topic_key)
    shown = set(post.getlist(SHOWN)[:1000])
    asked = [key for key in topic.fields if key not in locked and (not shown or key in shown)]
    fields = [compiled.definition.fields[key] for key in asked]
    reader = _Reader(post, find_commune)
    return {one.key: reader.answer(one, one.key) for one in fields if one.answerable}


def newly_visible(
    compiled: CompiledForm, topic_key: str, post: Post, answers: Mapping[str, Any]
) -> list[str]:
    """Fields of the topic that the answers in this post have made visible and that were not on the
    page: without JavaScript the page is shown once more for them, without complaint.

    Pages say what they show in hidden inputs `_shown`; a page that says nothing shows everything.
    """
    shown = set(post.getlist(SHOWN)[:1000])
    if not shown:
        return []
    topic = next(t for t in compiled.definition.topics if t.key == topic_key)
    visible = compiled.state(answers).visible
    return [
        key
        for key in topic.fields
        if key in visible and key not in shown and compiled.definition.fields[key].answerable
    ]


def disputed(compiled: CompiledForm, topic_key: str, post: Post) -> frozenset[str]:
    """Prefilled fields of the topic of which the person says that the register is wrong."""
    topic = next(t for t in compiled.definition.topics if t.key == topic_key)
    sourced = compiled.sources()
    said = set(post.getlist(DISPUTED)[:1000])
    return frozenset(key for key in topic.fields if key in said and key in sourced)


def how_wrong(post: Post, keys: Collection[str]) -> dict[str, str]:
    """In what way the person says that the register is wrong, by field."""
    return {key: _last(post, f"{HOW}.{key}") for key in keys}


def changed_lines(post: Post) -> bool:
    """Whether a button that adds or removes a line of a group was pressed."""
    return bool(_last(post, ADD) or _last(post, REMOVE))


def _last(post: Post, name: str) -> str:
    value = post.get(name)
    return value[:LONGEST] if isinstance(value, str) else ""


class _Reader:
    """Reads the fields of one post."""

    def __init__(self, post: Post, find_commune: FindCommune | None) -> None:
        self.post = post
        self.find_commune = find_commune
        self.names = [name for name in post if isinstance(name, str)]
        self.added = _last(post, ADD)
        self.removed = _last(post, REMOVE)

    def answer(self, one: Field, path: str) -> Any:
        if one.type == "group":
            return self._group(one, path)
        if one.type == "date":
            return self._date(path)
        if one.type == "address":
            return self._address(path)
        if one.type == "several":
            chosen = [v for v in self.post.getlist(path)[:MOST_CHOICES] if isinstance(v, str) and v]
            return chosen or None
        typed = _last(self.post, path)
        if one.type in ("number", "money"):
            return number(typed)
        if one.type == "yes_no":
            return {"co": True, "khong": False}.get(typed, typed or None)
        if one.type == "consent":
            return True if typed == "co" else None
        return typed or None

    def _date(self, path: str) -> Any:
        parts = {name: _last(self.post, f"{path}.{name}").strip() for name in _DATE_PARTS}
        if any(parts.values()):
            return day(parts)
        typed = _last(self.post, path).strip()
        slashed = _SLASHED.fullmatch(typed)
        if slashed:
            return day({"day": slashed[1], "month": slashed[2], "year": slashed[3]})
        return typed or None

    def _address(self, path: str) -> Any:
        parts = {name: _last(self.post, f"{path}.{name}") for name in _ADDRESS_PARTS}
        typed = parts["commune_text"].strip()
        if typed and self.find_commune is not None:
            found = self.find_commune(parts["province"], typed[:200])
            if found:
                parts["commune"], parts["commune_text"] = found, ""
            else:
                parts["commune"] = ""
        elif typed and parts["commune"]:
            parts["commune_text"] = ""
        return {name: part for name, part in parts.items() if part.strip()} or None

    def _group(self, one: Field, path: str) -> Any:
        start = path + "."
        numbers: set[int] = set()
        for name in self.names:
            if name.startswith(start):
                line = name[len(start) :].partition(".")[0]
                if _LINE.fullmatch(line):
                    numbers.add(int(line))
        lines = []
        for line_number in sorted(numbers)[: 2 * MOST_ITEMS]:
            answers = {
                member.key: self.answer(member, f"{path}.{line_number}.{member.key}")
                for member in one.fields
                if member.answerable
            }
            lines.append({key: value for key, value in answers.items() if value is not None})
            if self.removed == f"{path}.{line_number}":
                lines.pop()
        if self.added == path and len(lines) < one.max_items:
            lines.append({})
        return lines or None


_DATE_PARTS = ("day", "month", "year")
_ADDRESS_PARTS = ("province", "commune", "commune_text", "detail")


def day(parts: Mapping[str, str]) -> str | dict[str, str]:
    """The date of three inputs as 2026-11-22, or the parts as typed where they are no date."""
    try:
        if all(part.isascii() and part.isdecimal() for part in parts.values()):
            return date(int(parts["year"]), int(parts["month"]), int(parts["day"])).isoformat()
    except (ValueError, OverflowError):
        pass
    return dict(parts)


def number(typed: str) -> int | float | str | None:
    """A number as people write it here: `1.500`, `1 500`, `12,5`, `150.000 đ`. What is no number
    stays as it was typed. A single point not before three digits is read as a decimal point."""
    bare = _CURRENCY.sub("", typed.strip())
    if not bare:
        return typed.strip() or None
    if _GROUPED.fullmatch(bare):
        return int(re.sub(r"[. ]", "", bare))
    if _WHOLE.fullmatch(bare) and bare.isascii():
        return int(bare)
    if _GROUPED_DECIMAL.fullmatch(bare):
        return float(re.sub(r"[. ]", "", bare).replace(",", "."))
    if _DECIMAL.fullmatch(bare):
        return float(bare.replace(",", "."))
    return typed
