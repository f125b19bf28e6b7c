"""Bringing mails to the mail server."""

from __future__ import annotations

import structlog

from motcua.foundation import clock
from motcua.foundation.background import periodic
from motcua.notices import actions, mail

log = structlog.get_logger()
BATCH = 100


@periodic(2)
def deliver() -> int:
    """Send the mails that are due, at most 100 a round; how many went out.

    The mail server is spoken to outside any transaction, and each mail has its own result. A worker
    killed between the server's yes and our note sends its mails again, with the same Message-ID.
    """
    claimed = actions.claim_due(clock.now(), BATCH)
    sent: list[int] = []
    with mail.Connection() as connection:
        for delivery in claimed:
            try:
                connection.post(mail.compose(delivery.notice, delivery.address))
            except mail.MailRefused as refused:
                actions.note_failure(
                    delivery.pk, str(refused), for_good=refused.for_good, now=clock.now()
                )
            except Exception as error:
                log.exception("mail_failed", delivery=delivery.pk)
                actions.note_failure(delivery.pk, str(error), for_good=False, now=clock.now())
            else:
                sent.append(delivery.pk)
    actions.note_sent(sent, clock.now())
    return len(sent)
