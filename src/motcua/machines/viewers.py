"""A machine as somebody who looks: what queries of every room are scoped by."""

from __future__ import annotations

from dataclasses import dataclass

ROLE = "machine"


@dataclass(frozen=True, slots=True)
class MachinePost:
    """The one post of a machine: at its agency, and the body this works for."""

    agency_id: int
    agency_name: str
    serves: frozenset[int]
    role: str = ROLE
    lent_as: str = ""
    lent_by: str = ""


@dataclass(frozen=True, slots=True)
class MachineViewer:
    """A machine (`foundation.viewer.Viewer`). It is no person, so nothing is its own; no officer's
    step is open to it, since no step asks for its role."""

    client_id: str
    name: str
    realm: str
    posts: tuple[MachinePost, ...]
    account_id: int | None = None
    person_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    acting: None = None
    stands_in_for: frozenset[int] = frozenset()
    assurance: int = 0
