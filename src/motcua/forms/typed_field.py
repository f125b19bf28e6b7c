"""A question as the inputs of one page, and back. Pure.

What the page does not ask is kept as it stands in the definition (`autocomplete`, and settings of
questions inside a group).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from motcua.forms import building
from motcua.forms.definition import BadDefinition

TYPE_NAMES = {
    "text": "Chữ, một dòng",
    "long_text": "Chữ, nhiều dòng",
    "number": "Số",
    "money": "Số tiền (đồng)",
    "date": "Ngày",
    "choice": "Chọn một",
    "several": "Chọn nhiều",
    "yes_no": "Có hay không",
    "consent": "Cam đoan, đồng ý",
    "person_id": "Số định danh cá nhân",
    "tax_code": "Mã số thuế, mã số doanh nghiệp",
    "phone": "Số điện thoại",
    "email": "Thư điện tử",
    "address": "Địa chỉ (tỉnh, xã, chi tiết)",
    "group": "Nhóm lặp lại",
    "computed": "Tự tính",
    "heading": "Tiêu đề giữa trang",
}
MEMBER = "m"
"""Inputs of the questions of a group: `m0.label`, `m1.type`."""
MOST_MEMBERS = 60
NEW_MEMBERS = 3


@dataclass(frozen=True, slots=True)
class Member:
    """One question of a group as a row of inputs; without a label it is no question."""

    key: str = ""
    type: str = "text"
    label: str = ""
    required: bool = False
    options: str = ""


WORDS = ("help", "ask", "unit", "pattern", "source", "computed", "item")
WHOLE = ("decimals", "max_length", "min_items", "max_items")
TICKS = ("locked_when_sourced", "sensitive")
_ASKED = {"label", "type", "required", "visible", "options", "min", "max", "detail", "fields"}
_ASKED |= {"order", "computed_as", *WORDS, *WHOLE, *TICKS}


def shown(field: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs of a question as they stand in the page."""
    said: dict[str, Any] = {name: field.get(name, "") for name in (*WORDS, *WHOLE, "min", "max")}
    required = field.get("required", False)
    said |= {name: bool(field.get(name)) for name in TICKS}
    said |= {
        "label": field.get("label", ""),
        "type": field.get("type", "text"),
        "required": "when" if isinstance(required, str) else ("yes" if required else "no"),
        "required_when": required if isinstance(required, str) else "",
        "visible": field.get("visible", ""),
        "options": _options_shown(field.get("options", [])),
        "detail": field.get("detail", "required"),
        "computed_as": field.get("computed_as", "text"),
        "fields": "\n".join(_line_shown(key, one) for key, one in _members(field)),
    }
    return said


def read(
    posted: Mapping[str, str], before: Mapping[str, Any], form: Mapping[str, Any]
) -> dict[str, Any]:
    """The question that the inputs describe. `before` is how it stood, empty for a new one; `form`
    the whole form, for the condition. Raises `BadDefinition` with the input as the last word of
    its place."""
    kind = posted.get("type", "")
    field: dict[str, Any] = {k: v for k, v in before.items() if k not in _ASKED}
    field |= {"type": kind, "label": posted.get("label", "").strip()}
    field |= {name: posted[name].strip() for name in WORDS if posted.get(name, "").strip()}
    field |= {name: _whole(name, posted[name]) for name in WHOLE if posted.get(name, "").strip()}
    field |= {name: True for name in TICKS if name in posted}
    field |= {
        name: _bound(name, kind, posted[name].strip())
        for name in ("min", "max")
        if posted.get(name, "").strip()
    }
    if required := _required(posted):
        field["required"] = required
    if visible := _visible(posted, form):
        field["visible"] = visible
    if kind == "address" and posted.get("detail"):
        field["detail"] = posted["detail"]
    if kind == "computed" and posted.get("computed_as"):
        field["computed_as"] = posted["computed_as"]
    if posted.get("options", "").strip():
        field["options"] = _options(posted["options"])
    if kind == "group":
        known = before.get("fields", {})
        if any(f"{MEMBER}{row}.type" in posted for row in range(MOST_MEMBERS)):
            members = _members_of(members_typed(posted), known)
        else:
            members = _read_members(posted.get("fields", ""), known)
        field |= {"fields": members, "order": list(members)}
    return field


def _required(posted: Mapping[str, str]) -> bool | str:
    if posted.get("required") != "when":
        return posted.get("required") == "yes"
    said = posted.get("required_when", "").strip()
    if not said:
        raise BadDefinition("required_when", "ghi điều kiện bắt buộc")
    return said


def _visible(posted: Mapping[str, str], form: Mapping[str, Any]) -> str:
    if posted.get("when_field"):
        return building.condition(
            form,
            posted["when_field"],
            posted.get("when_relation", "is"),
            posted.get("when_value", "").strip(),
        )
    return posted.get("visible", "").strip()


def _whole(name: str, typed: str) -> int:
    if not typed.strip().isascii() or not typed.strip().isdigit() or len(typed) > 9:
        raise BadDefinition(name, "phải là số nguyên")
    return int(typed)


def _bound(name: str, kind: str, typed: str) -> Any:
    if kind == "date":
        return typed
    try:
        number = float(typed.replace(",", "."))
    except ValueError:
        raise BadDefinition(name, "phải là số") from None
    if number != number or abs(number) > 10**15:
        raise BadDefinition(name, "phải là số không quá lớn")
    return int(number) if number.is_integer() else number


def _options_shown(options: Any) -> str:
    if isinstance(options, str):
        return f"@{options}"
    return "\n".join(f"{value} = {label}" for value, label in options)


def _options(typed: str) -> Any:
    """`value = label` a line; a line without `=` is a label and gets a value; `@name` a list."""
    lines = [line.strip() for line in typed.splitlines() if line.strip()]
    if len(lines) == 1 and lines[0].startswith("@"):
        return lines[0][1:]
    pairs: list[list[str]] = []
    for line in lines:
        value, sign, label = line.partition("=")
        if not sign:
            value, label = building.key_for({"fields": {v: {} for v, _ in pairs}}, line), line
        pairs.append([value.strip(), label.strip()])
    return pairs


def _members(field: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    members = field.get("fields", {})
    return [(key, members[key]) for key in field.get("order", list(members))]


def members_shown(field: Mapping[str, Any]) -> list[Member]:
    """The questions of a group as rows of inputs, and rows for new ones."""
    rows = [
        Member(
            key,
            one["type"],
            one["label"],
            bool(one.get("required")),
            _options_shown(one.get("options", [])),
        )
        for key, one in _members(field)
    ]
    return rows + [Member()] * NEW_MEMBERS


def members_typed(posted: Mapping[str, str]) -> list[Member]:
    """The rows of inputs as typed, in the order that their numbers ask for; equal ones as they
    stood."""
    found: list[tuple[int, int, Member]] = []
    for row in range(MOST_MEMBERS):
        here = f"{MEMBER}{row}."
        if f"{here}type" not in posted:
            continue
        said = {part: posted.get(here + part, "").strip() for part in ("key", "label", "options")}
        wanted = posted.get(f"{here}order", "").strip()
        place = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 4 else 999
        member = Member(
            said["key"],
            posted[f"{here}type"],
            said["label"],
            f"{here}required" in posted,
            said["options"],
        )
        found.append((place, row, member))
    return [member for _, _, member in sorted(found, key=lambda one: one[:2])]


def _members_of(rows: list[Member], before: Mapping[str, Any]) -> dict[str, Any]:
    """The questions of a group from rows of inputs; a row without a question is left out. What the
    rows do not ask is kept as it stood."""
    members: dict[str, Any] = {}
    for number, row in enumerate(rows, 1):
        if not row.label:
            continue
        key = row.key or building.key_for({"fields": members}, row.label)
        if key in members:
            raise BadDefinition("fields", f"câu {number}: tên {key} đã dùng")
        one = {name: value for name, value in before.get(key, {}).items() if name != "options"}
        was = one.get("required", False)
        one |= {"type": row.type, "label": row.label}
        one["required"] = was if row.required and isinstance(was, str) else row.required
        if row.options:
            one["options"] = _options(row.options)
        members[key] = one
    return members


def _line_shown(key: str, one: Mapping[str, Any]) -> str:
    parts = [key, one["type"], one["label"], "bắt buộc" if one.get("required") else ""]
    options = _options_shown(one.get("options", [])).replace("\n", "; ")
    return " | ".join([*parts, options] if options else parts).rstrip(" |")


def _read_members(typed: str, before: Mapping[str, Any]) -> dict[str, Any]:
    """A question of a group a line: name, type, question, whether required, options."""
    members: dict[str, Any] = {}
    for number, line in enumerate((one for one in typed.splitlines() if one.strip()), 1):
        parts = [part.strip() for part in line.split("|")]
        if len(parts) < 3 or len(parts) > 5 or parts[0] in members:
            raise BadDefinition("fields", f"dòng {number}: tên | kiểu | câu hỏi | bắt buộc")
        key, kind, label, *more = parts
        one = {k: v for k, v in before.get(key, {}).items() if k != "options"}
        was = one.get("required", False)
        wanted = bool(more and more[0])
        one |= {"type": kind, "label": label}
        one["required"] = was if wanted and isinstance(was, str) else wanted
        if len(more) == 2 and more[1]:
            one["options"] = _options(more[1].replace(";", "\n"))
        members[key] = one
    return members
