"""Doing what the retention rules say, in small transactions, each with its entry in the ledger."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from motcua.dossiers import disposal as dossiers
from motcua.foundation import clock, ledger
from motcua.foundation.disposal import Kept
from motcua.foundation.person_keys import Part
from motcua.notices import actions as notices
from motcua.notices import disposal as notice_disposal
from motcua.notices.models import Notice
from motcua.people import disposal as people
from motcua.privacy import holds, retention, terms
from motcua.privacy.actions import erasure
from motcua.privacy.models import ForArchive
from motcua.privacy.retention import End, Rule
from motcua.sharing import disposal as sharing

BATCH = 100

Find = Callable[[datetime, int, int], Sequence[Kept]]
Dispose = Callable[[Sequence[int]], int]


@dataclass(frozen=True, slots=True)
class Store:
    """Where records of one kind are: `find` gives those whose term began at or before a moment, by
    key from behind one on; `dispose` does what the rule says."""

    find: Find
    dispose: Dispose


def _not_listed(before: datetime, after: int, limit: int) -> Sequence[Kept]:
    listed = ForArchive.objects.filter(kind="dossier_registered").values("reference")
    return dossiers.finished_registered(before, after, limit, listed)


STORES: dict[str, Store] = {
    "draft": Store(dossiers.drafts_expired, dossiers.remove_drafts),
    "dossier": Store(dossiers.finished, dossiers.anonymise),
    "dossier_registered": Store(_not_listed, len),
    "notice": Store(notice_disposal.kept_since, notice_disposal.remove),
    "message": Store(sharing.delivered_since, sharing.remove),
    "look": Store(people.looked_since, people.remove_looks),
    "consent": Store(people.withdrawn_since, people.remove_consents),
}
"""Kinds that are kept for good have no store here: nothing ever happens to them."""
PARTS = {"dossier": Part.DOSSIER, "draft": Part.VOLUNTARY}
"""Which of a person's keys is renewed when something of this kind goes, so that it goes from
backups too."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What the next round would do with one kind: `over` are past their term, of which `held` stay
    by a legal hold and `waiting` because people were not told long enough ago."""

    rule: Rule
    over: int
    held: int
    waiting: int

    @property
    def due(self) -> int:
        return self.over - self.held - self.waiting


def preview(now: datetime) -> list[Outlook]:
    """What `run` would do now, kind by kind, without doing any of it."""
    found = []
    for rule in terms.rules().values():
        over = held = waiting = 0
        if rule.kind in STORES:
            for rows in _batches(rule, now):
                free = holds.free(rule.kind, rows, now)
                over, held = over + len(rows), held + len(rows) - len(free)
                waiting += len(free) - len(_told(rule, free, now))
        found.append(Outlook(rule, over, held, waiting))
    return found


def run(now: datetime, rounds: int = 20) -> dict[str, int]:
    """Warn who is to be warned, then dispose of what is over: at most `rounds` small transactions a
    kind. How many records of each kind were disposed of; safe to stop, to repeat, and to run while
    people work."""
    done: dict[str, int] = {}
    for rule in terms.rules().values():
        if rule.kind not in STORES:
            continue
        if rule.warn_days:
            warn(rule, now)
        busy = 0
        for rows in _batches(rule, now):
            count = _dispose(rule, rows, now)
            done[rule.kind] = done.get(rule.kind, 0) + count
            busy += bool(count)
            if busy == rounds:
                break
    return {kind: count for kind, count in done.items() if count}


def _batches(rule: Rule, now: datetime, ahead: timedelta = timedelta()) -> Iterator[list[Kept]]:
    """Records past their term at `now + ahead`, a hundred at a time."""
    after, then = 0, now + ahead
    while rows := STORES[rule.kind].find(retention.no_later(rule, then), after, BATCH):
        after = rows[-1].pk
        if over := [row for row in rows if retention.is_over(rule, row.since, then)]:
            yield over


@transaction.atomic
def _dispose(rule: Rule, rows: Sequence[Kept], now: datetime) -> int:
    """Dispose of those of `rows` that nothing keeps; how many."""
    holds.one_at_a_time()
    free = _told(rule, holds.free(rule.kind, rows, now), now)
    if not free:
        return 0
    if rule.end == End.ARCHIVE:
        ForArchive.objects.bulk_create(
            ForArchive(kind=rule.kind, reference=row.dossier_number, found_at=now) for row in free
        )
    pks = [row.pk for row in free]
    count = STORES[rule.kind].dispose(pks)
    if count:
        ledger.append(
            "privacy.disposed",
            f"retention:{rule.kind}",
            "system",
            {
                "end": rule.end,
                "basis": rule.basis,
                "count": count,
                "records": pks,
                "begun_from": min(row.since for row in free).isoformat(),
                "begun_to": max(row.since for row in free).isoformat(),
            },
        )
        for person_id in sorted({one for row in free for one in row.person_ids}):
            if (part := PARTS.get(rule.kind)) and not holds.holds_person(person_id, now):
                erasure.erase(person_id, [part], f"retention:{rule.kind}", "system", now)
    return count


def warn(rule: Rule, now: datetime) -> int:
    """Tell people whose data is near the end of its term, each once; how many were told."""
    told = 0
    for rows in _batches(rule, now, timedelta(days=rule.warn_days)):
        free = holds.free(rule.kind, rows, now)
        known = set(_warnings(rule, free).values_list("key", flat=True))
        for row in free:
            if _key(rule, row) not in known:
                _warn_one(rule, row, now)
                told += 1
    return told


@transaction.atomic
def _warn_one(rule: Rule, row: Kept, now: datetime) -> None:
    until = max(retention.kept_until(rule, row.since) or now, now + timedelta(days=rule.warn_days))
    day = clock.local(until).strftime("%d/%m/%Y")
    for person_id in row.person_ids:
        notices.send(
            _key(rule, row),
            person_id,
            f"Hồ sơ {row.dossier_number} sắp hết thời hạn lưu giữ",
            f"Từ ngày {day}, nội dung hồ sơ {row.dossier_number} được ẩn danh theo"
            f" {rule.basis}. Nếu cần giấy tờ trong hồ sơ, bạn hãy tải về trước ngày đó.",
            link=f"/ho-so/{row.dossier_number}/",
            now=now,
        )
    ledger.append(
        "privacy.disposal_announced",
        f"retention:{rule.kind}",
        "system",
        {"record": row.pk, "until": until.isoformat()},
    )


def _told(rule: Rule, rows: Sequence[Kept], now: datetime) -> list[Kept]:
    """Those of `rows` that may go now: people were told as long before as the rule says."""
    if not rule.warn_days:
        return list(rows)
    long_ago = now - timedelta(days=rule.warn_days)
    told = set(_warnings(rule, rows).filter(created_at__lte=long_ago).values_list("key", flat=True))
    return [row for row in rows if _key(rule, row) in told]


def _warnings(rule: Rule, rows: Sequence[Kept]) -> QuerySet[Notice]:
    return Notice.objects.filter(key__in=[_key(rule, row) for row in rows])


def _key(rule: Rule, row: Kept) -> str:
    return f"retention:{rule.kind}:{row.pk}"
