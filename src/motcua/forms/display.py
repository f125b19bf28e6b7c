"""Answers as people read them: on the page that checks them, at the desk, in PDFs."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Any

from motcua.forms import wording
from motcua.forms.definition import Definition, Field
from motcua.forms.state import State
from motcua.foundation import money

NameOf = Callable[[str], "str | None"]
Row = tuple[str, str, str]
"""Label, text, path of the answer."""

MASK = "••••"
NUMBERS = frozenset({"person_id", "phone"})
MASKED = NUMBERS | {"email", "address"}
"""Kinds of answers that are personal wherever they are asked; others say so by `sensitive`."""


def is_masked(one: Field) -> bool:
    """Whether others see the answer only after they said why (Luật 91/2025/QH15)."""
    return one.sensitive or one.type in MASKED


def masked(one: Field, value: Any, name_of: NameOf | None) -> str:
    """The answer as others see it: of a number its end, of an address the places that decide
    which agency is competent, of anything else nothing."""
    words = text(one, value, name_of)
    if one.type == "address" and isinstance(value, Mapping):
        return ", ".join([MASK, *filter(None, [address({**value, "detail": ""}, name_of)])])
    ends = one.type in NUMBERS or (words[-4:].isdigit() and " " not in words)
    return MASK + words[-4:] if ends and len(words) > 8 else MASK


def readable(
    definition: Definition,
    state: State,
    name_of: NameOf | None,
    *,
    mask_sensitive: bool,
    shown: Collection[str] = (),
) -> list[tuple[str, list[Row]]]:
    """Title of topic and its answered rows; topics and questions without an answer are left out.

    `name_of` gives the name of a place by its code; without it codes are shown. With
    `mask_sensitive` personal answers are masked, but for the paths in `shown`.
    """

    def show(one: Field, value: Any, path: str) -> str:
        if mask_sensitive and is_masked(one) and path not in shown:
            return masked(one, value, name_of)
        return text(one, value, name_of)

    pages: list[tuple[str, list[Row]]] = []
    for topic in definition.topics:
        rows: list[Row] = []
        for key in topic.fields:
            one = definition.fields[key]
            if key not in state.visible or (key not in state.values and key not in state.faults):
                continue
            if one.type == "group":
                rows.extend(_group_rows(one, state, show))
            else:
                rows.append((one.label, show(one, _value(state, key), key), key))
        if rows:
            pages.append((topic.title, rows))
    return pages


def _value(state: State, key: str) -> Any:
    return state.values[key] if key in state.values else state.raw.get(key)


def _group_rows(one: Field, state: State, show: Callable[[Field, Any, str], str]) -> list[Row]:
    name = one.item or one.label
    rows = []
    for i, item in enumerate(state.items.get(one.key, ())):
        for member in one.fields:
            if member.key in item.values:
                path = f"{one.key}.{i}.{member.key}"
                label = f"{name} {i + 1} – {member.label}"
                rows.append((label, show(member, item.values[member.key], path), path))
    return rows


def personal(definition: Definition, state: State) -> list[tuple[str, Field, Any]]:
    """Path, question and answer of what `readable` masks, in the order of the form."""
    found: list[tuple[str, Field, Any]] = []
    for topic in definition.topics:
        for key in topic.fields:
            one = definition.fields[key]
            if key not in state.visible:
                continue
            for i, item in enumerate(state.items.get(key, ()) if one.type == "group" else ()):
                found.extend(
                    (f"{key}.{i}.{member.key}", member, item.values[member.key])
                    for member in one.fields
                    if is_masked(member) and item.values.get(member.key) is not None
                )
            if one.type != "group" and is_masked(one) and _value(state, key) is not None:
                found.append((key, one, _value(state, key)))
    return found


def text(one: Field, value: Any, name_of: NameOf | None = None) -> str:
    """One answer in words; "" for none. An unfit answer is shown as it was typed."""
    kind = one.computed_as if one.type == "computed" else one.type
    if value is None:
        return ""
    if kind == "choice":
        return dict(one.options).get(value, str(value)) if isinstance(value, str) else str(value)
    if kind == "several" and isinstance(value, list):
        labels = dict(one.options)
        return "; ".join(labels.get(v, str(v)) for v in value if isinstance(v, str))
    if kind == "date":
        return day(value)
    if kind == "money" and type(value) is int:
        return money.vnd(value)
    if kind == "number" and type(value) in (int, float):
        return f"{wording.number(value, one.decimals)} {one.unit}".strip()
    if kind == "yes_no" and type(value) is bool:
        return "Có" if value else "Không"
    if kind == "consent":
        return "Đã đồng ý" if value is True else ""
    if kind == "address" and isinstance(value, Mapping):
        return address(value, name_of)
    return value if isinstance(value, str) else str(value)


def day(value: Any) -> str:
    """`2026-11-22` as `22/11/2026`; what is no date as it was typed."""
    if isinstance(value, Mapping):
        return "/".join(str(value.get(part) or "…") for part in ("day", "month", "year"))
    try:
        return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
    except ValueError:
        return str(value)


def address(value: Mapping[str, Any], name_of: NameOf | None) -> str:
    """`Thôn Pò Cại, xã Thất Khê, tỉnh Lạng Sơn`: from the smallest to the largest."""

    def name(code: Any) -> str:
        return (name_of(str(code)) if name_of else None) or str(code)

    parts = [str(value["detail"])] if value.get("detail") else []
    if value.get("commune"):
        parts.append(name(value["commune"]))
    elif value.get("commune_text"):
        parts.append(str(value["commune_text"]))
    if value.get("province"):
        parts.append(name(value["province"]))
    return ", ".join(parts)
