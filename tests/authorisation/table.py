"""The table as values, and the routes of the house to hold against it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RegexPattern

MATRIX = Path(__file__).with_name("matrix.toml")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True, slots=True)
class Line:
    """One path and what each method's rule is; `query` is empty or begins with `?`."""

    route: str
    query: str
    rules: dict[str, str]
    form: dict[str, str]
    json: dict[str, Any] | None
    at: str
    sought: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One question: may `actor` do `method` on the line's object?"""

    line: Line
    method: str
    actor: str
    expected: str


@dataclass(frozen=True, slots=True)
class Table:
    actors: tuple[str, ...]
    rules: dict[str, dict[str, str]]
    lines: tuple[Line, ...]

    def cells(self) -> Iterator[Cell]:
        for line in self.lines:
            for method, rule in line.rules.items():
                # A rule that is no name is an outcome for everybody.
                outcomes = self.rules.get(rule, {"all": rule})
                for actor in self.actors:
                    yield Cell(line, method, actor, outcomes.get(actor, outcomes["all"]))

    def methods(self, route: str) -> set[str]:
        return {method for line in self.lines if line.route == route for method in line.rules}


@cache
def table() -> Table:
    read = tomllib.loads(MATRIX.read_text(encoding="utf-8"))
    lines = []
    for path, told in read["routes"].items():
        route, mark, query = path.partition("?")
        lines.append(
            Line(
                route=route,
                query=mark + query,
                rules={method: told[method] for method in METHODS if method in told},
                form=told.get("form", {}),
                json=told.get("json"),
                at=told.get("at", "intake"),
                sought=told.get("sought", "{number}"),
            )
        )
    return Table(tuple(read["actors"]), read["rules"], tuple(lines))


def routes() -> set[str]:
    """Every route of the URL registry, as the table writes it."""
    return set(_routes(get_resolver().url_patterns, "/"))


def _routes(patterns: list[Any], prefix: str) -> Iterator[str]:
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from _routes(one.url_patterns, prefix + _written(one))
        else:
            yield prefix + _written(one)


def _written(one: URLPattern | URLResolver) -> str:
    if isinstance(one.pattern, RegexPattern):
        return "{rest}"  # what no other route takes
    return re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", str(one.pattern))
