"""Who is looking, as values: what queries of every room are scoped by."""

from __future__ import annotations

from dataclasses import dataclass

from motcua.people.models import Role


@dataclass(frozen=True, slots=True)
class HeldPost:
    """One appointment in force. `serves` is the agency and, for a part of one, the body it works
    for."""

    agency_id: int
    agency_name: str
    role: str
    title: str
    sectors: frozenset[str]
    serves: frozenset[int]


@dataclass(frozen=True, slots=True)
class SignedInViewer:
    """Somebody, or nobody yet (`ANONYMOUS`). `assurance` is 1 or 2 for the national eID, 0 without
    sign-in or with a break-glass password. `is_administrator` is set for local accounts only:
    administrators of agencies hold a post."""

    account_id: int | None = None
    person_id: int | None = None
    organisation_ids: frozenset[int] = frozenset()
    posts: tuple[HeldPost, ...] = ()
    name: str = ""
    assurance: int = 0
    is_administrator: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    @property
    def is_officer(self) -> bool:
        return bool(self.posts)

    @property
    def administers(self) -> frozenset[int]:
        """The agencies this viewer is an administrator of."""
        return frozenset(p.agency_id for p in self.posts if p.role == Role.ADMINISTRATOR)


ANONYMOUS = SignedInViewer()
