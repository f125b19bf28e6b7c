"""What a door needs to draw a page of questions. Knows nothing of HTML but the names of inputs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from motcua.forms import display, wording
from motcua.forms.definition import Definition, Field
from motcua.forms.logic import Logic, Node, demands
from motcua.forms.sources import register_of
from motcua.forms.state import State, item_of

_AUTOCOMPLETE = {
    "account.full_name": "name",
    "account.phone": "tel",
    "account.email": "email",
    "account.birth_date": "bday",
    "population.full_name": "name",
    "population.birth_date": "bday",
    "population.sex": "sex",
}
_INPUT_MODES = {"person_id": "numeric", "phone": "tel", "email": "email", "money": "numeric"}


@dataclass(frozen=True, slots=True)
class FieldView:
    """One question as it is drawn now.

    `path` is the name of its input (parts of a date or an address add `.day`, `.province`, …);
    `value` is what was answered, also when it is unfit; `source_note` says which register it came
    from, when it did, and `locked` that it can then only be disputed.
    """

    key: str
    path: str
    type: str
    label: str
    help: str
    required: bool
    value: Any
    options: tuple[tuple[str, str], ...]
    source: str
    source_note: str
    locked: bool
    unit: str
    max_length: int
    input_mode: str
    autocomplete: str
    sensitive: bool
    detail: str
    text: str
    item: str = ""
    min_items: int = 0
    max_items: int = 0
    items: tuple[tuple[FieldView, ...], ...] = ()

    @property
    def anchor(self) -> str:
        """The id of the question in the page."""
        return f"f-{self.path}"

    @property
    def parts(self) -> Mapping[str, str]:
        """Day, month and year of a date, or the parts of an address, as they were typed."""
        if self.type == "date" and isinstance(self.value, str):
            try:
                day = date.fromisoformat(self.value)
            except ValueError:
                return {"day": self.value}
            return {"day": str(day.day), "month": str(day.month), "year": str(day.year)}
        return self.value if isinstance(self.value, Mapping) else {}

    @property
    def typed(self) -> str:
        """A number as it stands in its input."""
        if isinstance(self.value, float) or (self.type == "money" and type(self.value) is int):
            return wording.number(self.value, 6)
        return "" if self.value is None else str(self.value)

    @property
    def chosen(self) -> list[str]:
        """The ticked options of a list."""
        return self.value if isinstance(self.value, list) else []

    @property
    def can_add(self) -> bool:
        return len(self.items) < self.max_items


@dataclass(frozen=True, slots=True)
class TopicView:
    """One page with its visible questions, in order."""

    key: str
    title: str
    intro: str
    fields: list[FieldView] = field(default_factory=list)


def views(
    definition: Definition,
    logic: Logic,
    state: State,
    sourced: Mapping[str, str],
) -> list[TopicView]:
    """The visible pages. `sourced` names fields whose answer came from a register, with the words
    to say so (`từ CSDL dân cư, 22/11/2026`; "" for the register's name alone)."""
    nodes = {node.field.key: node for node in logic.nodes}
    pages = []
    for topic in definition.topics:
        shown = [_view(nodes[key], state, sourced) for key in topic.fields if key in state.visible]
        if any(view.type != "heading" for view in shown):
            pages.append(TopicView(topic.key, topic.title, topic.intro, shown))
    return pages


def _view(node: Node, state: State, sourced: Mapping[str, str]) -> FieldView:
    one = node.field
    value = state.values[one.key] if one.key in state.values else state.raw.get(one.key)
    if one.type in ("heading", "computed"):
        value = state.values.get(one.key)
    note = ""
    if one.key in sourced:
        note = sourced[one.key] or f"từ {register_of(one.source)}"
    required = _required(node, state.bound)
    items: tuple[tuple[FieldView, ...], ...] = ()
    if one.type == "group":
        items = _items(node, state, required)
    return _drawn(one, one.key, value, required, note, items)


def _required(node: Node, bound: Mapping[str, Any]) -> bool:
    return node.required if isinstance(node.required, bool) else demands(node.required, bound)


def _items(node: Node, state: State, required: bool) -> tuple[tuple[FieldView, ...], ...]:
    """The lines of a group; where lines are needed and there are none, empty ones to fill in."""
    lines = state.items.get(node.field.key)
    if not lines:
        empty = max(node.field.min_items, 1 if required else 0)
        lines = [item_of(node, {}, state.bound) for _ in range(empty)]
    members = {member.field.key: member for member in node.members}
    drawn = []
    for i, item in enumerate(lines):
        names = {**state.bound, **item.bound}
        drawn.append(
            tuple(
                _drawn(
                    one,
                    f"{node.field.key}.{i}.{one.key}",
                    item.values[one.key] if one.key in item.values else item.raw.get(one.key),
                    _required(members[one.key], names),
                    "",
                    (),
                )
                for one in node.field.fields
                if one.key in item.visible
            )
        )
    return tuple(drawn)


def _drawn(
    one: Field,
    path: str,
    value: Any,
    required: bool,
    note: str,
    items: tuple[tuple[FieldView, ...], ...],
) -> FieldView:
    mode = _INPUT_MODES.get(one.type, "")
    if one.type == "number":
        mode = "decimal" if one.decimals else "numeric"
    return FieldView(
        key=one.key,
        path=path,
        type=one.type,
        label=one.label,
        help=one.help,
        required=required,
        value=value,
        options=one.options,
        source=one.source,
        source_note=note,
        locked=bool(note) and one.locked_when_sourced and value is not None,
        unit=one.unit or ("đồng" if one.type == "money" else ""),
        max_length=one.max_length,
        input_mode=mode,
        autocomplete=one.autocomplete or _AUTOCOMPLETE.get(one.source, ""),
        sensitive=one.sensitive,
        detail=one.detail,
        text=display.text(one, value),
        item=one.item,
        min_items=one.min_items,
        max_items=one.max_items,
        items=items,
    )
