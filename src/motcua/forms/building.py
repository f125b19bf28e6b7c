"""Changing the definition of a form by one step: what an administrator does on pages. Pure.

Every step takes a definition as JSON and gives another, which has been read and whose conditions
have been compiled: unknown names, circles and slips are refused at the step that brings them in,
with their place. So a form being written is at every moment one that could be drawn.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from motcua.forms import library
from motcua.forms.analysis import Finding, findings
from motcua.forms.definition import RESERVED, BadDefinition, Definition, Field, parse
from motcua.foundation import text

Raw = dict[str, Any]

FIRST_PAGE = "Người nộp hồ sơ"
FIRST_FIELD = "applicant_full_name"
LARGEST_FILE = 500_000
"""Bytes of a definition as a file."""

_LAST_STEP = {"up": -1, "down": 1}


def begun(title: str) -> Raw:
    """A new form: one page with the name of who files."""
    return {
        "title": title,
        "topics": [{"key": "page_1", "title": FIRST_PAGE, "fields": [FIRST_FIELD]}],
        "fields": {FIRST_FIELD: library.shared(FIRST_FIELD)},
        "rules": [],
    }


def judged(raw: Mapping[str, Any]) -> tuple[Definition, list[Finding]]:
    """The definition and what is wrong or doubtful in it. Raises `BadDefinition`."""
    definition = parse(raw)
    return definition, findings(definition)


def read_file(content: bytes) -> Raw:
    """A definition from a file. Raises `BadDefinition`: too large, no JSON, or not a form; a form
    has no references, so nothing is ever fetched."""
    if len(content) > LARGEST_FILE:
        raise BadDefinition("tệp", f"lớn quá {LARGEST_FILE // 1000} kB")
    try:
        raw = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadDefinition("tệp", "không phải JSON đọc được") from error
    return _whole(raw)


def put_field(
    raw: Mapping[str, Any], key: str, field: Mapping[str, Any], topic: str, new_page: str = ""
) -> Raw:
    """With the question `key`, new or changed, on the page `topic`; where `new_page` is a title,
    on a new page of that title. Raises `BadDefinition`."""
    changed = _copy(raw)
    there = key in changed["fields"]
    changed["fields"][key] = dict(field)
    if new_page:
        topic = _free("page", {one["key"] for one in changed["topics"]})
        changed["topics"].append({"key": topic, "title": new_page, "fields": []})
    page = next((one for one in changed["topics"] if one["key"] == topic), None)
    if page is None:
        raise BadDefinition("topic", "không có trang này")
    if not there or key not in page["fields"]:
        _take_off(changed, key)
        page["fields"].append(key)
    return _whole(_without_empty_pages(changed))


def add_shared(raw: Mapping[str, Any], key: str, topic: str) -> Raw:
    """With a question of the shared library. Raises `BadDefinition`."""
    if key not in library.SHARED:
        raise BadDefinition("shared", "không có câu hỏi dùng chung này")
    if key in raw["fields"]:
        raise BadDefinition("shared", "biểu mẫu đã có câu hỏi này")
    return put_field(raw, key, library.shared(key), topic)


def remove_field(raw: Mapping[str, Any], key: str) -> Raw:
    """Without the question. Raises `BadDefinition`, also when another one depends on it."""
    changed = _copy(raw)
    if changed["fields"].pop(key, None) is None:
        raise BadDefinition(f"fields.{key[:60]}", "không có câu hỏi này")
    _take_off(changed, key)
    return _whole(_without_empty_pages(changed))


def move_field(raw: Mapping[str, Any], key: str, way: str) -> Raw:
    """With the question one place `up` or `down`, over the edge of a page onto the next one.
    Raises `BadDefinition` for what is no question or no way."""
    changed = _copy(raw)
    step = _LAST_STEP.get(way)
    topics = changed["topics"]
    page = next((n for n, one in enumerate(topics) if key in one["fields"]), None)
    if step is None or page is None:
        raise BadDefinition(f"fields.{key[:60]}", "không di chuyển được")
    fields = topics[page]["fields"]
    at = fields.index(key)
    if 0 <= at + step < len(fields):
        fields[at], fields[at + step] = fields[at + step], fields[at]
    elif 0 <= page + step < len(topics):
        fields.remove(key)
        following = topics[page + step]["fields"]
        following.insert(0 if step > 0 else len(following), key)
    return _whole(_without_empty_pages(changed))


def change_page(raw: Mapping[str, Any], key: str, title: str, intro: str, visible: str) -> Raw:
    """With other words and another condition on the page `key`. Raises `BadDefinition`."""
    changed = _copy(raw)
    page = next((one for one in changed["topics"] if one["key"] == key), None)
    if page is None:
        raise BadDefinition("topic", "không có trang này")
    page["title"] = title
    for name, value in (("intro", intro), ("visible", visible)):
        page.pop(name, None)
        if value:
            page[name] = value
    return _whole(changed)


def add_rule(raw: Mapping[str, Any], when: str, message: str, field: str) -> Raw:
    """With one more rule that must hold. Raises `BadDefinition`."""
    changed = _copy(raw)
    changed.setdefault("rules", []).append({"when": when, "message": message, "field": field})
    return _whole(changed)


def remove_rule(raw: Mapping[str, Any], position: int) -> Raw:
    """Without the rule at `position`. Raises `BadDefinition`."""
    changed = _copy(raw)
    if not 0 <= position < len(changed.get("rules", [])):
        raise BadDefinition("rules", "không có quy tắc này")
    del changed["rules"][position]
    return _whole(changed)


def key_for(raw: Mapping[str, Any], label: str) -> str:
    """A free name for a question of this label: `Có nuôi ong?` gives `co_nuoi_ong`."""
    plain = re.sub(r"[^a-z0-9]+", "_", text.fold(label)).strip("_")[:40].strip("_")
    if not plain or not plain[0].isalpha() or plain in RESERVED:
        plain = f"q_{plain}".strip("_")
    taken = set(raw["fields"])
    for one in raw["fields"].values():
        taken |= set(one.get("fields", {}))
    return plain if plain not in taken else _free(plain, taken)


def condition(raw: Mapping[str, Any], key: str, relation: str, value: str) -> str:
    """“When the answer to `key` is (or `is_not`) `value`”, or `answered`, as CEL. Raises
    `BadDefinition` for a question there is none of and for a value it cannot have."""
    one = raw["fields"].get(key)
    if one is None:
        raise BadDefinition("visible", f"không có câu hỏi “{key[:60]}”")
    if relation == "answered":
        return f"{key} != null"
    literal = _literal(one, value)
    if one["type"] == "several":
        inside = f"{literal} in {key}"
        return inside if relation == "is" else f"{key} != null && !({inside})"
    return f"{key} {'==' if relation == 'is' else '!='} {literal}"


def _literal(one: Mapping[str, Any], value: str) -> str:
    kind = one["type"]
    if kind in ("yes_no", "consent"):
        said = {"có": "true", "true": "true", "không": "false", "false": "false"}
        if value.strip().lower() not in said:
            raise BadDefinition("visible", "câu hỏi có hay không: ghi “có” hoặc “không”")
        return said[value.strip().lower()]
    if kind in ("number", "money"):
        if not re.fullmatch(r"-?\d{1,15}(\.\d{1,6})?", value):
            raise BadDefinition("visible", "phải so với một số")
        return f"{value}.0" if one.get("decimals") and "." not in value else value
    options = one.get("options", [])
    if kind in ("choice", "several") and isinstance(options, list):
        named = {label: known for known, label in options} | {known: known for known, _ in options}
        if value not in named:
            raise BadDefinition("visible", "giá trị không có trong các lựa chọn")
        value = named[value]
    return json.dumps(value, ensure_ascii=False)


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """What `after` has otherwise than `before`, in words, in the order of the form; empty exactly
    when both are read as the same form."""
    return list(_changes(parse(before), parse(after)))


def _changes(old: Definition, new: Definition) -> Iterator[str]:
    if old.title != new.title:
        yield f"Tên biểu mẫu: {old.title} → {new.title}"
    for key, one in new.fields.items():
        if key not in old.fields:
            yield f"Thêm câu hỏi: {one.label}"
        elif old.fields[key] != one:
            was = old.fields[key]
            parts = [words for part, words in PARTS.items() if _differs(part, was, one)]
            yield f"Đổi câu hỏi {was.label}: {', '.join(parts) or 'thiết đặt khác'}"
    yield from (
        f"Bỏ câu hỏi: {one.label}" for key, one in old.fields.items() if key not in new.fields
    )
    if old.topics != new.topics:
        yield "Đổi trang hoặc thứ tự câu hỏi"
    yield from (f"Thêm quy tắc: {r.message}" for r in new.rules if r not in old.rules)
    yield from (f"Bỏ quy tắc: {r.message}" for r in old.rules if r not in new.rules)
    if old.rules != new.rules and set(old.rules) == set(new.rules):
        yield "Đổi thứ tự hoặc số lần của quy tắc"


def _differs(part: str, was: Field, one: Field) -> bool:
    return bool(getattr(was, part) != getattr(one, part))


PARTS = {
    "label": "câu hỏi",
    "type": "kiểu",
    "help": "hướng dẫn",
    "required": "bắt buộc",
    "visible": "điều kiện hiện",
    "options": "lựa chọn",
    "min": "nhỏ nhất",
    "max": "lớn nhất",
    "computed": "công thức",
    "source": "nguồn dữ liệu",
    "fields": "câu hỏi trong nhóm",
}
"""Settings of a question that a difference names."""


def _whole(raw: Any) -> Raw:
    """`raw` when it can be drawn. Raises `BadDefinition`."""
    judged(raw)
    whole: Raw = raw
    return whole


def _copy(raw: Mapping[str, Any]) -> Raw:
    return copy.deepcopy(dict(raw))


def _take_off(raw: Raw, key: str) -> None:
    for one in raw["topics"]:
        one["fields"] = [name for name in one["fields"] if name != key]


def _without_empty_pages(raw: Raw) -> Raw:
    raw["topics"] = [one for one in raw["topics"] if one["fields"]]
    return raw


def _free(beginning: str, taken: set[str]) -> str:
    n = 2
    while f"{beginning}_{n}" in taken:
        n += 1
    return f"{beginning}_{n}"


def _no_number(name: str) -> float:
    raise ValueError(name)
