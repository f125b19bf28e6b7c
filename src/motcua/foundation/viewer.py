"""Who is looking. Queries take a `Viewer`; `people.queries.viewer_of` makes one from an account."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class Post(Protocol):
    """One appointment of an officer: the agency, the role, and the agencies it works for
    (an office of a commune works for the commune)."""

    @property
    def agency_id(self) -> int: ...
    @property
    def role(self) -> str: ...
    @property
    def serves(self) -> frozenset[int]: ...


class Viewer(Protocol):
    """The identity a read is scoped by. `person_id` and `organisation_ids` are who they are in
    their own right, `posts` what they may do in office today."""

    @property
    def account_id(self) -> int | None: ...
    @property
    def person_id(self) -> int | None: ...
    @property
    def organisation_ids(self) -> frozenset[int]: ...
    @property
    def posts(self) -> Sequence[Post]: ...
    @property
    def name(self) -> str: ...
    @property
    def assurance(self) -> int: ...
