"""What a decision does to a result that was given, and to a dossier that had ended: it takes the
result back, or has the dossier settled anew so that another result takes its place.

The decision is the legal ground of each: it has a number, a day and a reason, which the citizen
reads. Nothing is undone: what was written stays, and the clock begins anew (ADR 0067).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.documents import actions as documents
from motcua.documents.models import Document
from motcua.dossiers import rules
from motcua.dossiers.actions import correcting, steps, timing
from motcua.dossiers.actions.acting import (
    Actor,
    concerned,
    locked,
    officer,
    record,
    require,
    unchanged,
)
from motcua.dossiers.errors import NotAllowedNow, Refused
from motcua.dossiers.events import DossierReopened, ResultRevoked
from motcua.dossiers.models import Dossier, Status
from motcua.foundation import clock, events
from motcua.foundation.deadlines import compute
from motcua.foundation.viewer import Viewer
from motcua.payments import actions as payments
from motcua.payments import queries as charges
from motcua.people.models import Role
from motcua.processes import actions as processes

LONGEST_NUMBER = 60
LONGEST_REASON = 400
_OF_ONE_RESULT = ("approved_at", "result_document", "result_number", "decision", "refusal")
"""What the dossier notes while one result is made; the next one begins without it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The written decision that something rests on: its number, its day, and why, in words that
    the citizen reads."""

    number: str
    on: date | None
    reason: str

    @property
    def words(self) -> str:
        assert self.on is not None
        return f"Quyết định số {self.number.strip()} ngày {self.on:%d/%m/%Y}: {self.reason.strip()}"


def checked(decision: Decision, now: datetime) -> Decision:
    """The decision when it says all it must. Raises `Refused`."""
    if not decision.number.strip() or len(decision.number) > LONGEST_NUMBER:
        raise Refused(f"Ghi số quyết định, nhiều nhất {LONGEST_NUMBER} ký tự.")
    if decision.on is None or decision.on > clock.local(now).date():
        raise Refused("Ghi ngày của quyết định, không sau hôm nay.")
    if not decision.reason.strip() or len(decision.reason) > LONGEST_REASON:
        raise Refused(f"Nêu lý do, nhiều nhất {LONGEST_REASON} ký tự: người nộp sẽ đọc lý do này.")
    return decision


def _by_decision(viewer: Viewer, dossier_id: int, seen: int) -> tuple[Dossier, Actor]:
    """The locked dossier and the approver who carries the decision out."""
    dossier = locked(dossier_id)
    concerned(viewer, dossier.agency_id)
    actor = officer(viewer, dossier.agency_id, dossier.agency.name, [Role.APPROVER])
    unchanged(dossier, seen)
    return dossier, actor


def result_in_force(dossier: Dossier) -> Document | None:
    """The signed result that counts today, if there is one."""
    return Document.objects.filter(
        pk__in=[dossier.facts.get("result_document"), *dossier.facts.get("earlier_results", [])],
        kind="result",
        state=Document.State.CURRENT,
        signed_at__isnull=False,
    ).first()


@transaction.atomic
def revoke(
    viewer: Viewer, dossier_id: int, seen: int, decision: Decision, now: datetime
) -> Dossier:
    """Take the result back: from now on whoever checks it is told that it is void. The state stays;
    whether the dossier is settled anew is another decision. Raises `Refused` without a result."""
    dossier, actor = _by_decision(viewer, dossier_id, seen)
    require(dossier, [Status.DONE, Status.RETURNED], "thu hồi kết quả")
    checked(decision, now)
    result = result_in_force(dossier)
    if result is None:
        raise Refused("Hồ sơ này không còn kết quả nào đang có hiệu lực để thu hồi.")
    documents.revoke(result.pk, decision.words, actor.ledger_name, now)
    entry = record(
        dossier,
        "result_revoked",
        f"Thu hồi kết quả số {result.number}. {decision.words}"[:600],
        actor,
        now,
        data={"document": result.number, "decision": decision.number.strip()},
    )
    events.publish(ResultRevoked(dossier.pk, entry.pk))
    return dossier


@transaction.atomic
def reopen(
    viewer: Viewer,
    dossier_id: int,
    seen: int,
    decision: Decision,
    now: datetime,
    corrected: tuple[str, str] | None = None,
) -> Dossier:
    """Settle an ended dossier anew: the process and the clock begin again, from intake where it had
    never been taken in. A result that is in force stays so until the new one is signed and takes
    its place. `corrected` is a question and its right answer, where a wrong one is the reason.

    Raises `NotAllowedNow` for a dossier that is still open, `Refused` for one of a linked set and
    for an answer that the form refuses.
    """
    dossier, actor = _by_decision(viewer, dossier_id, seen)
    row = rules.reopening(dossier.status, taken_in=dossier.accepted_at is not None)
    if row is None:
        raise NotAllowedNow("mở lại hồ sơ", Status(dossier.status).label)
    if "linked" in dossier.facts:
        raise Refused(
            "Hồ sơ này thuộc một bộ liên thông: các cơ quan khác đã dựa vào kết quả. Hãy hướng dẫn"
            " người nộp làm thủ tục cải chính."
        )
    checked(decision, now)
    _forget_the_last_result(dossier)
    dossier.status = row.after
    dossier.finished_at = dossier.returned_at = None
    if row.after == Status.IN_PROCESS:
        dossier.accepted_at = now
        calendar = agencies.calendar_of(dossier.agency_id, timing.local_date(now))
        dossier.due_at = compute(now, dossier.limit_amount, dossier.limit_unit, calendar).due
    entry = record(
        dossier,
        "reopened",
        f"Mở lại hồ sơ để giải quyết theo {decision.words}"[:600],
        actor,
        now,
        data={"decision": decision.number.strip()},
    )
    _owe_again(dossier, now)
    if corrected is not None:
        correcting.correct(
            dossier.applicant_id,
            dossier.number,
            *corrected,
            f"Quyết định số {decision.number.strip()}",
            actor,
            now,
        )
        dossier = locked(dossier.pk)
    opened = processes.start_over(dossier.pk, steps.variables(dossier), now)
    steps.opened(dossier, opened, now)
    intake = next((item for item in opened if item.kind == "intake"), None)
    if row.after == Status.IN_PROCESS and intake is not None:
        steps.complete(dossier, intake, "accept", viewer.account_id, now)
    events.publish(DossierReopened(dossier.pk, entry.pk))
    return dossier


def _forget_the_last_result(dossier: Dossier) -> None:
    """Keep the signed result as an earlier one, and begin without what was noted while it was made.
    The one later date that the law gives stays given."""
    if (document := dossier.facts.get("result_document")) is not None:
        dossier.facts["earlier_results"] = [*dossier.facts.get("earlier_results", []), document]
    for key in (*_OF_ONE_RESULT, "stop_reason"):
        dossier.facts.pop(key, None)
    if dossier.extended_to is not None:
        dossier.facts["extension_spent"] = True
        dossier.extended_to = None


def _owe_again(dossier: Dossier, now: datetime) -> None:
    """A fee that was called off when the dossier ended is owed again; one that was paid stays."""
    charge = charges.charge(dossier.pk)
    if charge is None or charge.state != "cancelled":
        return
    payments.replace(
        subject=dossier.pk,
        agency=dossier.agency,
        payer_name=charge.payer_name,
        description=charge.description,
        items=charge.items,
        due_at=now + rules.UNPAID_AFTER,
        now=now,
    )


def take_the_place(dossier: Dossier, document: Document, actor: str, now: datetime) -> list[str]:
    """The new result of a dossier that was opened again takes the place of those that were still in
    force; their numbers."""
    replaced = Document.objects.filter(
        pk__in=dossier.facts.get("earlier_results", []), state=Document.State.CURRENT
    ).exclude(signed_at__isnull=True)
    return [
        documents.replace(
            old.pk, document.pk, f"Được thay bằng số {document.number}.", actor, now
        ).number
        for old in replaced
    ]
