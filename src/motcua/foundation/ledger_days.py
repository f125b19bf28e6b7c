"""The days of the ledger: one Merkle tree over the entries sealed in a day.

A day (Asia/Ho_Chi_Minh) holds a run of positions of the chain, each day the one after the last
day's. Its statement is canonical JSON with the run, the root, the chain's link at its end and the
digest of the day before, so that the statements are a chain of their own. A room above signs and
timestamps statements; `ledger.verify` recomputes them. A day without entries has no statement.

The leaf of an entry is `position (8 bytes, big endian) | SHA-256 of its body`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import connection, transaction

from motcua.foundation import canonical, clock, merkle
from motcua.foundation.ledger_terms import GENESIS, LOCK, Break
from motcua.foundation.models import LedgerDay, LedgerSeal

FORM = "motcua-ledger-day/1"
CHUNK = 1024
"""Leaves whose roots are kept with a day: a proof reads so many entries, not the whole day."""


class NotSealed(Exception):
    """There is no sealed entry with this number."""


@dataclass(frozen=True, slots=True)
class Inclusion:
    """That one entry is in the tree of a statement. `closed` is None for a day that still runs:
    then the statement covers what was sealed up to now and is nobody's but the asker's."""

    position: int
    body: str
    digest: bytes
    path: list[bytes]
    statement: str
    closed: LedgerDay | None


def close_days(now: datetime) -> list[LedgerDay]:
    """Close every day that has ended and is not closed yet, the oldest first, as many as were
    missed; what was closed. Safe to run twice and at once."""
    closed = []
    while (day := _close_next(now)) is not None:
        closed.append(day)
    return closed


@transaction.atomic
def _close_next(now: datetime) -> LedgerDay | None:
    with connection.cursor() as cursor:  # no sealer is about to commit into the day that ends
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    before = LedgerDay.objects.order_by("-day").first()
    first = before.last + 1 if before else 1
    start = LedgerSeal.objects.filter(position__gte=first).order_by("position").first()
    if start is None:
        return None
    day = clock.local(start.sealed_at).date()
    if before is not None and day <= before.day:
        day = before.day + timedelta(days=1)  # the machine's clock was set back
    end = _end_of(day)
    if now < end:
        return None
    # The run ends before the first entry of another day, whatever the clock did after it.
    later = LedgerSeal.objects.filter(position__gte=first, sealed_at__gte=end)
    beyond = later.order_by("position").values_list("position", flat=True).first()
    seals = LedgerSeal.objects.filter(position__gte=first)
    if beyond is not None:
        seals = seals.filter(position__lt=beyond)
    finish = seals.order_by("-position").first()
    if finish is None:
        return None
    chunks = _chunks(first, finish.position)
    previous = sha256(before.statement.encode()).digest() if before else GENESIS
    said = _statement(
        day, first, finish.position, merkle.root(chunks), bytes(finish.link), previous, True
    )
    return LedgerDay.objects.create(
        day=day,
        first=first,
        last=finish.position,
        root=merkle.root(chunks),
        chunks=b"".join(chunks),
        statement=said,
        closed_at=now,
    )


def prove(position: int, now: datetime) -> Inclusion:
    """The proof that the entry at `position` is in the ledger. Raises `NotSealed`."""
    seal = LedgerSeal.objects.select_related("entry").filter(position=position).first()
    if seal is None:
        raise NotSealed(str(position))
    closed = LedgerDay.objects.filter(first__lte=position, last__gte=position).first()
    if closed is not None:
        first, last, said = closed.first, closed.last, closed.statement
        chunks = list(_split(bytes(closed.chunks)))
    else:
        before = LedgerDay.objects.order_by("-day").first()
        first = before.last + 1 if before else 1
        finish = LedgerSeal.objects.order_by("-position")[0]
        last, chunks = finish.position, _chunks(first, finish.position)
        previous = sha256(before.statement.encode()).digest() if before else GENESIS
        today = clock.local(now).date()
        said = _statement(
            today, first, last, merkle.root(chunks), bytes(finish.link), previous, False
        )
    chunk, within = divmod(position - first, CHUNK)
    start = first + chunk * CHUNK
    leaves = list(_leaves(start, min(start + CHUNK - 1, last)))
    way = merkle.path(leaves, within) + merkle.path(chunks, chunk)
    return Inclusion(
        position=position,
        body=seal.entry.body,
        digest=bytes(seal.entry.digest),
        path=way,
        statement=said,
        closed=closed,
    )


def first_break() -> Break | None:
    """The first day whose statement is not what the sealed entries say. The chain itself must have
    been found whole before; the caller's transaction should be one snapshot."""
    last, previous = 0, GENESIS
    for day in LedgerDay.objects.order_by("day").iterator(chunk_size=100):
        problem = _problem(day, last, previous)
        if problem is not None:
            return problem
        last, previous = day.last, sha256(day.statement.encode()).digest()
    return None


def _problem(day: LedgerDay, last: int, previous: bytes) -> Break | None:
    name = day.day.isoformat()
    if day.first != last + 1:
        return Break(last + 1, None, "day removed, or its run of entries altered", name)
    finish = LedgerSeal.objects.filter(position=day.last).first()
    if finish is None:
        return Break(day.last, None, "day covers entries that are no more", name)
    chunks = _chunks(day.first, day.last)
    kept = list(_split(bytes(day.chunks)))
    for index, (found, was) in enumerate(zip(chunks, kept, strict=False)):
        if found != was:
            start = day.first + index * CHUNK
            return Break(start, None, "root differs from the sealed entries", name)
    if len(chunks) != len(kept) or merkle.root(chunks) != bytes(day.root):
        return Break(day.first, None, "root altered", name)
    link = bytes(finish.link)
    said = _statement(day.day, day.first, day.last, bytes(day.root), link, previous, True)
    return Break(day.first, None, "statement altered", name) if said != day.statement else None


def open_since() -> tuple[int, int]:
    """The first position that no closed day holds, and how many entries are sealed from there."""
    before = LedgerDay.objects.order_by("-day").first()
    first = before.last + 1 if before else 1
    end = LedgerSeal.objects.order_by("-position").values_list("position", flat=True).first() or 0
    return first, max(0, end - first + 1)


def read(statement: str) -> dict[str, Any]:
    """The fields of a statement."""
    fields: dict[str, Any] = json.loads(statement)
    return fields


def leaf(position: int, digest: bytes) -> bytes:
    """The hashed leaf of an entry."""
    return merkle.leaf(position.to_bytes(8, "big") + digest)


def _statement(
    day: date, first: int, last: int, root: bytes, link: bytes, previous: bytes, closed: bool
) -> str:
    return canonical.dumps(
        {
            "form": FORM,
            "day": day,
            "first": first,
            "last": last,
            "root": root.hex(),
            "link": link.hex(),
            "previous": previous.hex(),
            "closed": closed,
        }
    )


def _chunks(first: int, last: int) -> list[bytes]:
    """The roots of the chunks of a run."""
    found: list[bytes] = []
    leaves: list[bytes] = []
    for one in _leaves(first, last):
        leaves.append(one)
        if len(leaves) == CHUNK:
            found.append(merkle.root(leaves))
            leaves = []
    if leaves:
        found.append(merkle.root(leaves))
    return found


def _leaves(first: int, last: int) -> Iterator[bytes]:
    rows = LedgerSeal.objects.filter(position__range=(first, last)).order_by("position")
    for position, digest in rows.values_list("position", "entry__digest").iterator(2_000):
        yield leaf(position, bytes(digest))


def _split(chunks: bytes) -> Iterator[bytes]:
    for start in range(0, len(chunks), 32):
        yield chunks[start : start + 32]


def _end_of(day: date) -> datetime:
    """The moment when `day` is over."""
    return datetime.combine(day + timedelta(days=1), datetime.min.time(), clock.TZ)
