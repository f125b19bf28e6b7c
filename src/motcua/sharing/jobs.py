"""Bringing queued messages to the systems they are for."""

from __future__ import annotations

import time
from collections.abc import Sequence

import structlog
from django.conf import settings

from motcua.foundation import clock
from motcua.foundation.background import periodic
from motcua.sharing import actions, client
from motcua.sharing.errors import ServiceRefused, ServiceUnavailable
from motcua.sharing.models import Outgoing

log = structlog.get_logger()
BATCH = 200
ROUND_SECONDS = 5.0


@periodic(1)
def deliver() -> int:
    """Send what is due to the national portal until nothing is or five seconds are over; how many
    messages were acknowledged.

    Messages travel in batches, each with its key, by which the other side knows a repetition: a
    worker killed at any moment sends again what it had no answer for.
    """
    started = time.monotonic()
    done = 0
    while time.monotonic() - started < ROUND_SECONDS:
        batch = actions.claim("national", clock.now(), BATCH)
        if not batch:
            break
        taken = _send(batch)
        done += taken
        if taken == 0:
            break
    return done


def _send(batch: Sequence[Outgoing]) -> int:
    """Send a batch and note each message's own result; how many were acknowledged."""
    asking = client.Asking(
        service="national.messages",
        purpose="Đồng bộ trạng thái hồ sơ (NĐ 224/2026 Đ15)",
        caller="motcua",
    )
    body = {
        "messages": [
            {"key": m.key, "stream": m.stream, "kind": m.kind, "payload": m.payload} for m in batch
        ]
    }
    try:
        answer = client.call(
            asking,
            "POST",
            f"{settings.ENV.national_url}/api/messages",
            secret=settings.ENV.national_secret,
            body=body,
        )
        results = {r["key"]: (r["state"], str(r.get("error", ""))) for r in answer["results"]}
    except ServiceUnavailable as error:
        actions.unanswered(batch, error.reason, clock.now())
        return 0
    except (ServiceRefused, TypeError, KeyError) as error:
        # The whole batch was turned away: a matter of the connection, not of one message.
        log.error("national_refused_batch", error=str(error))
        actions.unanswered(batch, str(error), clock.now())
        return 0
    accepted = [m.pk for m in batch if results.get(m.key, ("", ""))[0] == "accepted"]
    actions.acknowledged(accepted, clock.now())
    for message in batch:
        state, reason = results.get(message.key, ("", "không có trong câu trả lời"))
        if state == "refused":
            actions.refused(message, reason, clock.now())
        elif state != "accepted":
            actions.unanswered([message], reason or state, clock.now())
    return len(accepted)
