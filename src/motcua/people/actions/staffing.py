"""The officers of an agency: posts given and ended, delegation, leave. Each in the ledger with it.

All of it is for who keeps the agency's posts (`posts.keeps`): its head, its administrators, the
national administrator, never by what was lent to them. Nobody gives powers to themselves. The staff
of one body is changed by one act at a time: of two administrators who end each other's posts at
once, one was first, and the other is an administrator no more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Q

from motcua.agencies import queries as agencies
from motcua.agencies.models import Agency
from motcua.foundation import clock, ledger, text
from motcua.foundation.events import publish
from motcua.foundation.viewer import Viewer
from motcua.people import posts, roles
from motcua.people.actions.knowing import expect_account
from motcua.people.actions.posts import appoint, end_appointment
from motcua.people.errors import CannotStaff, NoSuchPost
from motcua.people.events import LeftAgency
from motcua.people.models import Account, Appointment, Delegation, Leave, Person, Role
from motcua.people.representation import midnight
from motcua.people.standing import PARTS

LONGEST_DELEGATION = timedelta(days=366)
"""No delegation runs longer: NĐ 30/2020 Đ13 k3 asks for a limited time, and what is forgotten ends
by itself."""


def _keep(viewer: Viewer, agency_id: int, now: datetime) -> None:
    """Let this act be the only one on the staff of the body until the transaction ends; then raise
    `NoSuchPost` unless the viewer keeps its posts, read anew."""
    try:
        body = agencies.facts(agency_id).works_for
    except agencies.UnknownAgency:
        raise NoSuchPost from None
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"people.staff:{body}"]
        )
    if not posts.keeps(viewer, agency_id, now):
        raise NoSuchPost


def _not_oneself(viewer: Viewer, receiver: Account) -> None:
    if receiver.pk == viewer.account_id:
        raise CannotStaff("Không ai tự giao quyền cho chính mình. Hãy nhờ người quản trị khác.")


def _by(viewer: Viewer) -> str:
    return f"account:{viewer.account_id}"


def _written(number: str, length: int) -> str:
    """The number of a decision, as it is kept. Raises `CannotStaff`."""
    kept = text.nfc(number).strip()[:length]
    if not kept:
        raise CannotStaff("Ghi số, ngày văn bản.")
    return kept


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody is appointed to: from `since` through the day `until` (None: open), for the
    codes of `sectors` (empty: all), by the decision `source`."""

    role: str
    title: str
    sectors: Sequence[str]
    since: date
    until: date | None
    source: str


@transaction.atomic
def give_post(
    viewer: Viewer, agency: Agency, person: Person, post: Post, now: datetime
) -> Appointment:
    """Appoint somebody. Doing it again changes nothing while the post is held. Raises `NoSuchPost`
    and `CannotStaff`."""
    _keep(viewer, agency.pk, now)
    if post.role not in Role.values:
        raise CannotStaff("Chọn một vai trò.")
    if post.until is not None and post.until < max(post.since, clock.local(now).date()):
        raise CannotStaff("Ngày cuối phải từ hôm nay và không trước ngày đầu.")
    account = expect_account(person)
    _not_oneself(viewer, account)
    return appoint(
        account,
        agency,
        post.role,
        title=text.nfc(post.title).strip()[:120],
        since=post.since,
        until=post.until + timedelta(days=1) if post.until else None,
        sectors=[sector.strip()[:20] for sector in post.sectors if sector.strip()],
        source=_written(post.source, 200),
        by=_by(viewer),
    )


@transaction.atomic
def end_post(viewer: Viewer, post_id: int, now: datetime) -> Appointment:
    """End a post now: access ends with the next request, and what was lent from it with it. Raises
    `NoSuchPost`. Publishes `LeftAgency` when it was the last one at the body."""
    post = Appointment.objects.filter(pk=post_id).first()
    if post is None:
        raise NoSuchPost
    _keep(viewer, post.agency_id, now)
    ended = end_appointment(post_id, clock.local(now).date(), _by(viewer))
    if not posts.works_at(post.account_id, post.agency_id, now):
        _left(post.account_id, agencies.facts(post.agency_id).works_for, now)
    return ended


@transaction.atomic
def leave_agency(viewer: Viewer, agency_id: int, account_id: int, now: datetime) -> int:
    """Somebody leaves the body now: every post of theirs there and in its parts ends, those that
    would begin later too, and with them every delegation and leave they gave or received there.
    The number of posts ended. Raises `NoSuchPost`. Publishes `LeftAgency`."""
    _keep(viewer, agency_id, now)
    body = agencies.facts(agency_id).works_for
    day = clock.local(now).date()
    held = Appointment.objects.filter(
        posts.of_body(body), account_id=account_id, valid__endswith__gt=day
    )
    open_ended = Appointment.objects.filter(
        posts.of_body(body), account_id=account_id, valid__upper_inf=True
    )
    ids = sorted({*held.values_list("pk", flat=True), *open_ended.values_list("pk", flat=True)})
    if not ids:
        raise NoSuchPost
    for post_id in ids:
        end_appointment(post_id, day, _by(viewer))
    lasting = Q(valid__endswith__gt=now)
    here = posts.of_body(body)
    lent = Delegation.objects.filter(
        here & lasting & (Q(giver_id=account_id) | Q(receiver_id=account_id))
    )
    for delegation in lent.order_by("pk"):
        _end_delegation(delegation, _by(viewer), now)
    leaves = Leave.objects.filter(
        here & lasting & (Q(account_id=account_id) | Q(substitute_id=account_id))
    )
    for found in leaves.order_by("pk"):
        _end_leave(found, _by(viewer), now)
    _left(account_id, body, now)
    return len(ids)


def _left(account_id: int, body_id: int, now: datetime) -> None:
    parts = Agency.objects.filter(parent_id=body_id, kind__in=PARTS).values_list("pk", flat=True)
    publish(LeftAgency(account_id=account_id, agency_ids=(body_id, *sorted(parts)), at=now))


def _span(since: date, until: date, now: datetime) -> DateTimeTZRange:
    """From the beginning of `since` (today: from now) to the end of `until`; `CannotStaff`."""
    start, end = max(midnight(since), now), midnight(until + timedelta(days=1))
    if end <= start:
        raise CannotStaff("Ngày cuối phải từ hôm nay và không trước ngày đầu.")
    return DateTimeTZRange(start, end)


@dataclass(frozen=True, slots=True)
class Loan:
    """What is delegated: the `roles` of the giver, through the day `until`, to somebody who signs
    with their own `title`, by the written delegation `decision_number`."""

    roles: Collection[str]
    title: str
    decision_number: str
    since: date
    until: date


@transaction.atomic
def delegate(
    viewer: Viewer, agency: Agency, giver: Account, receiver: Account, loan: Loan, now: datetime
) -> Delegation:
    """Record a written delegation: `receiver` may do what some roles of `giver` may, and signs
    “TUQ.”. Raises `NoSuchPost` and `CannotStaff`."""
    _keep(viewer, agency.pk, now)
    _not_oneself(viewer, receiver)
    span = _span(loan.since, loan.until, now)
    if span.upper - span.lower > LONGEST_DELEGATION:
        raise CannotStaff("Mỗi lần ủy quyền tối đa một năm.")
    lent = sorted(set(loan.roles))
    held = posts.roles_held(giver.pk, agency.pk, now)
    if giver.pk == receiver.pk or not posts.works_at(receiver.pk, agency.pk, now):
        raise CannotStaff("Người nhận ủy quyền phải là cán bộ khác của cơ quan.")
    if not lent or not set(lent) <= held & set(roles.DELEGABLE):
        # NĐ 30/2020 Đ13 k3: what was received by delegation is not delegated again.
        raise CannotStaff("Chỉ ủy quyền được vai trò mà người ủy quyền đang tự mình giữ.")
    title = text.nfc(loan.title).strip()[:120]
    if not title:
        raise CannotStaff("Ghi chức vụ của người nhận ủy quyền.")
    same = Delegation.objects.filter(
        giver=giver, receiver=receiver, agency=agency, roles__overlap=lent, valid__overlap=span
    )
    if same.exists():
        raise CannotStaff("Việc này đã được ủy quyền cho người đó trong khoảng ngày ấy.")
    found = Delegation.objects.create(
        giver=giver,
        receiver=receiver,
        agency=agency,
        roles=lent,
        title=title,
        decision_number=_written(loan.decision_number, 80),
        valid=span,
    )
    ledger.append(
        "people.delegate",
        f"account:{receiver.pk}",
        _by(viewer),
        {
            "delegation": found.pk,
            "giver": giver.pk,
            "agency": agency.code,
            "roles": lent,
            "decision": found.decision_number,
            "from": span.lower,
            "until": span.upper,
        },
    )
    return found


@transaction.atomic
def end_delegation(viewer: Viewer, delegation_id: int, now: datetime) -> Delegation:
    """End a delegation at this moment. Raises `NoSuchPost`."""
    agency_id = Delegation.objects.filter(pk=delegation_id).values_list("agency_id", flat=True)
    _keep(viewer, agency_id.first() or 0, now)
    found = Delegation.objects.select_for_update(of=("self",)).get(pk=delegation_id)
    return _end_delegation(found, _by(viewer), now)


def _end_delegation(found: Delegation, by: str, now: datetime) -> Delegation:
    if found.ended_at is None and not found.valid.isempty and found.valid.upper > now:
        found.valid, found.ended_at = _cut(found.valid, now), now
        found.save(update_fields=["valid", "ended_at"])
        ledger.append(
            "people.end_delegation",
            f"account:{found.receiver_id}",
            by,
            {"delegation": found.pk, "at": now},
        )
    return found


def _cut(span: DateTimeTZRange, now: datetime) -> DateTimeTZRange:
    return DateTimeTZRange(min(span.lower, now), now)


@transaction.atomic
def mark_leave(
    viewer: Viewer,
    agency: Agency,
    away: Account,
    substitute: Account,
    since: date,
    until: date,
    now: datetime,
) -> Leave:
    """Record that an officer is away through the day `until` and who does their work meanwhile.
    Raises `NoSuchPost` and `CannotStaff`."""
    _keep(viewer, agency.pk, now)
    span = _span(since, until, now)
    if away.pk == substitute.pk or not posts.works_at(substitute.pk, agency.pk, now):
        raise CannotStaff("Người làm thay phải là cán bộ khác của cơ quan.")
    if away.pk != viewer.account_id:
        _not_oneself(viewer, substitute)
    if not posts.works_at(away.pk, agency.pk, now):
        raise CannotStaff("Người nghỉ phải là cán bộ của cơ quan.")
    try:
        with transaction.atomic():
            found = Leave.objects.create(
                account=away, substitute=substitute, agency=agency, valid=span
            )
    except IntegrityError as error:
        if "leave_one_at_a_time" in str(error):
            raise CannotStaff("Người này đã có ngày nghỉ trong khoảng đó.") from error
        raise
    ledger.append(
        "people.leave",
        f"account:{away.pk}",
        _by(viewer),
        {
            "leave": found.pk,
            "substitute": substitute.pk,
            "agency": agency.code,
            "from": span.lower,
            "until": span.upper,
        },
    )
    return found


@transaction.atomic
def end_leave(viewer: Viewer, leave_id: int, now: datetime) -> Leave:
    """The officer is back: the substitute sees their work no more. Raises `NoSuchPost`."""
    agency_id = Leave.objects.filter(pk=leave_id).values_list("agency_id", flat=True).first()
    _keep(viewer, agency_id or 0, now)
    found = Leave.objects.select_for_update(of=("self",)).get(pk=leave_id)
    return _end_leave(found, _by(viewer), now)


def _end_leave(found: Leave, by: str, now: datetime) -> Leave:
    if found.ended_at is None and not found.valid.isempty and found.valid.upper > now:
        found.valid, found.ended_at = _cut(found.valid, now), now
        found.save(update_fields=["valid", "ended_at"])
        ledger.append(
            "people.end_leave",
            f"account:{found.account_id}",
            by,
            {"leave": found.pk, "at": now},
        )
    return found
