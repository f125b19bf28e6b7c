"""Giving and ending posts, for whoever was found to be allowed to."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange

from motcua.agencies.models import Agency
from motcua.foundation import ledger
from motcua.people.models import (
    Account,
    Appointment,
    Role,
)


@transaction.atomic
def appoint(
    account: Account,
    agency: Agency,
    role: str,
    *,
    title: str,
    since: date,
    until: date | None = None,
    sectors: Sequence[str] = (),
    source: str,
    by: str = "system",
) -> Appointment:
    """Give somebody a post from `since`, to the day before `until`. Doing it again changes nothing
    while the post is held."""
    Account.objects.select_for_update().get(pk=account.pk)
    held = Appointment.objects.filter(
        account=account, agency=agency, role=Role(role), valid__overlap=DateRange(since, until)
    ).first()
    if held is not None:
        return held
    post = Appointment.objects.create(
        account=account,
        agency=agency,
        role=Role(role),
        title=title,
        sectors=list(sectors),
        valid=DateRange(since, until),
        source=source,
    )
    ledger.append(
        "people.appoint",
        f"account:{account.pk}",
        by,
        {"agency": agency.code, "role": post.role, "since": since, "until": until},
    )
    return post


@transaction.atomic
def end_appointment(appointment_id: int, on: date, by: str = "system") -> Appointment:
    """End a post: from `on` it is no longer held. Access ends with the next request. One that has
    ended by then stays as it is."""
    post = Appointment.objects.select_for_update(of=("self",)).get(pk=appointment_id)
    if post.valid.isempty or (post.valid.upper is not None and post.valid.upper <= on):
        return post
    start = post.valid.lower
    post.valid = DateRange(start, max(on, start))
    post.save(update_fields=["valid"])
    ledger.append(
        "people.end_appointment", f"account:{post.account_id}", by, {"post": post.pk, "on": on}
    )
    return post
