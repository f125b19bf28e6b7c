"""The officers whose access an administrator looks after: those who hold a post today in an agency
the administrator is appointed to, or in one below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from motcua.foundation import clock, text
from motcua.foundation.viewer import Viewer
from motcua.people.models import Account, Appointment, Factor
from motcua.people.viewers import SignedInViewer

MOST = 100


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One officer: `posts` in words, `open_sessions` how many, `has_factor` whether a second factor
    is kept."""

    account_id: int
    name: str
    posts: tuple[str, ...]
    open_sessions: int
    has_factor: bool


def administered(viewer: Viewer, now: datetime, query: str = "") -> list[StaffRow]:
    """The first hundred by name whose names hold `query`, tone marks or not. Two statements."""
    posts = _posts(viewer, now)
    if query:
        posts = posts.filter(account__person__folded_name__contains=text.fold(query))
    held: dict[int, list[str]] = {}
    by_name = posts.order_by("account__display_name", "account_id", "pk")
    for post in by_name.select_related("agency"):
        if post.account_id not in held and len(held) == MOST:
            break
        words = f"{post.title or post.get_role_display()}, {post.agency.name}"
        held.setdefault(post.account_id, []).append(words)
    accounts = Account.objects.filter(pk__in=held).annotate(
        open_sessions=Count("sessions", filter=Q(sessions__expire_date__gt=now)),
        has_factor=Exists(Factor.objects.filter(account_id=OuterRef("pk"))),
    )
    found = {one.pk: one for one in accounts}
    return [
        StaffRow(
            account_id=pk,
            name=found[pk].display_name,
            posts=tuple(dict.fromkeys(words)),
            open_sessions=found[pk].open_sessions,
            has_factor=found[pk].has_factor,
        )
        for pk, words in held.items()
    ]


def administers(viewer: Viewer, account_id: int, now: datetime) -> bool:
    """Whether this officer's access is the viewer's to end."""
    return _posts(viewer, now).filter(account_id=account_id).exists()


def _posts(viewer: Viewer, now: datetime) -> QuerySet[Appointment]:
    """Posts held today within the viewer's reach; a break-glass administrator reaches all."""
    held = Appointment.objects.filter(valid__contains=clock.local(now).date())
    if not isinstance(viewer, SignedInViewer):
        return held.none()
    if viewer.is_administrator:
        return held
    own = viewer.administers
    return held.filter(
        Q(agency_id__in=own) | Q(agency__parent_id__in=own) | Q(agency__parent__parent_id__in=own)
    )
