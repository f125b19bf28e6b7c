"""What an applicant does after filing: supplement, confirm a draft, withdraw, rate."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from motcua.catalogue import queries as catalogue
from motcua.documents.models import File
from motcua.dossiers import places, rules
from motcua.dossiers.actions import representing, steps, timing
from motcua.dossiers.actions.acting import (
    SYSTEM,
    Actor,
    applicant,
    locked,
    record,
    require,
    undecided,
)
from motcua.dossiers.errors import (
    IncompleteAnswers,
    NotAllowedNow,
    NotFound,
    Refused,
    StepGone,
    UnknownPapers,
)
from motcua.dossiers.events import (
    DossierProgressed,
    DossierStopped,
    DossierWithdrawn,
    SupplementAnswered,
)
from motcua.dossiers.models import Attachment, Dossier, Rating, Status
from motcua.dossiers.queries import scope
from motcua.forms import engine as forms
from motcua.foundation import events, ledger
from motcua.foundation.viewer import Viewer
from motcua.payments import actions as payments
from motcua.people.representation import Deed
from motcua.processes import actions as processes
from motcua.processes.models import WorkItem


def _own(viewer: Viewer, number: str, deed: str, now: datetime) -> Dossier:
    """The viewer's dossier, locked, with their mandate where they act for another. Raises
    `NotFound` and `OutsideMandate`."""
    pk = Dossier.objects.filter(scope.visible(viewer), number=number).values_list("pk", flat=True)
    found = pk.first()
    if found is None:
        raise NotFound
    dossier = locked(found)
    representing.permitted(viewer, deed, dossier.procedure.code, now)
    return dossier


@transaction.atomic
def answer_supplement(
    viewer: Viewer,
    number: str,
    text: str,
    files: Sequence[tuple[str, File]],
    values: Mapping[str, Any],
    now: datetime,
) -> Dossier:
    """Answer the open supplement request: new papers, corrected answers, a word of explanation.
    The clock goes on (or starts anew where the version says so)."""
    dossier = _own(viewer, number, Deed.ANSWER, now)
    require(dossier, [Status.SUPPLEMENT], "bổ sung giấy tờ")
    request = dossier.supplement_requests.filter(answered_at__isnull=True).latest("id")
    if not (text.strip() or files or values):
        raise Refused("Hãy thêm giấy tờ, sửa thông tin hoặc ghi lời giải thích trước khi gửi.")
    facts = catalogue.version(dossier.version_id)
    if unknown := {key for key, _ in files} - {c.key for c in facts.components}:
        raise UnknownPapers(sorted(unknown))
    if values:
        assert facts.form_id is not None
        form = forms.compiled(facts.form_id)
        answers = {**json.loads(dossier.answers or "{}"), **values}
        filed_on = timing.local_date(dossier.submitted_at)
        errors = form.validate(answers, communes=places.communes(), today=filed_on)
        if errors:
            raise IncompleteAnswers(errors)
        cleaned = form.cleaned(answers, today=filed_on)
        dossier.answers = json.dumps(cleaned, ensure_ascii=False)
    Attachment.objects.bulk_create(
        Attachment(dossier=dossier, component_key=key, file=stored, added_at=now)
        for key, stored in files
    )
    request.answered_at = now
    request.answer = text.strip()
    request.save(update_fields=["answered_at", "answer"])
    timing.resume(dossier, now)
    back = Status.REGISTERED if dossier.accepted_at is None else Status.IN_PROCESS
    entry = record(
        dossier,
        "supplement_answered",
        "Đã bổ sung hồ sơ.",
        applicant(viewer),
        now,
        to=back,
        note=text.strip(),
    )
    events.publish(SupplementAnswered(dossier.pk, entry.pk))
    return dossier


@transaction.atomic
def withdraw(viewer: Viewer, number: str, reason: str, now: datetime) -> Dossier:
    """The applicant withdraws while there is no decision (NĐ 118/2025 Đ21); slip 05 is owed."""
    dossier = _own(viewer, number, Deed.WITHDRAW, now)
    return stop(dossier, applicant(viewer), reason.strip() or "Người nộp rút hồ sơ.", now)


def stop(dossier: Dossier, actor: Actor, reason: str, now: datetime) -> Dossier:
    """Withdraw the locked dossier (state 7) and stop it (state 8). Raises `NotAllowedNow`."""
    undecided(dossier, "rút hồ sơ")
    if not rules.may_withdraw(dossier.status):
        raise NotAllowedNow("rút hồ sơ", Status(dossier.status).label)
    timing.resume(dossier, now)
    entry = record(
        dossier, "withdrawn", f"Rút hồ sơ: {reason}"[:600], actor, now, to=Status.WITHDRAWAL
    )
    events.publish(DossierWithdrawn(dossier.pk, entry.pk))
    return end(dossier, reason, now, "Đã dừng giải quyết theo yêu cầu.")


def end(dossier: Dossier, reason: str, now: datetime, text: str = "") -> Dossier:
    """Stop the locked dossier (state 8) for `reason`; slip 05 is owed. Raises `NotAllowedNow`."""
    timing.resume(dossier, now)
    processes.cancel(dossier.pk, now)
    payments.cancel(dossier.pk, now)
    dossier.finished_at = now
    dossier.facts["stop_reason"] = reason
    text = text or f"Đã dừng giải quyết: {reason}"
    entry = record(dossier, "stopped", text[:600], SYSTEM, now, to=Status.STOPPED)
    events.publish(DossierStopped(dossier.pk, entry.pk))
    return dossier


@transaction.atomic
def confirm_draft(viewer: Viewer, number: str, agree: bool, comment: str, now: datetime) -> Dossier:
    """The online applicant confirms the draft of the result before it is signed, or says what is
    wrong (1.001193: within a day; silence is consent and comes as a timer)."""
    dossier = _own(viewer, number, Deed.ANSWER, now)
    item = WorkItem.objects.filter(
        subject=dossier.pk, role="applicant", kind="confirm", state=WorkItem.State.OPEN
    ).first()
    if item is None:
        raise StepGone
    if not agree and not comment.strip():
        raise Refused("Ghi rõ chỗ chưa đúng để cán bộ sửa.")
    text = "Đã xác nhận bản thảo là đúng." if agree else f"Đề nghị sửa bản thảo: {comment.strip()}"
    entry = record(
        dossier,
        "draft_confirmed" if agree else "draft_disputed",
        text[:600],
        applicant(viewer),
        now,
    )
    steps.complete(dossier, item, "agree" if agree else "disagree", viewer.account_id, now)
    events.publish(DossierProgressed(dossier.pk, entry.pk))
    return dossier


@transaction.atomic
def rate(viewer: Viewer, number: str, score: int, comment: str, now: datetime) -> Rating:
    """The applicant's satisfaction, 1 to 5, once per dossier; a later rating replaces it."""
    dossier = _own(viewer, number, Deed.ANSWER, now)
    require(dossier, [Status.RETURNED, Status.REFUSED, Status.STOPPED], "đánh giá")
    if score not in range(1, 6):
        raise Refused("Chọn một mức từ 1 đến 5.")
    rating, _ = Rating.objects.update_or_create(
        dossier=dossier,
        defaults={"score": score, "comment": comment.strip()[:2000], "rated_at": now},
    )
    ledger.append("dossier.rated", dossier.number, applicant(viewer).ledger_name, {"score": score})
    return rating
