"""Reading people. Those that show somebody's data take the viewer; the others serve sign-in and
the rooms above, which scope by it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from motcua.agencies import queries as agencies
from motcua.foundation import clock, crypto
from motcua.foundation.viewer import Viewer
from motcua.people import roles, rules, signature_titles, standing
from motcua.people.errors import NobodySigns
from motcua.people.models import (
    Access,
    Account,
    Appointment,
    Consent,
    Delegation,
    Mandate,
    Person,
    Role,
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
    """Who signs for an agency, as what ("Phó Chủ tịch"), and in whose place: `authority` is "KT."
    or "TUQ." with the title that stands above theirs, empty for who signs in their own right."""

    account_id: int
    name: str
    title: str
    authority: str = ""


def signer(agency_id: int, role: str, account_id: int | None, now: datetime) -> Signer:
    """Who signs for the agency in `role`: that account, by a post of its own or by delegation, or
    (None) the one who has held the post longest. Raises `NobodySigns`. A part of an agency signs by
    the body it works for."""
    body = agencies.facts(agency_id).works_for
    held = [
        *holders(body, role, now).order_by("valid", "pk"),
        *holders(body, Role.HEAD, now).order_by("valid", "pk"),
    ]
    heads = [post.title for post in held if post.role == Role.HEAD]
    for post in held:
        may_do = role in roles.does(post.role)
        if may_do and account_id in (None, post.account_id):
            title = post.title or post.get_role_display()
            authority = signature_titles.for_the_head(title, next(iter(heads), ""))
            return Signer(post.account_id, post.account.display_name, title, authority)
    lent = _lent(body, role, account_id or 0, now)
    if lent is None:
        raise NobodySigns
    return lent


def _lent(body_id: int, role: str, account_id: int, now: datetime) -> Signer | None:
    """The account as one to whom signing was delegated: the giver still holds the post, and the
    receiver one at the same body."""
    here = Q(agency_id=body_id) | Q(agency__parent_id=body_id, agency__kind__in=PARTS)
    signing = roles.who_may([role])
    held = Appointment.objects.filter(
        account__is_active=True, valid__contains=clock.local(now).date()
    )
    if not held.filter(here, account_id=account_id).exists():
        return None
    given = Delegation.objects.filter(here, receiver_id=account_id, valid__contains=now)
    for one in given.select_related("receiver").order_by("valid", "pk"):
        lent = sorted(signing & set(one.roles))
        theirs = held.filter(account_id=one.giver_id, agency_id=one.agency_id, role__in=lent)
        post = theirs.order_by("valid", "pk").first()
        if post is not None:
            authority = signature_titles.by_delegation(post.title or post.get_role_display())
            return Signer(account_id, one.receiver.display_name, one.title, authority)
    return None


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
