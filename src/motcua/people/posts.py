"""The posts of an agency's officers: who keeps them (appoints, ends, records delegation and leave),
and what they are. Names of officers and their posts are no secret of theirs: they sign with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from motcua.agencies import queries as agencies
from motcua.agencies.facts import AgencyFacts
from motcua.agencies.models import Agency
from motcua.foundation import clock, text
from motcua.foundation.viewer import Viewer
from motcua.people import roles
from motcua.people.models import Account, Appointment, Delegation, Leave, Role
from motcua.people.standing import PARTS

MOST = 50


def own(account_id: int | None, now: datetime) -> QuerySet[Appointment]:
    """The posts of an account's own that are in force; lent ones are not among them."""
    return Appointment.objects.filter(
        account_id=account_id or 0,
        account__is_active=True,
        valid__contains=clock.local(now).date(),
    )


def is_national(viewer: Viewer) -> bool:
    """Whether this is the national administrator, as the row of the account says now."""
    return Account.objects.filter(
        pk=viewer.account_id or 0, kind=Account.Kind.LOCAL, is_administrator=True, is_active=True
    ).exists()


def keeps(viewer: Viewer, agency_id: int, now: datetime) -> bool:
    """Whether the viewer keeps the posts of the agency: its head, by a post of their own at it or
    at the body it is part of; an administrator of it or of a body above it; the national one.
    Raises `agencies.UnknownAgency`."""
    found = agencies.facts(agency_id)
    above, parent = [found.id], found.parent_id
    while parent is not None:
        above.append(parent)
        parent = agencies.facts(parent).parent_id
    keeping = [role for role in roles.POWERS if roles.may(role, roles.Act.STAFF)]
    held = own(viewer.account_id, now).filter(role__in=keeping)
    reached = Q(agency_id__in=[found.id, found.works_for])
    if held.filter(reached | Q(agency_id__in=above, role=Role.ADMINISTRATOR)).exists():
        return True
    return is_national(viewer)


def kept(viewer: Viewer, now: datetime, query: str = "") -> list[Agency]:
    """The bodies whose posts the viewer keeps and whose names hold `query`, at most fifty, those of
    the viewer's own posts first. Parts of a body are kept on its page."""
    bodies = Agency.objects.exclude(kind__in=PARTS).filter(valid__contains=clock.local(now).date())
    if not is_national(viewer):
        held = own(viewer.account_id, now)
        at = {one.role: set[int]() for one in held}
        for one in held:
            at[one.role].add(one.agency_id)
        run = at.get(Role.ADMINISTRATOR, set())
        reached = Q(pk__in=run | at.get(Role.HEAD, set()))
        bodies = bodies.filter(reached | Q(parent__in=run) | Q(parent__parent__in=run))
    if query:
        folded = text.fold(query)
        names = bodies.values_list("pk", "name", "code")
        bodies = bodies.filter(
            pk__in=[pk for pk, name, code in names if folded in text.fold(f"{name} {code}")]
        )
    return list(bodies.order_by("sort_key", "pk")[:MOST])


def roles_held(account_id: int, agency_id: int, now: datetime) -> set[str]:
    """The roles that the account holds at the agency by posts of its own."""
    held = own(account_id, now).filter(agency_id=agency_id)
    return set(held.values_list("role", flat=True))


def of_body(body_id: int) -> Q:
    """Rows at a body or at a part of it."""
    return Q(agency_id=body_id) | Q(agency__parent_id=body_id, agency__kind__in=PARTS)


def works_at(account_id: int, agency_id: int, now: datetime) -> bool:
    """Whether the account holds a post at the body that the agency is or is part of."""
    body = agencies.facts(agency_id).works_for
    return own(account_id, now).filter(of_body(body)).exists()


@dataclass(frozen=True, slots=True)
class Staff:
    """The officers of a body and its parts today and to come, what was lent, and who is away or
    will be. `officers` are those who hold a post today, each once."""

    agency: AgencyFacts
    posts: list[Appointment]
    officers: list[Account]
    delegations: list[Delegation]
    leaves: list[Leave]


def staff(viewer: Viewer, agency_id: int, now: datetime) -> Staff | None:
    """The staff of a body whose posts the viewer keeps; None for any other. Raises
    `agencies.UnknownAgency`."""
    if not keeps(viewer, agency_id, now):
        return None
    day = clock.local(now).date()
    here, lasting = of_body(agency_id), Q(valid__endswith__gt=now)
    rows = Appointment.objects.filter(here, account__is_active=True).filter(
        Q(valid__contains=day) | Q(valid__startswith__gt=day)
    )
    posts = list(
        rows.select_related("account", "agency").order_by(
            "agency__code", "role", "account__display_name", "pk"
        )
    )
    today = {post.account_id: post.account for post in posts if day in post.valid}
    return Staff(
        agency=agencies.facts(agency_id),
        posts=posts,
        officers=sorted(today.values(), key=lambda one: (text.fold(one.display_name), one.pk)),
        delegations=list(
            Delegation.objects.filter(here & lasting)
            .select_related("giver", "receiver", "agency")
            .order_by("valid", "pk")
        ),
        leaves=list(
            Leave.objects.filter(here & lasting)
            .select_related("account", "substitute", "agency")
            .order_by("valid", "pk")
        ),
    )
