"""The ledger of official acts: who did what to what, when, in an order nobody can change unseen.

`append` writes an entry in the act's own transaction and waits for nobody. One sealer at a time
(advisory lock) links committed entries into a chain, in the order it finds them committed: the
chain's order is the position of the seal, not the entry's id, since a lower id may commit later.
`verify` walks the chain, the entries and the days (`ledger_days`) and names the first thing that
does not fit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction
from django.db.models import Exists, OuterRef

from motcua.foundation import canonical, clock, ledger_days
from motcua.foundation.ledger_terms import GENESIS, LOCK, Break
from motcua.foundation.models import LedgerEntry, LedgerHead, LedgerPending, LedgerSeal

STALE_SECONDS = 10
__all__ = ["Break", "Verification", "append", "seal_once", "verify"]
_BATCH = 1_000
_INSERT = """
    INSERT INTO foundation_ledgerentry (kind, subject, actor, at, body, digest)
    VALUES (%s, %s, %s, %s, %s, %s) RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a walk along the ledger found. `sealed_to` is the last position of the chain,
    `unsealed` the number of entries still waiting and `stale` how many of them have waited for
    more than ten seconds, which means that no sealer is at work."""

    ok: bool
    sealed_to: int
    unsealed: int
    first_break: Break | None
    stale: int


def append(kind: str, subject: str, actor: str, data: dict[str, Any]) -> int:
    """Record an act in the caller's transaction; the entry's id. One INSERT.

    `kind` is `room.act`, `subject` what it was done to (a dossier's number), `actor` who did it
    (an account, or `system`). `data` must be plain JSON values, moments or dates.
    """
    at = clock.now()
    body = _body(kind, subject, actor, at, data)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [kind, subject, actor, at, body, sha256(body.encode()).digest()])
        return int(cursor.fetchone()[0])


def seal_once() -> int:
    """Link the committed entries that wait; how many. Does nothing while another sealer works."""
    total = 0
    while count := _seal_batch():
        total += count
        if count < _BATCH:
            break
    return total


@transaction.atomic
def _seal_batch() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return 0
    announced = Exists(LedgerPending.objects.filter(pk=OuterRef("pk")))
    entries = LedgerEntry.objects.filter(announced).order_by("pk")
    digests = dict(entries.values_list("pk", "digest")[:_BATCH])
    if not digests:
        return 0
    head = LedgerHead.objects.filter(pk=1).first() or LedgerHead(pk=1, position=0, link=GENESIS)
    now = clock.now()
    seals: list[LedgerSeal] = []
    for entry_id, digest in digests.items():
        head.position += 1
        head.link = _link(bytes(head.link), bytes(digest))
        seals.append(
            LedgerSeal(position=head.position, entry_id=entry_id, link=head.link, sealed_at=now)
        )
    LedgerSeal.objects.bulk_create(seals)
    LedgerPending.objects.filter(pk__in=digests).delete()
    head.save()
    return len(digests)


def verify(now: datetime | None = None) -> Verification:
    """Walk the whole chain in one snapshot of the database and check every row of it, then the
    roots of the days. Who signed the roots is `documents.transparency`'s to check."""
    now = now or clock.now()
    with transaction.atomic():
        if not connection.savepoint_ids:  # not within a caller's transaction: take one snapshot
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        sealed_to, problem = _walk()
        unsealed = LedgerEntry.objects.filter(
            ~Exists(LedgerSeal.objects.filter(entry=OuterRef("pk")))
        )
        waiting = unsealed.filter(Exists(LedgerPending.objects.filter(pk=OuterRef("pk"))))
        problem = (
            problem
            or _unannounced(unsealed)
            or _altered_unsealed(waiting)
            or ledger_days.first_break()
        )
        return Verification(
            ok=problem is None,
            sealed_to=sealed_to,
            unsealed=unsealed.count(),
            first_break=problem,
            stale=waiting.filter(at__lt=now - timedelta(seconds=STALE_SECONDS)).count(),
        )


def _walk() -> tuple[int, Break | None]:
    """The last position of the chain and its first break, if any."""
    position, link = 0, GENESIS
    for found, entry_id, seal_link, row in _chain():
        if found != position + 1:
            return position, Break(position + 1, None, "seal removed")
        if row is None:
            return position, Break(found, entry_id, "entry removed")
        if problem := _entry_problem(row):
            return position, Break(found, entry_id, problem)
        link = _link(link, row.digest)
        if link != seal_link:
            return position, Break(found, entry_id, "entry or seal replaced: the link differs")
        position = found
    head = LedgerHead.objects.filter(pk=1).first()
    if head is None and position:
        return position, Break(position, None, "head removed")
    if head is not None and head.position > position:
        return position, Break(position + 1, None, "seal removed")
    if head is not None and (head.position, bytes(head.link)) != (position, link):
        return position, Break(position, None, "head differs from the last seal")
    return position, None


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    subject: str
    actor: str
    at: datetime
    body: str
    digest: bytes


def _chain() -> Iterator[tuple[int, int, bytes, _Row | None]]:
    """Every seal in order with its entry. A left join: entries may have been taken away."""
    with connection.connection.cursor(name="ledger_chain") as cursor:  # streams
        cursor.itersize = 2_000
        cursor.execute(
            "SELECT s.position, s.entry_id, s.link,"
            " e.id, e.kind, e.subject, e.actor, e.at, e.body, e.digest"
            " FROM foundation_ledgerseal s LEFT JOIN foundation_ledgerentry e ON e.id = s.entry_id"
            " ORDER BY s.position"
        )
        for position, entry_id, link, known, kind, subject, actor, at, body, digest in cursor:
            row = _Row(kind, subject, actor, at, body, bytes(digest)) if known else None
            yield position, entry_id, bytes(link), row


def _entry_problem(row: _Row) -> str | None:
    """What is wrong with one entry by itself."""
    if sha256(row.body.encode()).digest() != row.digest:
        return "entry altered: the digest differs from the body"
    if not row.body.startswith(_prefix(row)):
        return "entry altered: the columns differ from the body"
    return None


def _unannounced(unsealed: Any) -> Break | None:
    """An entry neither sealed nor waiting (slipped in, or its seal taken away), or one that waits
    and is no more."""
    odd = unsealed.exclude(Exists(LedgerPending.objects.filter(pk=OuterRef("pk")))).order_by("pk")
    entry = odd.first()
    if entry:
        return Break(None, entry.pk, "entry inserted, or its seal removed")
    exists = Exists(LedgerEntry.objects.filter(pk=OuterRef("pk")))
    lost = LedgerPending.objects.filter(~exists).order_by("pk").first()
    return Break(None, lost.pk, "entry removed before it was sealed") if lost else None


def _altered_unsealed(waiting: Any) -> Break | None:
    for e in waiting.order_by("pk").iterator():
        row = _Row(e.kind, e.subject, e.actor, e.at, e.body, bytes(e.digest))
        if problem := _entry_problem(row):
            return Break(None, e.pk, problem)
    return None


def _link(previous: bytes, digest: bytes) -> bytes:
    return sha256(previous + digest).digest()


def _body(kind: str, subject: str, actor: str, at: datetime, data: dict[str, Any]) -> str:
    """Canonical JSON of the entry, the columns first so that `verify` need not parse it."""
    head = canonical.dumps([kind, subject, actor, at])
    return f'{{"act":{head},"data":{canonical.dumps(data)}}}'


def _prefix(row: _Row) -> str:
    return f'{{"act":{canonical.dumps([row.kind, row.subject, row.actor, row.at])},"data":'
