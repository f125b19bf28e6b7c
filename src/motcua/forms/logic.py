"""The conditions of a form, compiled once, and the order in which they can be worked out.

A field depends on the fields that its visibility, its topic's visibility or its formula names; the
order is topological (by the order of writing where it is free), so that every condition sees the
final value of what it names. A circle is an error of the definition.

An answer that is missing, hidden or unfit is `null` in every condition. A condition that cannot be
worked out counts as not met, and a formula as without result; a requirement or rule that cannot be
worked out though nothing is missing counts against the answers (fail closed).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from motcua.forms.definition import BadDefinition, Definition, Field
from motcua.foundation import expressions
from motcua.foundation.expressions import BadExpression, Expression, ExpressionFailed

TODAY = "today"


def is_met(condition: Expression, values: Mapping[str, Any]) -> bool:
    """Whether a visibility condition holds."""
    try:
        return condition.truth(values)
    except ExpressionFailed:
        return False


def demands(condition: Expression, values: Mapping[str, Any]) -> bool:
    """Whether a condition of requirement holds; not while an answer it names is missing."""
    try:
        return condition.truth(values)
    except ExpressionFailed:
        return not _lacks(condition, values)


def is_broken(rule: Expression, values: Mapping[str, Any]) -> bool:
    """Whether a rule fails; not while an answer it names is missing."""
    try:
        return not rule.truth(values)
    except ExpressionFailed:
        return not _lacks(rule, values)


def result(formula: Expression, values: Mapping[str, Any]) -> Any:
    """What a formula gives, None where it cannot be worked out."""
    try:
        return formula.value(values)
    except ExpressionFailed:
        return None


def _lacks(expression: Expression, values: Mapping[str, Any]) -> bool:
    return any(values.get(name) is None for name in expression.names)


@dataclass(frozen=True, slots=True)
class Node:
    """One field with its conditions. `topic_visible` is the condition of its page."""

    field: Field
    visible: Expression | None
    topic_visible: Expression | None
    required: bool | Expression
    computed: Expression | None
    members: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledRule:
    condition: Expression
    message: str
    field: str


@dataclass(frozen=True, slots=True)
class Logic:
    """All conditions of one definition. `nodes` are in the order of evaluation; `dependents` says
    which fields look at a field directly (for visibility or a formula)."""

    nodes: tuple[Node, ...]
    rules: tuple[CompiledRule, ...]
    dependents: Mapping[str, frozenset[str]]

    def affected(self, changed: Iterable[str]) -> set[str]:
        """The fields to work out again after `changed` changed, these included."""
        waiting = list(changed)
        found: set[str] = set()
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self.dependents.get(name, ()))
        return found


def compiled(definition: Definition) -> Logic:
    """The logic of `definition`. Raises `BadDefinition` for syntax, unknown names and circles."""
    top = frozenset(definition.fields) | {TODAY}
    pages = {
        key: _expression(topic.visible, f"topics.{topic.key}.visible", top)
        for topic in definition.topics
        for key in topic.fields
    }
    nodes = {
        key: _node(one, f"fields.{key}", top, pages.get(key))
        for key, one in definition.fields.items()
    }
    needs = {key: _needs(node) & nodes.keys() for key, node in nodes.items()}
    rules = []
    for i, rule in enumerate(definition.rules):
        condition = _expression(rule.when, f"rules[{i}].when", top)
        assert condition is not None
        rules.append(CompiledRule(condition, rule.message, rule.field))
    dependents: dict[str, set[str]] = {}
    for key, names in needs.items():
        for name in names:
            dependents.setdefault(name, set()).add(key)
    return Logic(
        nodes=tuple(nodes[key] for key in _ordered(needs, "fields")),
        rules=tuple(rules),
        dependents={key: frozenset(names) for key, names in dependents.items()},
    )


def _node(one: Field, place: str, names: frozenset[str], page: Expression | None) -> Node:
    inner = names | {member.key for member in one.fields}
    members = {
        member.key: _node(member, f"{place}.fields.{member.key}", inner, None)
        for member in one.fields
    }
    needs = {key: _needs(node) & members.keys() for key, node in members.items()}
    required: bool | Expression = one.required is True
    if isinstance(one.required, str):
        required = _expression(one.required, f"{place}.required", names) or False
    return Node(
        field=one,
        visible=_expression(one.visible, f"{place}.visible", names),
        topic_visible=page,
        required=required,
        computed=_expression(one.computed, f"{place}.computed", names),
        members=tuple(members[key] for key in _ordered(needs, f"{place}.fields")),
    )


def _expression(source: str, place: str, names: frozenset[str]) -> Expression | None:
    if not source:
        return None
    try:
        expression = expressions.compile(source)
    except BadExpression as error:
        raise BadDefinition(place, f"sai cú pháp: {error.reason}") from error
    unknown = sorted(expression.names - names)
    if unknown:
        raise BadDefinition(place, f"không có tên “{unknown[0]}” ở đây")
    return expression


def _needs(node: Node) -> set[str]:
    found: set[str] = set()
    for expression in (node.visible, node.topic_visible, node.computed):
        if expression is not None:
            found |= expression.names
    for member in node.members:
        found |= _needs(member)
    return found


def _ordered(needs: Mapping[str, set[str]], place: str) -> list[str]:
    """The keys of `needs`, each after those it needs. Raises `BadDefinition` naming a circle."""
    order: list[str] = []
    done: set[str] = set()
    for start in needs:
        # Depth first without recursion: a chain of conditions may be as long as the form.
        path: list[tuple[str, list[str]]] = []
        entered: set[str] = set()
        if start not in done:
            path.append((start, sorted(needs[start])))
            entered.add(start)
        while path:
            key, rest = path[-1]
            if not rest:
                path.pop()
                entered.discard(key)
                done.add(key)
                order.append(key)
                continue
            following = rest.pop(0)
            if following in entered:
                names = [name for name, _ in path]
                circle = " → ".join([*names[names.index(following) :], following])
                raise BadDefinition(f"{place}.{following}", f"điều kiện chạy vòng: {circle}")
            if following not in done:
                path.append((following, sorted(needs[following])))
                entered.add(following)
    return order
