"""Sending a notice and noting what became of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection, transaction

from motcua.foundation import ledger
from motcua.foundation.person_keys import Part
from motcua.foundation.personal_fields import encrypt_for
from motcua.foundation.redaction import redacted
from motcua.foundation.text import nfc
from motcua.foundation.viewer import Viewer
from motcua.notices import rules
from motcua.notices.models import Delivery, Notice
from motcua.people.models import Person

# Who sends the same key at the same instant waits at the unique index and then finds it taken.
_INSERT = """
    INSERT INTO notices_notice (key, person_id, subject, title, body, link, created_at)
    VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (key) DO NOTHING RETURNING id
"""


@transaction.atomic
def send(
    key: str,
    person_id: int,
    title: str,
    body: str,
    link: str = "",
    subject: int | None = None,
    email: str | None = None,
    *,
    now: datetime,
) -> Notice:
    """Put a notice into a person's inbox, once per `key`; a repetition changes nothing and gives
    the notice sent before. With `email` a mail goes out too, later and at leisure: its failure
    never touches the notice. `link` is a path of the portal. One or two INSERTs."""
    title, body = nfc(title)[:200], nfc(body)
    sealed = encrypt_for(Person, person_id, body, "notices_notice.body", Part.VOLUNTARY)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [key, person_id, subject, title, sealed, link, now])
        row = cursor.fetchone()
    if row is None:
        return Notice.objects.get(key=key)
    sent = Notice(
        pk=row[0],
        key=key,
        person_id=person_id,
        subject=subject,
        title=title,
        body=body,
        link=link,
        created_at=now,
    )
    if email:
        Delivery.objects.create(notice=sent, channel="email", address=email.strip(), next_at=now)
    return sent


@transaction.atomic
def mark_read(viewer: Viewer, notice_id: int, now: datetime) -> bool:
    """Note that the viewer has read a notice of theirs; False when there is none. The first
    reading counts."""
    if viewer.person_id is None:
        return False
    mine = Notice.objects.filter(pk=notice_id, person_id=viewer.person_id)
    if not mine.exists():
        return False
    mine.filter(read_at__isnull=True).update(read_at=now)
    return True


@transaction.atomic
def mark_all_read(viewer: Viewer, now: datetime) -> int:
    """Note that the viewer has read everything; how many were unread."""
    if viewer.person_id is None:
        return 0
    mine = Notice.objects.filter(person_id=viewer.person_id, read_at__isnull=True)
    return mine.update(read_at=now)


@transaction.atomic
def claim_due(now: datetime, limit: int) -> list[Delivery]:
    """Take up to `limit` mails that are due, so that no other worker takes them: each is due again
    in ten minutes, in case this worker dies with it."""
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now)
    claimed = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("notice")
        .order_by("next_at")[:limit]
    )
    Delivery.objects.filter(pk__in=[d.pk for d in claimed]).update(next_at=now + rules.IN_HAND)
    return claimed


@transaction.atomic
def note_sent(delivery_ids: Sequence[int], now: datetime) -> None:
    """The mail server took them."""
    Delivery.objects.filter(pk__in=delivery_ids).update(
        state=Delivery.State.SENT, sent_at=now, last_error=""
    )


@transaction.atomic
def note_failure(delivery_id: int, error: str, *, for_good: bool, now: datetime) -> None:
    """The mail server did not take it: try again later, or give up after the last try or when it
    refused the address `for_good`."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    delivery.attempts += 1
    delivery.last_error = redacted(error)[:300]
    again = None if for_good else rules.next_try(delivery.attempts, now)
    if again is None:
        delivery.state = Delivery.State.FAILED
    else:
        delivery.next_at = again
    delivery.save(update_fields=["attempts", "last_error", "state", "next_at"])


@transaction.atomic
def erase_inbox(person_id: int, by: str) -> int:
    """Remove every notice of the person, with its mails, when they ask for it (Luật 91/2025/QH15
    Đ4): what was told stands in the dossiers. How many notices. Mails that wait are not sent."""
    mine = list(
        Notice.objects.select_for_update().filter(person_id=person_id).values_list("pk", flat=True)
    )
    if not mine:
        return 0
    Delivery.objects.filter(notice_id__in=mine).delete()
    Notice.objects.filter(pk__in=mine).delete()
    ledger.append("notices.inbox_erased", f"person:{person_id}", by, {"notices": len(mine)})
    return len(mine)
