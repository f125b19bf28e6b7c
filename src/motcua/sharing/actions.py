"""Messages that must arrive: put in the queue, claimed by a worker, acknowledged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from motcua.foundation.events import publish
from motcua.foundation.redaction import redacted
from motcua.sharing import rules
from motcua.sharing.events import MessageRefused
from motcua.sharing.models import Outgoing


def enqueue(
    target: str, stream: str, kind: str, key: str, payload: Mapping[str, Any], now: datetime
) -> None:
    """Have `payload` brought to `target` after what was queued before it in the same `stream`.

    Part of the caller's transaction: rolled back, nothing is sent. The same `key` again changes
    nothing. One INSERT, and so no savepoint: a dossier's every turn comes through here.
    """
    message = Outgoing(
        target=target,
        stream=stream,
        kind=kind,
        key=key,
        payload=dict(payload),
        next_at=now,
        created_at=now,
    )
    Outgoing.objects.bulk_create([message], ignore_conflicts=True)


# One pass over the open messages in the order of their index. Written without a join: right after
# a burst the planner has no statistics yet, and a join then looks at every pair of messages.
_FIRST_OF_EACH_STREAM = """
    SELECT id FROM (
        SELECT DISTINCT ON (stream) id, state, next_at FROM sharing_outgoing
        WHERE target = %s AND NOT (state = 'delivered') ORDER BY stream, id
    ) AS first
    WHERE state = 'waiting' AND next_at <= %s ORDER BY id LIMIT %s
"""


@transaction.atomic
def claim(target: str, now: datetime, limit: int) -> list[Outgoing]:
    """Take up to `limit` messages that are due, at most one of each stream: the first that is not
    yet delivered. Nobody else takes them for a minute, in case this worker dies with them."""
    with connection.cursor() as cursor:
        cursor.execute(_FIRST_OF_EACH_STREAM, [target, now, limit])
        ids = [row[0] for row in cursor.fetchall()]
    due = Outgoing.objects.filter(pk__in=ids, state=Outgoing.State.WAITING, next_at__lte=now)
    claimed = list(due.select_for_update(skip_locked=True).order_by("pk"))
    Outgoing.objects.filter(pk__in=[m.pk for m in claimed]).update(next_at=now + rules.IN_HAND)
    return claimed


@transaction.atomic
def acknowledged(message_ids: Sequence[int], now: datetime) -> None:
    """The other side has them for good."""
    Outgoing.objects.filter(pk__in=message_ids).update(
        state=Outgoing.State.DELIVERED, delivered_at=now, last_error=""
    )


@transaction.atomic
def unanswered(messages: Sequence[Outgoing], reason: str, now: datetime) -> None:
    """No acknowledgement came: send again later."""
    for message in messages:
        failures = message.attempts + 1
        Outgoing.objects.filter(pk=message.pk, state=Outgoing.State.WAITING).update(
            attempts=failures,
            next_at=rules.next_try(failures, now),
            last_error=redacted(reason)[:300],
        )


@transaction.atomic
def refused(message: Outgoing, reason: str, now: datetime) -> None:
    """The other side says it can never take this message. Its stream stands still."""
    changed = Outgoing.objects.filter(pk=message.pk, state=Outgoing.State.WAITING).update(
        state=Outgoing.State.REFUSED,
        attempts=message.attempts + 1,
        last_error=redacted(reason)[:300],
    )
    if changed:
        publish(
            MessageRefused(
                message_id=message.pk,
                target=message.target,
                stream=message.stream,
                reason=reason[:300],
            )
        )


@transaction.atomic
def send_again(message_id: int, now: datetime) -> bool:
    """Let a refused message be tried again (the other side was corrected); False when it was not
    refused."""
    stopped = Outgoing.objects.filter(pk=message_id, state=Outgoing.State.REFUSED)
    return bool(stopped.update(state=Outgoing.State.WAITING, next_at=now))
