"""When a member of a linked set starts, and what becomes of it when another one fails. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from motcua.catalogue.linked import MADE, LinkedSet, Member
from motcua.dossiers.models import Status
from motcua.foundation import expressions


class State(StrEnum):
    """Where a member stands: it waits; its dossier runs; it has its result; it ended without one;
    nobody wanted it; what it waited for ended without a result; or it could not be started and
    people look into it."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNWANTED = "unwanted"
    DROPPED = "dropped"
    STUCK = "stuck"


OPEN = frozenset({State.WAITING, State.RUNNING, State.STUCK})
FRUITLESS = frozenset({State.FAILED, State.DROPPED})
"""Ended without what another member waits for."""


@dataclass(frozen=True, slots=True)
class Next:
    """What follows: members to start now, and members that will never start."""

    start: tuple[str, ...]
    drop: tuple[str, ...]


def following(after: Mapping[str, Iterable[str]], states: Mapping[str, State]) -> Next:
    """What follows from the states of the members; `after` names what each waits for, in the order
    of the set.

    A member starts once all it waits for have their result; one that nobody wanted is not waited
    for. It is dropped as soon as one of them has ended without a result: its paper would be
    missing, and whoever needs it files it alone. The others of the set go on.
    """
    now = dict(states)
    dropped = []
    for key, needs in after.items():  # what is waited for comes first, so one round is enough
        if now[key] == State.WAITING and any(now[one] in FRUITLESS for one in needs):
            now[key] = State.DROPPED
            dropped.append(key)
    ready = tuple(
        key
        for key, needs in after.items()
        if now[key] == State.WAITING
        and all(now[one] in (State.DONE, State.UNWANTED) for one in needs)
    )
    return Next(ready, tuple(dropped))


def state_of(status: int, decision: str) -> State:
    """Where a member stands whose dossier is in this national state. A signed refusal is a result
    of the dossier, and none that another could build on."""
    if status in (Status.DONE, Status.RETURNED):
        return State.FAILED if decision == "refuse" else State.DONE
    if status in (Status.REFUSED, Status.STOPPED):
        return State.FAILED
    return State.RUNNING


def is_wanted(member: Member, answers: Mapping[str, Any]) -> bool:
    """Whether these answers ask for the member; what was not answered asks for nothing."""
    if not member.wanted:
        return True
    try:
        return expressions.compile(member.wanted).truth(answers)
    except expressions.ExpressionFailed:
        return False


def place(member: Member, answers: Mapping[str, Any]) -> str:
    """The commune whose agency decides the member, empty where the answers name none."""
    if not member.place:
        return ""
    try:
        return str(expressions.compile(member.place).value(answers) or "")
    except expressions.ExpressionFailed:
        return ""


def answers_for(
    member: Member,
    answers: Mapping[str, Any],
    made: Mapping[str, Mapping[str, Any]],
    fields: Iterable[str],
) -> dict[str, Any]:
    """What the member's own form is told, of the answers to the one form and of what the members
    before it made. What is not known is left out."""
    if member.answers is None:
        return {key: answers[key] for key in fields if key in answers}
    known = {**answers, MADE: made}
    found: dict[str, Any] = {}
    for key, source in member.answers.items():
        try:
            value = expressions.compile(source).value(known)
        except expressions.ExpressionFailed:
            continue
        if value is not None:
            found[key] = value
    return found


def known_later(member: Member) -> frozenset[str]:
    """The fields that only a result of another member fills."""
    sources = member.answers or {}
    return frozenset(key for key, one in sources.items() if MADE in expressions.compile(one).names)


def chain(definition: LinkedSet) -> dict[str, tuple[str, ...]]:
    """What each member of a set waits for, in the order of the set."""
    return {member.key: member.after for member in definition.members}
