"""Reading people. Those that show somebody's data take the viewer; the others serve sign-in and
the rooms above, which scope by it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from motcua.agencies import queries as agencies
from motcua.agencies.models import Kind
from motcua.foundation import clock, crypto
from motcua.foundation.viewer import Viewer
from motcua.people import rules
from motcua.people.errors import NobodySigns
from motcua.people.models import Access, Account, Appointment, Consent, Person
from motcua.people.viewers import HeldPost, SignedInViewer

PARTS = (Kind.CENTRE, Kind.OFFICE)


def viewer_of(account: Account, assurance: int = 1, now: datetime | None = None) -> SignedInViewer:
    """The viewer an account is at `now`, with the posts held on that day. One SQL statement: posts
    are read anew for every request, so that access ends with the appointment."""
    day = clock.local(now or clock.now()).date()
    held = Appointment.objects.filter(account_id=account.pk, valid__contains=day)
    return SignedInViewer(
        account_id=account.pk,
        person_id=account.person_id,
        organisation_ids=frozenset(filter(None, [account.organisation_id])),
        posts=tuple(
            HeldPost(
                agency_id=post.agency_id,
                agency_name=post.agency.name,
                role=post.role,
                title=post.title,
                sectors=frozenset(post.sectors),
                serves=_serves(post),
            )
            for post in held.select_related("agency").order_by("pk")
        ),
        name=account.display_name,
        assurance=assurance,
        is_administrator=account.kind == Account.Kind.LOCAL and account.is_administrator,
    )


def in_own_right(account: Account, assurance: int) -> SignedInViewer:
    """The viewer an account is as the person they are, without posts: for doors at which nobody
    acts in office. No SQL."""
    return SignedInViewer(
        account_id=account.pk,
        person_id=account.person_id,
        organisation_ids=frozenset(filter(None, [account.organisation_id])),
        name=account.display_name,
        assurance=assurance,
    )


def _serves(post: Appointment) -> frozenset[int]:
    """The agency, and for an office or a centre the body it is part of (NĐ 118/2025: a centre has
    no competence of its own)."""
    above = [post.agency.parent_id] if post.agency.kind in PARTS else []
    return frozenset(filter(None, [post.agency_id, *above]))


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
