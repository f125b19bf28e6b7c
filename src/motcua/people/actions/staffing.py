"""The officers of an agency: posts given and ended, delegation, leave. Each in the ledger with it.

All of it is for who keeps the agency's posts (`roles.Act.STAFF`: its head, its administrators), by
a post of their own: what is lent does not lend on.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from motcua.agencies.models import Agency
from motcua.foundation import clock, ledger, text
from motcua.foundation.viewer import Viewer
from motcua.people import queries, roles
from motcua.people.actions.knowing import expect_account
from motcua.people.actions.posts import appoint, end_appointment
from motcua.people.errors import CannotStaff, NoSuchPost
from motcua.people.models import Account, Appointment, Delegation, Leave, Person, Role
from motcua.people.representation import midnight


def _keeps(viewer: Viewer, agency_id: int, now: datetime) -> None:
    """Raise `NoSuchPost` unless the viewer keeps the posts of the agency or of the body it is part
    of. Read anew: who has just lost the post keeps nothing."""
    if not queries.keeps_posts(viewer, agency_id, now):
        raise NoSuchPost


def _by(viewer: Viewer) -> str:
    return f"account:{viewer.account_id}"


@transaction.atomic
def give_post(
    viewer: Viewer,
    agency: Agency,
    person: Person,
    role: str,
    title: str,
    sectors: Sequence[str],
    since: date,
    until: date | None,
    source: str,
    now: datetime,
) -> Appointment:
    """Appoint somebody, by the decision `source`, from `since` to the day before `until`. Raises
    `NoSuchPost` and `CannotStaff`."""
    _keeps(viewer, agency.pk, now)
    if role not in Role.values:
        raise CannotStaff("Chọn một vai trò.")
    if not source.strip():
        raise CannotStaff("Ghi số quyết định phân công.")
    if until is not None and until <= since:
        raise CannotStaff("Ngày kết thúc phải sau ngày bắt đầu.")
    account = expect_account(person)
    return appoint(
        account,
        agency,
        role,
        title=text.nfc(title).strip()[:120],
        since=since,
        until=until,
        sectors=[sector.strip()[:20] for sector in sectors if sector.strip()],
        source=text.nfc(source).strip()[:200],
        by=_by(viewer),
    )


@transaction.atomic
def end_post(viewer: Viewer, post_id: int, now: datetime) -> Appointment:
    """End a post now: access ends with the next request, and what was lent from it with it. Raises
    `NoSuchPost`."""
    post = Appointment.objects.filter(pk=post_id).first()
    if post is None:
        raise NoSuchPost
    _keeps(viewer, post.agency_id, now)
    return end_appointment(post_id, clock.local(now).date(), _by(viewer))


def _span(since: date, until: date, now: datetime) -> DateTimeTZRange:
    """From the beginning of `since` to the end of `until`. Raises `CannotStaff`."""
    start, end = midnight(since), midnight(until + timedelta(days=1))
    if end <= start or end <= now:
        raise CannotStaff("Ngày cuối phải từ hôm nay và không trước ngày đầu.")
    return DateTimeTZRange(start, end)


@transaction.atomic
def delegate(
    viewer: Viewer,
    agency: Agency,
    giver: Account,
    receiver: Account,
    lent: Collection[str],
    title: str,
    decision_number: str,
    since: date,
    until: date,
    now: datetime,
) -> Delegation:
    """Record a written delegation: `receiver` may do what the `lent` roles of `giver` may, through
    the day `until`, and signs “TUQ.” with `title`. Raises `NoSuchPost` and `CannotStaff`."""
    _keeps(viewer, agency.pk, now)
    span = _span(since, until, now)
    held = queries.roles_held(giver.pk, agency.pk, now)
    if giver.pk == receiver.pk or not queries.works_at(receiver.pk, agency.pk, now):
        raise CannotStaff("Người nhận ủy quyền phải là cán bộ khác của cơ quan.")
    if not lent or not set(lent) <= held & set(roles.DELEGABLE):
        # NĐ 30/2020 Đ13 k3: what was received by delegation is not delegated again.
        raise CannotStaff("Chỉ ủy quyền được vai trò mà người ủy quyền đang tự mình giữ.")
    if not decision_number.strip():
        raise CannotStaff("Ghi số văn bản ủy quyền.")
    found = Delegation.objects.create(
        giver=giver,
        receiver=receiver,
        agency=agency,
        roles=sorted(set(lent)),
        title=text.nfc(title).strip()[:120],
        decision_number=text.nfc(decision_number).strip()[:80],
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
            "roles": list(found.roles),
            "decision": found.decision_number,
            "from": span.lower,
            "until": span.upper,
        },
    )
    return found


@transaction.atomic
def end_delegation(viewer: Viewer, delegation_id: int, now: datetime) -> Delegation:
    """End a delegation at this moment. Raises `NoSuchPost`."""
    found = Delegation.objects.select_for_update(of=("self",)).filter(pk=delegation_id).first()
    if found is None:
        raise NoSuchPost
    _keeps(viewer, found.agency_id, now)
    if found.ended_at is None and found.valid.upper > now:
        found.valid, found.ended_at = _cut(found.valid, now), now
        found.save(update_fields=["valid", "ended_at"])
        ledger.append(
            "people.end_delegation",
            f"account:{found.receiver_id}",
            _by(viewer),
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
    _keeps(viewer, agency.pk, now)
    span = _span(since, until, now)
    if away.pk == substitute.pk or not queries.works_at(substitute.pk, agency.pk, now):
        raise CannotStaff("Người làm thay phải là cán bộ khác của cơ quan.")
    if not queries.works_at(away.pk, agency.pk, now):
        raise NoSuchPost
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
    found = Leave.objects.select_for_update(of=("self",)).filter(pk=leave_id).first()
    if found is None:
        raise NoSuchPost
    _keeps(viewer, found.agency_id, now)
    if found.ended_at is None and found.valid.upper > now:
        found.valid, found.ended_at = _cut(found.valid, now), now
        found.save(update_fields=["valid", "ended_at"])
        ledger.append(
            "people.end_leave",
            f"account:{found.account_id}",
            _by(viewer),
            {"leave": found.pk, "at": now},
        )
    return found
