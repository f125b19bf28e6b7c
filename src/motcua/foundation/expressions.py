"""CEL, the one language in which an administrator writes conditions and amounts.

An expression is compiled once and kept; evaluating has no side effects and sees nothing but the
values it names. Beside CEL's own functions there are `min`, `max`, `sum` (numbers), `length`
(letters of a text; CEL's `size` counts bytes here), `days_between` and `years_between` (dates as
`2026-11-22`; the second is the age in full years).

CEL does not mix whole and decimal numbers in arithmetic (`2 * 1.5` fails): a caller whose fields
may hold either passes all of them as one kind.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import cel

LONGEST = 4_000

# The library also logs each failure of a function, which an unanswered question makes routine; the
# caller is told by `ExpressionFailed`.
logging.getLogger("cel").setLevel(logging.CRITICAL)
_STRINGS = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
_BOUND = re.compile(r"\.\s*(?:all|exists|exists_one|map|filter)\s*\(\s*([A-Za-z_]\w*)\s*,")


class BadExpression(ValueError):
    """The source is not CEL, or calls a function there is none of. Carries `source` and `reason`
    (English, from the parser)."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"Biểu thức không đúng cú pháp: {source!r}: {reason}")
        self.source = source
        self.reason = reason


class ExpressionFailed(Exception):
    """Evaluating failed: a missing name, a wrong type, a division by zero. Names the expression."""

    def __init__(self, source: str, reason: str) -> None:
        super().__init__(f"Không tính được biểu thức {source!r}: {reason}")
        self.source = source
        self.reason = reason


class Expression:
    """A compiled expression. `names` are the values it needs; all of them must be given."""

    __slots__ = ("_functions", "_program", "names", "source")

    def __init__(self, source: str) -> None:
        if len(source) > LONGEST:
            raise BadExpression(source[:60] + "…", f"longer than {LONGEST} characters")
        try:
            self._program = cel.compile(source)
            references = self._program.references()
        except ValueError as error:
            raise BadExpression(source, str(error)) from error
        unknown = sorted(
            name
            for name in references["functions"]
            if name.isidentifier() and not _STANDARD.fullmatch(name) and name not in _FUNCTIONS
        )
        if unknown:
            raise BadExpression(source, f"unknown function {', '.join(unknown)}")
        self.source = source
        bound = set(_BOUND.findall(_STRINGS.sub("''", source)))
        self.names: frozenset[str] = frozenset(references["variables"]) - bound
        self._functions: dict[str, Any] = {
            name: _FUNCTIONS[name] for name in references["functions"] if name in _FUNCTIONS
        }

    def __repr__(self) -> str:
        return f"Expression({self.source!r})"

    def value(self, values: Mapping[str, Any]) -> Any:
        """The result over `values`; names the expression does not use are not looked at."""
        context = dict(self._functions)
        for name in self.names:
            try:
                context[name] = values[name]
            except KeyError:
                raise ExpressionFailed(self.source, f"{name} is not given") from None
        try:
            return self._program.execute(context)
        except Exception as error:  # the library raises many kinds; each means the same to us
            raise ExpressionFailed(self.source, f"{type(error).__name__}: {error}") from error

    def truth(self, values: Mapping[str, Any]) -> bool:
        """The result, which must be true or false; nothing is taken for a truth value."""
        result = self.value(values)
        if not isinstance(result, bool):
            raise ExpressionFailed(self.source, f"gives {result!r}, not true or false")
        return result

    def whole(self, values: Mapping[str, Any]) -> int:
        """The result, which must be a whole number (an amount in đồng, a number of days)."""
        result = self.value(values)
        if isinstance(result, float) and result.is_integer():
            return int(result)
        if isinstance(result, bool) or not isinstance(result, int):
            raise ExpressionFailed(self.source, f"gives {result!r}, not a whole number")
        return result


@lru_cache(maxsize=4096)
def compile(source: str) -> Expression:
    """`source` compiled, or taken from the cache. Raises `BadExpression`."""
    return Expression(source)


def _numbers(arguments: tuple[Any, ...]) -> list[float]:
    numbers = list(arguments[0] if len(arguments) == 1 else arguments)
    if any(isinstance(n, bool) or not isinstance(n, int | float) for n in numbers):
        raise TypeError("only numbers can be compared or added")
    return numbers


def _sum(*numbers: Any) -> float:
    return sum(_numbers(numbers))


def _date(text: Any) -> date:
    return date.fromisoformat(text)


def _years_between(start: Any, end: Any) -> int:
    first, last = _date(start), _date(end)
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


# The functions of CEL itself; operators have names that are no identifiers, macros have none.
_STANDARD = re.compile(
    "size|contains|startsWith|endsWith|matches|timestamp|duration|int|uint|double|string|bool|bytes"
    "|type|dyn|getFullYear|getMonth|getDate|getDayOf(Month|Week|Year)|getHours|getMinutes"
    "|getSeconds|getMilliseconds"
)

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "min": lambda *numbers: min(_numbers(numbers)),
    "max": lambda *numbers: max(_numbers(numbers)),
    "sum": _sum,
    "length": lambda text: len(text),
    "days_between": lambda start, end: (_date(end) - _date(start)).days,
    "years_between": _years_between,
}
