"""A set of answers worked out: what is visible, what is computed, what is unfit.

Everything else (errors, pages, what is kept) is read off a `State`. A state can be worked out anew
after a change by touching only the fields that depend on it.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from motcua.forms import values as answers_of
from motcua.forms.logic import TODAY, Logic, Node, is_met, result
from motcua.forms.values import MOST_KEPT, Fault


@dataclass(slots=True)
class State:
    """`values` holds the visible, fit answers and the computed ones; `bound` every name as the
    conditions see it; `faults` unfit visible answers by path; `raw` what came in."""

    today: date
    raw: Mapping[str, Any]
    visible: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    bound: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    items: dict[str, list[Item]] = field(default_factory=dict)


@dataclass(slots=True)
class Item:
    """One line of a group. `unknown` are names it should not have."""

    raw: Mapping[str, Any]
    visible: set[str] = field(default_factory=set)
    values: dict[str, Any] = field(default_factory=dict)
    bound: dict[str, Any] = field(default_factory=dict)
    faults: dict[str, Fault] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def worked_out(logic: Logic, raw: Mapping[str, Any], today: date) -> State:
    """The state of the answers `raw`, whatever they hold."""
    state = State(today=today, raw=raw, bound={TODAY: today.isoformat()})
    for node in logic.nodes:
        _work_out(state, node)
    return state


def after_change(logic: Logic, before: State, raw: Mapping[str, Any]) -> State:
    """The state of `raw`, taking over from `before` all that the difference does not touch.

    Equal to `worked_out(logic, raw, before.today)`.
    """
    changed = [
        node.field.key
        for node in logic.nodes
        if not _same(raw.get(node.field.key), before.raw.get(node.field.key))
    ]
    state = State(
        today=before.today,
        raw=raw,
        visible=set(before.visible),
        values=dict(before.values),
        bound=dict(before.bound),
        faults=dict(before.faults),
        items=dict(before.items),
    )
    affected = logic.affected(changed)
    for node in logic.nodes:
        if node.field.key in affected:
            _forget(state, node.field.key)
            _work_out(state, node)
    return state


def _same(one: Any, other: Any) -> bool:
    """Whether two answers are the same. Python's equality is not enough: True is no 1 here."""
    if one is other:
        return True
    if type(one) is not type(other):
        return False
    return bool(one == other) if isinstance(one, str | int) else repr(one) == repr(other)


def _forget(state: State, key: str) -> None:
    state.visible.discard(key)
    state.values.pop(key, None)
    state.faults.pop(key, None)
    state.items.pop(key, None)


def _work_out(state: State, node: Node) -> None:
    one = node.field
    hidden = (node.topic_visible is not None and not is_met(node.topic_visible, state.bound)) or (
        node.visible is not None and not is_met(node.visible, state.bound)
    )
    if hidden:
        state.bound[one.key] = None
        return
    state.visible.add(one.key)
    if one.type == "group":
        _work_out_group(state, node)
        return
    value = _answer(node, state.raw, state.bound)
    _put(one.key, node, value, state)


def _answer(node: Node, raw: Mapping[str, Any], bound: Mapping[str, Any]) -> Any:
    one = node.field
    if node.computed is not None:
        return answers_of.computed(one, result(node.computed, bound))
    if not one.answerable:
        return None
    return answers_of.uniform(one, raw.get(one.key))


def _put(key: str, node: Node, value: Any, into: State | Item) -> None:
    """Record one worked-out answer."""
    if isinstance(value, Fault):
        into.faults[key] = value
        into.bound[key] = None
        return
    if value is not None:
        into.values[key] = value
    into.bound[key] = answers_of.bound(node.field, value)


def _work_out_group(state: State, node: Node) -> None:
    key = node.field.key
    raw = state.raw.get(key)
    state.bound[key] = None
    if raw in (None, "", []):
        return
    fit = type(raw) is list and len(raw) <= MOST_KEPT and all(isinstance(i, Mapping) for i in raw)
    if not fit:
        state.faults[key] = Fault("type", raw)
        return
    items = [item_of(node, one, state.bound) for one in raw]
    state.items[key] = items
    state.values[key] = [item.values for item in items]
    state.bound[key] = [item.bound for item in items]


def item_of(node: Node, raw: Mapping[str, Any], outer: MutableMapping[str, Any]) -> Item:
    """One line of the group `node`; its conditions see its own answers and those of the form."""
    known = {member.field.key for member in node.members}
    item = Item(raw=raw, unknown=sorted(str(name) for name in raw if name not in known))
    names: ChainMap[str, Any] = ChainMap(item.bound, outer)
    for member in node.members:
        key = member.field.key
        if member.visible is not None and not is_met(member.visible, names):
            item.bound[key] = None
            continue
        item.visible.add(key)
        _put(key, member, _answer(member, raw, names), item)
    return item
