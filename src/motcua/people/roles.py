"""What a role may do: the one table that every room and door asks.

A step of a process waits for a role; whoever holds a role with it in `does` may do the step. `acts`
are acts of office that are no step. `kept_on_leave` roles do not pass to a substitute: who decides
and signs for an agency does so by law or by a written delegation (NĐ 30/2020 Đ13), never because
somebody is away. `delegable` roles may be lent by such a delegation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from motcua.people.models import Role


class Act(StrEnum):
    """An act of office that is no step of a process."""

    COUNTER = "counter"
    """File for the person who stands at the counter."""
    ASSIGN = "assign"
    """Give a step to a colleague."""
    STAFF = "staff"
    """Appoint officers of the agency, end posts, record delegations and leave."""


@dataclass(frozen=True, slots=True)
class Powers:
    """What a role may do."""

    does: frozenset[str]
    acts: frozenset[Act] = frozenset()
    delegable: bool = True
    kept_on_leave: bool = False


POWERS: Mapping[str, Powers] = {
    Role.RECEPTIONIST: Powers(frozenset({Role.RECEPTIONIST}), frozenset({Act.COUNTER})),
    Role.HANDLER: Powers(frozenset({Role.HANDLER})),
    Role.CLERK: Powers(frozenset({Role.CLERK})),
    Role.APPROVER: Powers(frozenset({Role.APPROVER}), frozenset({Act.ASSIGN}), kept_on_leave=True),
    Role.HEAD: Powers(
        frozenset({Role.HEAD, Role.APPROVER}),
        frozenset({Act.ASSIGN, Act.STAFF}),
        kept_on_leave=True,
    ),
    Role.INSPECTOR: Powers(frozenset({Role.INSPECTOR}), delegable=False, kept_on_leave=True),
    Role.DATA_OFFICER: Powers(frozenset({Role.DATA_OFFICER}), delegable=False, kept_on_leave=True),
    Role.ADMINISTRATOR: Powers(
        frozenset({Role.ADMINISTRATOR}),
        frozenset({Act.STAFF}),
        delegable=False,
        kept_on_leave=True,
    ),
}
_NONE = Powers(frozenset())


def does(role: str) -> frozenset[str]:
    """The roles whose steps the holder of `role` may do."""
    return POWERS.get(role, _NONE).does


def may(role: str, act: Act) -> bool:
    """Whether the holder of `role` may do an act of office."""
    return act in POWERS.get(role, _NONE).acts


def who_may(wanted: Iterable[str]) -> frozenset[str]:
    """The roles that may do the steps of one of the roles `wanted`."""
    asked = frozenset(wanted)
    return frozenset(role for role, powers in POWERS.items() if powers.does & asked)


def assigners() -> list[str]:
    """The roles whose holders give steps to colleagues."""
    return sorted(role for role in POWERS if may(role, Act.ASSIGN))


PASSED_ON_LEAVE = sorted(role for role, powers in POWERS.items() if not powers.kept_on_leave)
DELEGABLE = sorted(role for role, powers in POWERS.items() if powers.delegable)
