"""Interlinked procedures (liên thông): one form that becomes several dossiers at several agencies.

A linked set is data: one file a set in `data/linked`, its versions dated, the newest that is in
force when somebody files. A set that was filed keeps the version it was filed under.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

from motcua.catalogue.facts import Limit, VersionFacts
from motcua.foundation import expressions

MADE = "made"
"""How an expression calls what the dossiers before it made: `made.birth.personal_id`."""


class BadLinkedSet(ValueError):
    """A definition that cannot be followed; says where."""


@dataclass(frozen=True, slots=True)
class Member:
    """One procedure of a set.

    `after` are the members whose result it waits for. `wanted` is CEL over the answers, empty when
    the member always belongs to it. `place` is CEL that gives the commune whose agency decides,
    empty for the place of the agency the set is filed with. `answers` gives each field of the
    member's own form as CEL over the answers of the set and over `made`; None: all fields that both
    forms have. `papers` gives each paper either a paper of the set or `result:` and a member.
    `limit` is the time the linked procedure leaves, None where the procedure's own stands.
    """

    key: str
    procedure: str
    name: str
    after: tuple[str, ...]
    wanted: str
    place: str
    answers: Mapping[str, str] | None
    papers: Mapping[str, str]
    limit: Limit | None


@dataclass(frozen=True, slots=True)
class LinkedSet:
    """One version of a set, in force from `since`. `procedure` is the one that people file; a
    supplement must come within `supplement_days` working days, or the dossier is stopped."""

    key: str
    procedure: str
    name: str
    since: date
    source: str
    supplement_days: int
    members: tuple[Member, ...]

    def member(self, key: str) -> Member:
        """The member of this key. Raises KeyError."""
        return {one.key: one for one in self.members}[key]


def key_of(version: VersionFacts) -> str:
    """The set that filing this version starts, empty for an ordinary procedure."""
    return str(version.parameters.get("linked", ""))


def only_linked(version: VersionFacts) -> bool:
    """Whether dossiers of this version come here only as a part of a set."""
    return bool(version.parameters.get("only_linked"))


def in_force(key: str, on: date) -> LinkedSet:
    """The version of a set in force on `on`. Raises KeyError where there is none."""
    found = [one for one in versions(key) if one.since <= on]
    if not found:
        raise KeyError(key, on)
    return found[-1]


def as_filed(key: str, since: date) -> LinkedSet:
    """The version that is in force from exactly `since`. Raises KeyError."""
    return {one.since: one for one in versions(key)}[since]


@lru_cache(maxsize=64)
def versions(key: str) -> tuple[LinkedSet, ...]:
    """All versions of a set, the oldest first; none for an unknown key."""
    place = files(__package__).joinpath("data/linked", f"{key}.json")
    if not key.isidentifier() or not place.is_file():
        return ()
    said = json.loads(place.read_text(encoding="utf-8"))
    return read(said)


def read(said: Mapping[str, Any]) -> tuple[LinkedSet, ...]:
    """A definition read and checked. Raises `BadLinkedSet`."""
    found = tuple(
        LinkedSet(
            key=said["key"],
            procedure=said["procedure"],
            name=said["name"],
            since=date.fromisoformat(version["from"]),
            source=version["source"],
            supplement_days=version["supplement_working_days"],
            members=tuple(_member(one) for one in version["members"]),
        )
        for version in sorted(said["versions"], key=lambda one: one["from"])
    )
    for one in found:
        _check(one)
    return found


def _member(said: Mapping[str, Any]) -> Member:
    limit = said.get("limit")
    return Member(
        key=said["key"],
        procedure=said["procedure"],
        name=said["name"],
        after=tuple(said.get("after", ())),
        wanted=said.get("wanted", ""),
        place=said.get("place", ""),
        answers=said.get("answers"),
        papers=dict(said.get("papers", {})),
        limit=Limit(Decimal(str(limit["amount"])), limit["unit"]) if limit else None,
    )


def _check(one: LinkedSet) -> None:
    """A member waits only for members before it, so that no two wait for each other; what it is
    given comes from the form or from a member it waits for."""
    before: set[str] = set()
    for member in one.members:
        here = f"{one.key} {one.since}: {member.key}"
        if member.key in before:
            raise BadLinkedSet(f"{here}: trùng khóa")
        if unknown := set(member.after) - before:
            raise BadLinkedSet(f"{here}: chờ {sorted(unknown)}, chưa có trước nó")
        for source in (member.wanted, member.place, *(member.answers or {}).values()):
            if source:
                expressions.compile(source)
        for source in member.papers.values():
            kind, _, key = source.rpartition(":")
            if kind == "result" and key not in member.after:
                raise BadLinkedSet(f"{here}: lấy kết quả của {key} mà không chờ")
        before.add(member.key)
