"""From a state to what has to be put right: unfit answers, the schema, what is missing, dates,
places, rules, in this order and at most one error a field."""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import jsonschema_rs

from motcua.forms import dates, wording
from motcua.forms.definition import Definition, Field
from motcua.forms.logic import Logic, Node, demands, is_broken
from motcua.forms.state import Item, State
from motcua.forms.wording import FieldError

Communes = Mapping[str, str]


class Checker:
    """All checks of one definition; holds no answers."""

    def __init__(
        self,
        definition: Definition,
        logic: Logic,
        schema: jsonschema_rs.Draft202012Validator,
    ) -> None:
        self.definition = definition
        self.logic = logic
        self.schema = schema
        self.topic_of = definition.topic_of()
        self._order = {
            key: i for i, key in enumerate(k for t in definition.topics for k in t.fields)
        }
        self._pages = {topic.key: i for i, topic in enumerate(definition.topics)}
        self._nodes = {node.field.key: node for node in logic.nodes}
        self._members = {
            one.key: {m.key: m for m in one.fields} for one in definition.fields.values()
        }

    def errors(
        self, state: State, topic: str | None, communes: Communes | Collection[str] | None
    ) -> list[FieldError]:
        """Errors of one topic, or of all, in the order of the form."""
        found = _Found(self, topic)
        if topic is None:
            self._unknown(state, found)
        keys = None if topic is None else self._keys(topic)
        nodes = [n for n in self.logic.nodes if keys is None or n.field.key in keys]
        for node in nodes:
            if node.field.key in state.visible:
                self._unfit_or_missing(state, node, found)
        self._schema(state, keys, found)
        for node in nodes:
            if node.field.key in state.values:
                self._meaning(state, node, communes, found)
        self._rules(state, topic, found)
        return sorted(found.errors.values(), key=self._place)

    def _keys(self, topic: str) -> frozenset[str]:
        return frozenset(self.definition.topics[self._pages[topic]].fields)

    def _place(self, error: FieldError) -> tuple[int, list[tuple[int, str]]]:
        root, *rest = error.field.split(".")
        parts = [(int(p), "") if p.isdecimal() else (0, p) for p in rest]
        return (self._order.get(root, -1), parts)

    def _unknown(self, state: State, found: _Found) -> None:
        for name in state.raw:
            one = self.definition.fields.get(name) if isinstance(name, str) else None
            if one is None or one.type == "heading":
                found.add(str(name)[:60], str(name)[:60], wording.unknown(str(name)))

    def _unfit_or_missing(self, state: State, node: Node, found: _Found) -> None:
        one = node.field
        if one.key in state.faults:
            found.add(one.key, one.label, wording.unreadable(one, state.faults[one.key].reason))
        elif one.key not in state.values:
            if _is_required(node, state.bound) or (one.type == "group" and one.min_items):
                found.add(one.key, one.label, wording.missing(one))
        elif one.type == "group":
            for i, item in enumerate(state.items[one.key]):
                wanted = i < max(one.min_items, int(_is_required(node, state.bound)))
                self._item(state, node, item, f"{one.key}.{i}", found, wanted)

    def _item(
        self, state: State, node: Node, item: Item, path: str, found: _Found, wanted: bool
    ) -> None:
        """One line. An empty one is a mistake as a whole, unless the form needs it: then its
        questions are what is missing."""
        for name in item.unknown:
            found.add(f"{path}.{name[:60]}", name[:60], wording.unknown(name))
        if not wanted and not item.values and not item.faults:
            found.add(path, node.field.label, wording.empty_item(node.field))
            return
        complained = False
        names = ChainMap(item.bound, state.bound)
        for member in node.members:
            one = member.field
            if one.key in item.faults:
                message = wording.unreadable(one, item.faults[one.key].reason)
                found.add(f"{path}.{one.key}", one.label, message)
                continue
            waits = one.key in item.visible and one.key not in item.values
            if waits and _is_required(member, names):
                found.add(f"{path}.{one.key}", one.label, wording.missing(one))
                complained = True
        if not complained and not item.values and not item.faults:
            found.add(path, node.field.label, wording.missing(node.field))

    def _schema(self, state: State, keys: frozenset[str] | None, found: _Found) -> None:
        kept = state.values
        if keys is not None:
            kept = {key: value for key, value in kept.items() if key in keys}
        if self.schema.is_valid(kept):
            return
        for problem in self.schema.iter_errors(kept):
            path = list(problem.instance_path)
            one, depth = self._field_at(path)
            part = str(path[depth]) if one.type == "address" and len(path) > depth else ""
            keyword = type(problem.kind).__name__.rpartition("_")[2]
            if keyword == "Required":
                part = str(getattr(problem.kind, "property", "")).strip('"')
                if one.type == "address":
                    message = wording.address_part(one, part)
                    found.add(".".join(map(str, [*path[:depth], part])), one.label, message)
                    continue
            value = problem.instance
            where = path[: depth + 1] if part else path[:depth]
            found.add(
                ".".join(map(str, where)), one.label, wording.violation(one, keyword, value, part)
            )

    def _field_at(self, path: list[Any]) -> tuple[Field, int]:
        """The field that `path` leads to, and how many steps its own path takes."""
        one = self.definition.fields[path[0]]
        if len(path) > 2 and one.type == "group":
            return self._members[one.key][path[2]], 3
        return one, 1

    def _meaning(
        self,
        state: State,
        node: Node,
        communes: Communes | Collection[str] | None,
        found: _Found,
    ) -> None:
        """What a schema cannot say: ranges of dates that move, places that exist."""
        for path, one, value in _answers(node, state):
            if one.type == "date":
                _check_date(path, one, date.fromisoformat(value), state.today, found)
            elif one.type == "address" and communes is not None:
                _check_places(path, one, value, communes, found)

    def _rules(self, state: State, topic: str | None, found: _Found) -> None:
        for rule in self.logic.rules:
            page = self.topic_of[rule.field]
            if rule.field not in state.visible or (topic is not None and topic != page):
                continue
            if topic is not None and any(
                self._pages[self.topic_of[name]] > self._pages[topic]
                for name in rule.condition.names
                if name in self.topic_of
            ):
                continue  # it looks at a page that is still to come
            if is_broken(rule.condition, state.bound):
                label = self.definition.fields[rule.field].label
                found.add(rule.field, label, rule.message)


class _Found:
    """Errors by path; the first said about a field stays."""

    def __init__(self, checker: Checker, topic: str | None) -> None:
        self.errors: dict[str, FieldError] = {}
        self.checker = checker
        self.topic = topic

    def add(self, path: str, label: str, message: str) -> None:
        page = self.checker.topic_of.get(path.partition(".")[0], "")
        if self.topic is None or page == self.topic:
            self.errors.setdefault(path, FieldError(path, label, message, page))


def _is_required(node: Node, names: Mapping[str, Any]) -> bool:
    if isinstance(node.required, bool):
        return node.required
    return demands(node.required, names)


def _answers(node: Node, state: State) -> Iterator[tuple[str, Field, Any]]:
    """The dates and addresses of one field, or of the lines of a group, with their paths."""
    key = node.field.key
    if node.field.type != "group":
        yield key, node.field, state.values[key]
        return
    wanted: Iterable[Field] = [m for m in node.field.fields if m.type in ("date", "address")]
    for i, item in enumerate(state.items[key]):
        for one in wanted:
            if one.key in item.values:
                yield f"{key}.{i}.{one.key}", one, item.values[one.key]


def _check_date(path: str, one: Field, value: date, today: date, found: _Found) -> None:
    least = dates.EARLIEST if one.min is None else dates.bound(str(one.min), today)
    most = dates.LATEST if one.max is None else dates.bound(str(one.max), today)
    if value < least:
        found.add(path, one.label, wording.too_early(one, least))
    elif value > most:
        found.add(path, one.label, wording.too_late(one, most, today))


def _check_places(
    path: str,
    one: Field,
    value: Mapping[str, str],
    communes: Communes | Collection[str],
    found: _Found,
) -> None:
    """A commune must be one of today's; where the caller says which province each is in, it must
    be that of the answer."""
    commune, province = value.get("commune"), value.get("province")
    if commune is None or province is None:
        return
    if commune not in communes:
        found.add(f"{path}.commune", one.label, wording.unknown_place(one, "commune"))
    elif isinstance(communes, Mapping) and communes[commune] != province:
        found.add(f"{path}.commune", one.label, wording.FAULTS["commune"])
