"""Setting and lifting legal holds, and asking what they keep."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from motcua.foundation import ledger, text
from motcua.foundation.disposal import Kept
from motcua.foundation.viewer import Viewer
from motcua.people.models import Role
from motcua.privacy.errors import Incomplete, PrivacyError
from motcua.privacy.models import LegalHold
from motcua.privacy.retention import RULES

_LOCK = "privacy.disposal"


class NoSuchHold(PrivacyError):
    """There is none in force, or it is not for the viewer: the two look the same."""

    message = "Không tìm thấy quyết định giữ dữ liệu này, hoặc quyết định đã hết hiệu lực."


def in_charge(viewer: Viewer) -> bool:
    """Whether the viewer answers for personal data somewhere today, or inspects it."""
    return any(post.role in (Role.DATA_OFFICER, Role.INSPECTOR) for post in viewer.posts)


def one_at_a_time() -> None:
    """Hold, to the end of the transaction, the right to dispose of data or to say what stays: a
    hold that is set is in force for the very next record."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_LOCK])


@dataclass(frozen=True, slots=True)
class NewHold:
    """What is to be kept: one person, one dossier or one kind of data; by which decision, and
    why."""

    decision: str
    reason: str
    person_id: int | None = None
    dossier_number: str = ""
    kind: str = ""
    until: datetime | None = None


@transaction.atomic
def set_hold(viewer: Viewer, new: NewHold, now: datetime) -> LegalHold:
    """Keep what `new` names from now on. Raises `NoSuchHold` for who is not in charge, and
    `Incomplete` without decision, reason or exactly one thing to keep."""
    if not in_charge(viewer) or viewer.account_id is None:
        raise NoSuchHold
    decision, reason = text.nfc(new.decision).strip()[:200], text.nfc(new.reason).strip()[:2_000]
    named = [bool(new.person_id), bool(new.dossier_number), bool(new.kind)]
    if not decision or not reason:
        raise Incomplete("Hãy ghi số, ngày, cơ quan ra quyết định và lý do giữ.")
    if named.count(True) != 1 or (new.kind and new.kind not in RULES):
        raise Incomplete(
            "Hãy chọn đúng một thứ để giữ: một người, một hồ sơ hoặc một loại dữ liệu."
        )
    if new.until is not None and new.until <= now:
        raise Incomplete("Ngày hết hạn giữ phải ở sau hôm nay.")
    one_at_a_time()
    hold = LegalHold.objects.create(
        person_id=new.person_id,
        dossier_number=new.dossier_number,
        kind=new.kind,
        decision=decision,
        reason=reason,
        set_at=now,
        set_by_id=viewer.account_id,
        until=new.until,
    )
    ledger.append(
        "privacy.hold_set",
        f"hold:{hold.pk}",
        f"account:{viewer.account_id}",
        {
            "person": new.person_id,
            "dossier": new.dossier_number,
            "kind": new.kind,
            "decision": decision,
            "until": new.until.isoformat() if new.until else None,
        },
    )
    return hold


@transaction.atomic
def lift_hold(viewer: Viewer, hold_id: int, decision: str, now: datetime) -> LegalHold:
    """End a hold by a decision. Raises `NoSuchHold`, and `Incomplete` without a decision."""
    if not in_charge(viewer) or viewer.account_id is None:
        raise NoSuchHold
    hold = in_force(now).select_for_update(of=("self",)).filter(pk=hold_id).first()
    if hold is None:
        raise NoSuchHold
    words = text.nfc(decision).strip()[:200]
    if not words:
        raise Incomplete("Hãy ghi số, ngày, cơ quan ra quyết định thôi giữ.")
    one_at_a_time()
    hold.lifted_at, hold.lifted_by_id, hold.lifted_decision = now, viewer.account_id, words
    hold.save(update_fields=["lifted_at", "lifted_by", "lifted_decision"])
    ledger.append(
        "privacy.hold_lifted",
        f"hold:{hold.pk}",
        f"account:{viewer.account_id}",
        {"decision": words},
    )
    return hold


def in_force(now: datetime) -> QuerySet[LegalHold]:
    """The holds that keep something at `now`."""
    ends = Q(until__isnull=True) | Q(until__gt=now)
    return LegalHold.objects.filter(ends, lifted_at__isnull=True)


def free(kind: str, rows: Sequence[Kept], now: datetime) -> list[Kept]:
    """Those of `rows` that no hold keeps. At most two statements."""
    if not rows or in_force(now).filter(kind=kind).exists():
        return []
    people = {one for row in rows for one in row.person_ids}
    numbers = {row.dossier_number for row in rows} - {""}
    held = in_force(now).filter(Q(person_id__in=people) | Q(dossier_number__in=numbers))
    held_people, held_numbers = set(), set()
    for person_id, number in held.values_list("person_id", "dossier_number"):
        held_people.add(person_id)
        held_numbers.add(number)
    held_numbers.discard("")
    return [
        row
        for row in rows
        if held_people.isdisjoint(row.person_ids) and row.dossier_number not in held_numbers
    ]


def holds_person(person_id: int, now: datetime) -> bool:
    """Whether a hold keeps this person's data as a whole."""
    return in_force(now).filter(person_id=person_id).exists()
