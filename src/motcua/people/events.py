"""What leaves the room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in at `at` with the assurance level 1 or 2 (0: break-glass password)."""

    account_id: int
    assurance: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LeftAgency:
    """Somebody holds no post any more at the body and its parts `agency_ids`, since `at`: what
    waited for them there waits for anybody of the role again."""

    account_id: int
    agency_ids: tuple[int, ...]
    at: datetime
