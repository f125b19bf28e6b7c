"""Reading a definition for mistakes before anybody meets them.

Syntax, unknown names and circles are refused by `logic.compiled` already. What is left is found by
samples: every condition is worked out with each name it uses at typed values (none, the least, the
greatest, each option). That is a check by samples and no proof: it finds wrong types and what never
happens with any sample, not every mistake.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice, product
from typing import Any

from motcua.forms import dates, logic, values
from motcua.forms.definition import LARGEST, Definition, Field
from motcua.forms.logic import TODAY, Logic, Node
from motcua.forms.schema import checker
from motcua.foundation.expressions import Expression, ExpressionFailed

MOST_COMBINATIONS = 400
_DAY = date(2026, 6, 15)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found. A `grave` one stops publication; others are hints."""

    place: str
    message: str
    grave: bool


def findings(definition: Definition) -> list[Finding]:
    """What is wrong or doubtful in `definition`. Raises `BadDefinition` where it cannot be read."""
    compiled = logic.compiled(definition)
    checker(definition)
    samples = _samples(definition, compiled)
    return [finding for node in compiled.nodes for finding in _of_node(node, samples)] + [
        finding
        for i, rule in enumerate(compiled.rules)
        for finding in _of_rule(rule.condition, f"rules[{i}].when", samples)
    ]


def _of_node(node: Node, samples: Mapping[str, list[Any]]) -> Iterator[Finding]:
    place = f"fields.{node.field.key}"
    for condition, where in ((node.visible, "visible"), (node.topic_visible, "topic.visible")):
        if condition is not None:
            outcomes = list(_outcomes(condition, samples))
            yield from _wrong_type(condition, f"{place}.{where}", outcomes, bool)
            if not any(given is True for given, _ in outcomes):
                yield Finding(
                    f"{place}.{where}", "không mẫu thử nào làm câu hỏi này hiện ra", False
                )
    if isinstance(node.required, Expression):
        outcomes = list(_outcomes(node.required, samples))
        yield from _wrong_type(node.required, f"{place}.required", outcomes, bool)
    if node.computed is not None:
        outcomes = list(_outcomes(node.computed, samples))
        yield from _wrong_type(node.computed, f"{place}.computed", outcomes, None)
        if all(values.computed(node.field, given) is None for given, _ in outcomes):
            message = f"không mẫu thử nào cho kết quả kiểu {node.field.computed_as}"
            yield Finding(f"{place}.computed", message, False)
    for member in node.members:
        yield from _of_node(member, samples)


def _of_rule(rule: Expression, place: str, samples: Mapping[str, list[Any]]) -> Iterator[Finding]:
    outcomes = list(_outcomes(rule, samples))
    yield from _wrong_type(rule, place, outcomes, bool)
    if not any(given is True for given, _ in outcomes):
        yield Finding(place, "không mẫu thử nào thỏa quy tắc này", False)


def _wrong_type(
    expression: Expression, place: str, outcomes: list[tuple[Any, bool]], kind: type | None
) -> Iterator[Finding]:
    """An outcome of the wrong kind, or a failure, although no answer was missing."""
    for given, complete in outcomes:
        if isinstance(given, ExpressionFailed):
            if complete:
                yield Finding(place, f"không tính được: {given.reason}", True)
                return
        elif kind is not None and not isinstance(given, kind):
            yield Finding(place, "phải cho kết quả đúng hoặc sai", True)
            return


def _outcomes(
    expression: Expression, samples: Mapping[str, list[Any]]
) -> Iterator[tuple[Any, bool]]:
    """Results over combinations of samples, each with whether every name had an answer."""
    names = sorted(expression.names)
    choices = [samples[name] for name in names]
    # Complete combinations first, so that a limit never leaves only incomplete ones.
    full = product(*([one for one in choice if one is not None] or [None] for choice in choices))
    for combination in (*islice(full, MOST_COMBINATIONS), *islice(product(*choices), 100)):
        given = dict(zip(names, combination, strict=True))
        complete = all(value is not None for value in combination)
        try:
            yield expression.value(given), complete
        except ExpressionFailed as error:
            yield error, complete


def _samples(definition: Definition, compiled: Logic) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {TODAY: [_DAY.isoformat()]}
    for one in definition.every_field():
        found[one.key] = [None, *_of_field(one)]
    # Formulas in their order: what they give are the samples of those that build on them.
    for node in compiled.nodes:
        for formula in (node, *node.members):
            if formula.computed is not None:
                results = (r for r, _ in _outcomes(formula.computed, found))
                known = [values.computed(formula.field, r) for r in results]
                found[formula.field.key] = [None, *list(dict.fromkeys(known))[:6]]
        if node.field.type == "group":
            line = {
                m.key: next((s for s in found[m.key] if s is not None), None)
                for m in node.field.fields
            }
            found[node.field.key] = [None, [line], [line, line]]
    return found


def _of_field(one: Field) -> list[Any]:
    if one.type in ("number", "money"):
        least = one.min if one.min is not None else 0
        most = one.max if one.max is not None else LARGEST // 10**6
        numbers = (least, most) if one.decimals else (int(least), int(most))
        return [float(n) for n in numbers] if one.decimals else list(numbers)
    if one.type == "date":
        bounds = (dates.bound(str(b), _DAY) for b in (one.min, one.max) if b is not None)
        return ["1980-01-01", _DAY.isoformat(), *(b.isoformat() for b in bounds)]
    if one.type == "choice":
        return [value for value, _ in one.options]
    if one.type == "several":
        options = [value for value, _ in one.options]
        return [options, options[:1], options[-1:]]
    if one.type in ("yes_no", "consent"):
        return [True, False] if one.type == "yes_no" else [True]
    if one.type == "address":
        return [{"province": "20", "commune": "06001", "detail": "x"}]
    fixed = {
        "person_id": "020190000123",
        "tax_code": "4900000001",
        "phone": "0912345678",
        "email": "a@b.vn",
    }
    return [] if one.type in ("group", "heading", "computed") else [fixed.get(one.type, "x")]
