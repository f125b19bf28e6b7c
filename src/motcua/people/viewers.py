"""Who is looking, as values: what queries of every room are scoped by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from motcua.people import roles
from motcua.people.models import Role

DELEGATION, LEAVE = "delegation", "leave"


@dataclass(frozen=True, slots=True)
class HeldPost:
    """One post in force. `serves` is the agency and, for a part of one, the body it works for.
    `lent_as` says how a post of somebody else (`lent_by`) came to the viewer: by delegation, or as
    their substitute during a leave; empty for a post of their own."""

    agency_id: int
    agency_name: str
    role: str
    title: str
    sectors: frozenset[str]
    serves: frozenset[int]
    lent_as: str = ""
    lent_by: str = ""


@dataclass(frozen=True, slots=True)
class ActingFor:
    """The mandate the viewer has chosen to act under, in force when the viewer was loaded."""

    mandate_id: int
    person_id: int | None
    organisation_id: int | None
    name: str
    ground: str
    procedures: frozenset[str]
    deeds: frozenset[str]
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class SignedInViewer:
    """Somebody, or nobody yet (`ANONYMOUS`). `assurance` is 1 or 2 for the national eID, 0 without
    sign-in or with a break-glass password. `is_administrator` is set for local accounts only:
    administrators of agencies hold a post. `stands_in_for` are the accounts on leave whose work
    comes to this one."""

    account_id: int | None = None
    person_id: int | None = None
    acting: ActingFor | None = None
    posts: tuple[HeldPost, ...] = ()
    name: str = ""
    assurance: int = 0
    is_administrator: bool = False
    stands_in_for: frozenset[int] = frozenset()

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_officer(self) -> bool:
        return bool(self.posts)

    @property
    def organisation_ids(self) -> frozenset[int]:
        """The organisation in whose name this viewer acts now, as a set."""
        return frozenset(filter(None, [self.acting.organisation_id if self.acting else None]))

    @property
    def person_ids(self) -> frozenset[int]:
        """The person whose dossiers this viewer sees now: their own, or the one they act for."""
        if self.acting is None:
            return frozenset(filter(None, [self.person_id]))
        return frozenset(filter(None, [self.acting.person_id]))

    @property
    def administers(self) -> frozenset[int]:
        """The agencies this viewer is an administrator of, by a post of their own."""
        return frozenset(
            post.agency_id
            for post in self.posts
            if not post.lent_as and post.role == Role.ADMINISTRATOR
        )

    @property
    def staffs(self) -> frozenset[int]:
        """The agencies whose officers this viewer appoints: by a post of their own only."""
        return frozenset(
            post.agency_id
            for post in self.posts
            if not post.lent_as and roles.may(post.role, roles.Act.STAFF)
        )


ANONYMOUS = SignedInViewer()
