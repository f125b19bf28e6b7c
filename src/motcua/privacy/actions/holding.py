"""Setting and lifting legal holds, each by a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from motcua.foundation import ledger, text
from motcua.foundation.viewer import Viewer
from motcua.privacy import holds
from motcua.privacy.errors import Incomplete
from motcua.privacy.models import LegalHold
from motcua.privacy.retention import RULES


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
    if not holds.in_charge(viewer) or viewer.account_id is None:
        raise holds.NoSuchHold
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
    holds.one_at_a_time()
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
    if not holds.in_charge(viewer) or viewer.account_id is None:
        raise holds.NoSuchHold
    hold = holds.in_force(now).select_for_update(of=("self",)).filter(pk=hold_id).first()
    if hold is None:
        raise holds.NoSuchHold
    words = text.nfc(decision).strip()[:200]
    if not words:
        raise Incomplete("Hãy ghi số, ngày, cơ quan ra quyết định thôi giữ.")
    holds.one_at_a_time()
    hold.lifted_at, hold.lifted_by_id, hold.lifted_decision = now, viewer.account_id, words
    hold.save(update_fields=["lifted_at", "lifted_by", "lifted_decision"])
    ledger.append(
        "privacy.hold_lifted",
        f"hold:{hold.pk}",
        f"account:{viewer.account_id}",
        {"decision": words},
    )
    return hold
