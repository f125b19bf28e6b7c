"""Reading people. Those that show somebody's data take the viewer; the others serve sign-in and
the rooms above, which scope by it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.agencies import queries as agencies
from motcua.agencies.facts import AgencyFacts
from motcua.foundation import clock, crypto
from motcua.foundation.viewer import Viewer
from motcua.people import roles, rules, standing
from motcua.people.errors import NobodySigns
from motcua.people.models import (
    Access,
    Account,
    Appointment,
    Consent,
    Delegation,
    Leave,
    Mandate,
    Person,
)
from motcua.people.standing import PARTS
from motcua.people.viewers import SignedInViewer


def viewer_of(
    account: Account, assurance: int = 1, now: datetime | None = None, acting: int | None = None
) -> SignedInViewer:
    """The viewer an account is at `now`, with the posts held on that day and, when they chose to
    act under the mandate `acting`, for whom. One SQL statement: all of it is read anew for every
    request, so that access ends with the row that gives it."""
    found = standing.of(account, now or clock.now(), acting)
    return SignedInViewer(
        account_id=account.pk,
        person_id=account.person_id,
        acting=found.acting,
        posts=found.posts,
        name=account.display_name,
        assurance=assurance,
        is_administrator=account.kind == Account.Kind.LOCAL and account.is_administrator,
        stands_in_for=found.stands_in_for,
    )


def in_own_right(account: Account, assurance: int, now: datetime | None = None) -> SignedInViewer:
    """The viewer an account is without posts: for doors at which nobody acts in office. No SQL for
    a person; one statement for an organisation, whose representative must be one today."""
    acting = None
    if account.organisation_id is not None:
        acting = standing.of(account, now or clock.now()).acting
    return SignedInViewer(
        account_id=account.pk,
        person_id=account.person_id,
        acting=acting,
        name=account.display_name,
        assurance=assurance,
    )


def account(account_id: int) -> Account | None:
    """An account that may sign in."""
    return Account.objects.filter(pk=account_id, is_active=True).first()


def account_by_subject(subject: str) -> Account | None:
    """The account with this `sub` of the national eID, when it may sign in, its person with it.
    One statement, for doors that get an access token with every request."""
    rows = Account.objects.select_related("person").filter(subject=subject, is_active=True)
    return rows.order_by().first()


def person_by_id_number(id_number: str) -> Person | None:
    """The person with this id number, through the blind index. What is shown of it is a read of
    personal data, which the caller records. None for what is no id number, too."""
    try:
        number = rules.id_number(id_number)
    except rules.BadIdNumber:
        return None
    return Person.objects.filter(id_index=crypto.blind_index("person", number)).first()


def known_by_id_number(id_numbers: Collection[str]) -> tuple[tuple[int, ...], tuple[bytes, ...]]:
    """Whom these id numbers belong to, for the record of a look at them: row ids of people known
    here, and the blind indexes of the numbers nobody here has. One statement or none."""
    indexes = set()
    for id_number in id_numbers:
        try:
            indexes.add(crypto.blind_index("person", rules.id_number(id_number)))
        except rules.BadIdNumber:
            continue
    if not indexes:
        return (), ()
    rows = Person.objects.filter(id_index__in=indexes).values_list("pk", "id_index")
    found = {bytes(index): pk for pk, index in rows}
    return tuple(sorted(found.values())), tuple(sorted(indexes - set(found)))


def people_by_phone(phone: str) -> list[Person]:
    """Who gave this phone number, through the blind index; a household may share one. What is
    shown of them is a read of personal data, which the caller records."""
    index = rules.phone_index(phone)
    return [] if index is None else list(Person.objects.filter(phone_index=index).order_by("pk"))


def me(viewer: Viewer) -> Person | None:
    """The viewer's own entry."""
    return Person.objects.filter(pk=viewer.person_id).first() if viewer.person_id else None


def who_looked(
    viewer: Viewer, limit: int = 200, *, after: int = 0, now: datetime | None = None
) -> list[Access]:
    """Who looked at the viewer's own data, newest first, from the `after`-th on. Looks that a
    decision withholds are left out until its day has come."""
    if viewer.person_id is None:
        return []
    own = Person.objects.only("id_index").get(pk=viewer.person_id)
    rows = Access.objects.filter(
        Q(subject_id=own.pk) | Q(subject_index=own.id_index),
        Q(withheld_until__isnull=True) | Q(withheld_until__lte=now or clock.now()),
    )
    return list(rows.order_by("-at", "-pk")[after : after + limit])


def consents(viewer: Viewer) -> list[Consent]:
    """The viewer's own consents, newest first, withdrawn ones too."""
    if viewer.person_id is None:
        return []
    return list(Consent.objects.filter(person_id=viewer.person_id).order_by("-given_at", "-pk"))


def has_consented(person_id: int, purpose: str) -> bool:
    """Whether a consent to `purpose` stands."""
    return Consent.objects.filter(
        person_id=person_id, purpose=purpose, withdrawn_at__isnull=True
    ).exists()


def holders(agency_id: int, role: str, now: datetime) -> QuerySet[Appointment]:
    """Who holds `role` at the agency or at a part of it at `now`, by name."""
    return (
        Appointment.objects.filter(
            Q(agency_id=agency_id) | Q(agency__parent_id=agency_id, agency__kind__in=PARTS),
            role=role,
            valid__contains=clock.local(now).date(),
            account__is_active=True,
        )
        .select_related("account", "agency")
        .order_by("account__display_name", "pk")
    )


def colleagues(agency_id: int, role: str, now: datetime) -> list[Account]:
    """The officers a step of this agency and role may be given to, each once, by name."""
    return list({post.account_id: post.account for post in holders(agency_id, role, now)}.values())


def colleague(account_id: int, agency_id: int, role: str, now: datetime) -> Account | None:
    """That officer, when a step of this agency and role may be given to them."""
    post = holders(agency_id, role, now).filter(account_id=account_id).first()
    return post.account if post else None


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs for an agency, and as what ("Phó Chủ tịch")."""

    account_id: int
    name: str
    title: str


def signer(agency_id: int, role: str, account_id: int | None, now: datetime) -> Signer:
    """Who signs for the agency in `role`: that account, or (None) the one who has held the post
    longest. Raises `NobodySigns`. A part of an agency signs by the body it works for."""
    body = agencies.facts(agency_id).works_for
    posts = holders(body, role, now)
    if account_id is not None:
        posts = posts.filter(account_id=account_id)
    post = posts.order_by("valid", "pk").first()
    if post is None:
        raise NobodySigns
    return Signer(post.account_id, post.account.display_name, post.title or post.get_role_display())


def mandates_held(viewer: Viewer, now: datetime) -> list[Mandate]:
    """Under which the viewer may act for others now, by name of the represented."""
    if viewer.person_id is None:
        return []
    rows = Mandate.objects.filter(representative_id=viewer.person_id, valid__contains=now)
    found = rows.select_related("person", "organisation")[:500]
    return sorted(found, key=lambda m: m.organisation.name if m.organisation else _name(m))


def _name(found: Mandate) -> str:
    return found.person.full_name if found.person else ""


def mandates_given(viewer: Viewer) -> list[Mandate]:
    """Who may or might act for the viewer, or for the organisation they represent by law; those in
    force and those that have ended, the newest first."""
    if viewer.person_id is None:
        return []
    acting = viewer.acting
    rows = Mandate.objects.filter(person_id=viewer.person_id)
    if acting is not None:
        held = Mandate.objects.filter(
            pk=acting.mandate_id,
            representative_id=viewer.person_id,
            ground=Mandate.Ground.LEGAL,
            organisation_id=OuterRef("organisation_id"),
        )
        rows = Mandate.objects.filter(Exists(held))
    return list(rows.select_related("representative").order_by("-granted_at", "-pk")[:100])


def mandate_paper(viewer: Viewer, mandate_id: int) -> UUID | None:
    """The uploaded authorisation of a mandate the viewer gave, or holds."""
    ids = {m.pk for m in mandates_given(viewer)}
    return (
        Mandate.objects.filter(Q(pk__in=ids) | Q(representative_id=viewer.person_id or 0))
        .filter(pk=mandate_id)
        .values_list("paper_file", flat=True)
        .first()
    )


def _own_posts(account_id: int | None, now: datetime) -> QuerySet[Appointment]:
    return Appointment.objects.filter(
        account_id=account_id or 0,
        account__is_active=True,
        valid__contains=clock.local(now).date(),
    )


def keeps_posts(viewer: Viewer, agency_id: int, now: datetime) -> bool:
    """Whether the viewer appoints the officers of the agency: by a post of their own at it, or at
    the body that it is part of."""
    agencies_above = [agency_id, agencies.facts(agency_id).works_for]
    keeping = [role for role in roles.POWERS if roles.may(role, roles.Act.STAFF)]
    held = _own_posts(viewer.account_id, now)
    return held.filter(agency_id__in=agencies_above, role__in=keeping).exists()


def roles_held(account_id: int, agency_id: int, now: datetime) -> set[str]:
    """The roles that the account holds at the agency by posts of its own."""
    held = _own_posts(account_id, now).filter(agency_id=agency_id)
    return set(held.values_list("role", flat=True))


def works_at(account_id: int, agency_id: int, now: datetime) -> bool:
    """Whether the account holds a post at the agency, at a part of it or at the body above."""
    body = agencies.facts(agency_id).works_for
    return (
        _own_posts(account_id, now)
        .filter(
            Q(agency_id__in=[agency_id, body]) | Q(agency__parent_id=body, agency__kind__in=PARTS)
        )
        .exists()
    )


@dataclass(frozen=True, slots=True)
class Staff:
    """The officers of an agency and its parts today, what was lent, and who is away or will be."""

    agency: AgencyFacts
    posts: list[Appointment]
    delegations: list[Delegation]
    leaves: list[Leave]


def staff(viewer: Viewer, agency_id: int, now: datetime) -> Staff | None:
    """The staff of an agency whose posts the viewer keeps; None for any other."""
    if not keeps_posts(viewer, agency_id, now):
        return None
    day = clock.local(now).date()
    here = Q(agency_id=agency_id) | Q(agency__parent_id=agency_id, agency__kind__in=PARTS)
    lasting = Q(valid__endswith__gt=now)
    posts = Appointment.objects.filter(here).filter(
        Q(valid__contains=day) | Q(valid__startswith__gt=day)
    )
    return Staff(
        agency=agencies.facts(agency_id),
        posts=list(
            posts.select_related("account", "agency").order_by(
                "agency__code", "role", "account__display_name"
            )
        ),
        delegations=list(
            Delegation.objects.filter(here & lasting)
            .select_related("giver", "receiver", "agency")
            .order_by("valid")
        ),
        leaves=list(
            Leave.objects.filter(here & lasting)
            .select_related("account", "substitute", "agency")
            .order_by("valid")
        ),
    )
