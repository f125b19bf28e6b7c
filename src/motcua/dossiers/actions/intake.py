"""The one-stop shop: accept, ask for more, refuse, compare originals, take cash."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.catalogue import queries as catalogue
from motcua.catalogue import rules as law
from motcua.documents.models import File
from motcua.dossiers import legal_bases, rules
from motcua.dossiers.actions import steps, timing
from motcua.dossiers.actions.acting import (
    Actor,
    account_of,
    concerned,
    locked,
    officer,
    record,
    require,
    unchanged,
    undecided,
)
from motcua.dossiers.actions.filing import Filing
from motcua.dossiers.actions.linking import file
from motcua.dossiers.actions.transferring import must_be_here
from motcua.dossiers.errors import NotAllowedNow, Refused, StepGone, TooManySupplements, Unpaid
from motcua.dossiers.events import DossierAccepted, DossierRefused, SupplementAsked
from motcua.dossiers.models import (
    Attachment,
    Dossier,
    FilingWay,
    Pause,
    Status,
    SupplementRequest,
)
from motcua.forms import engine as forms
from motcua.foundation import events, money, text
from motcua.foundation.deadlines import compute
from motcua.foundation.viewer import Viewer
from motcua.payments import actions as payments
from motcua.payments import queries as charges
from motcua.people import actions as people
from motcua.people import queries as people_queries
from motcua.people.models import Person, Role
from motcua.processes import actions as processes
from motcua.processes.models import WorkItem

LONGEST_NAME = 120

COMPARE = "compare_original"
"""What a process calls an intake at which the original is compared."""

_DESK_ROLES = (Role.RECEPTIONIST, Role.HANDLER, Role.APPROVER)


def intake_item(dossier: Dossier) -> WorkItem:
    """The open intake step. Raises `StepGone` when there is none."""
    item = WorkItem.objects.filter(
        subject=dossier.pk, kind="intake", state=WorkItem.State.OPEN
    ).first()
    if item is None:
        raise StepGone
    return item


def _at_the_counter(viewer: Viewer, dossier_id: int, seen: int) -> tuple[Dossier, Actor]:
    """The locked dossier as the receptionist saw it, and the receptionist. Raises `NotFound`,
    `NotYours`, `ChangedSinceSeen`."""
    dossier = locked(dossier_id)
    concerned(viewer, dossier.agency_id)
    actor = officer(viewer, dossier.agency_id, dossier.agency.name, [Role.RECEPTIONIST])
    unchanged(dossier, seen)
    must_be_here(dossier)
    return dossier, actor


@transaction.atomic
def accept(viewer: Viewer, dossier_id: int, seen: int, now: datetime, note: str = "") -> Dossier:
    """Take the dossier in: the clock starts, slip 01 is owed, the process goes on.

    NĐ 118/2025 Đ17 (time runs from full and right receipt). Raises `Unpaid` where the version is
    paid at filing and the fee is open.
    """
    dossier, actor = _at_the_counter(viewer, dossier_id, seen)
    require(dossier, [Status.REGISTERED], "tiếp nhận")
    facts = catalogue.version(dossier.version_id)
    charge = charges.charge(dossier.pk)
    if facts.pay_at == "filing" and charge is not None and rules.is_owed(charge.state):
        raise Unpaid(money.vnd(charge.amount))
    item = intake_item(dossier)
    if item.settings.get("action") == COMPARE and "compared" not in dossier.facts:
        raise Refused("Hãy đối chiếu bản chính, đếm trang rồi mới tiếp nhận.")
    calendar = agencies.calendar_of(dossier.agency_id, timing.local_date(now))
    dossier.accepted_at = now
    dossier.due_at = compute(now, dossier.limit_amount, dossier.limit_unit, calendar).due
    entry = record(
        dossier, "accepted", "Đã tiếp nhận hồ sơ.", actor, now, to=Status.ACCEPTED, note=note
    )
    steps.complete(dossier, item, "accept", viewer.account_id, now)
    events.publish(DossierAccepted(dossier.pk, entry.pk))
    return dossier


@transaction.atomic
def refuse(
    viewer: Viewer, dossier_id: int, seen: int, reason: str, legal: str, now: datetime
) -> Dossier:
    """Refuse intake with the reason and the rule it rests on (slip 03)."""
    dossier, actor = _at_the_counter(viewer, dossier_id, seen)
    require(dossier, [Status.REGISTERED], "từ chối tiếp nhận")
    if not reason.strip():
        raise Refused("Nêu rõ lý do từ chối: người nộp phải hiểu vì sao và làm gì tiếp.")
    dossier.finished_at = now
    dossier.facts["refusal"] = {"reason": reason.strip(), "legal": legal.strip()}
    entry = record(
        dossier,
        "refused",
        f"Từ chối tiếp nhận: {reason.strip()}"[:600],
        actor,
        now,
        to=Status.REFUSED,
        data={"legal": legal if legal in legal_bases.REFUSAL else ""},  # the rest is free text
    )
    processes.cancel(dossier.pk, now)
    payments.cancel(dossier.pk, now)
    events.publish(DossierRefused(dossier.pk, entry.pk))
    return dossier


@transaction.atomic
def ask_supplement(
    viewer: Viewer,
    dossier_id: int,
    seen: int,
    items: Sequence[Mapping[str, str]],
    reason: str,
    now: datetime,
    not_followed: str = "",
) -> SupplementRequest:
    """Ask the applicant for everything that is missing, once, with complete guidance (slip 02).

    Before intake nothing runs yet; after it the clock stops until the answer (rules.md 2.4.1.7).
    `not_followed` says what of the last notice the applicant did not do: the one ground for asking
    a third time, read by them on the slip. Raises `TooManySupplements` at the law's limit.
    """
    dossier = locked(dossier_id)
    concerned(viewer, dossier.agency_id)
    actor = officer(viewer, dossier.agency_id, dossier.agency.name, _DESK_ROLES)
    unchanged(dossier, seen)
    must_be_here(dossier)
    undecided(dossier, "yêu cầu bổ sung")
    require(dossier, [Status.REGISTERED, Status.ACCEPTED, Status.IN_PROCESS], "yêu cầu bổ sung")
    wanted = [
        {"key": item.get("key", ""), "text": item["text"].strip()}
        for item in items
        if item.get("text", "").strip()
    ]
    if not wanted:
        raise Refused("Ghi rõ từng giấy tờ, nội dung cần bổ sung: người nộp chỉ được hỏi một lần.")
    facts = catalogue.version(dossier.version_id)
    verdict = rules.may_ask_supplement(
        dossier.supplements,
        actor.role,
        facts.parameters.get("supplements"),
        bool(not_followed.strip()),
    )
    if not verdict.allowed:
        raise TooManySupplements(verdict.message)
    if dossier.accepted_at is not None:
        Pause.objects.create(
            dossier=dossier,
            kind=Pause.Kind.SUPPLEMENT,
            started_at=now,
            restart=bool(facts.parameters.get("restart_after_supplement")),
        )
        dossier.paused_since = now
    third = dossier.supplements >= 2
    if third:
        reason = f"{reason.strip()}\nChưa làm theo hướng dẫn lần trước: {not_followed.strip()}"
    dossier.supplements += 1
    request = SupplementRequest.objects.create(
        dossier=dossier,
        items=wanted,
        reason=reason.strip(),
        asked_at=now,
        asked_by=actor.name,
        answer_by=_answer_by(dossier, facts.parameters, now),
    )
    entry = record(
        dossier,
        "supplement_asked",
        "Yêu cầu bổ sung: " + "; ".join(item["text"] for item in wanted)[:560],
        actor,
        now,
        to=Status.SUPPLEMENT,
        note=reason.strip(),
        data={"request": dossier.supplements, "not_followed": third},
    )
    events.publish(SupplementAsked(dossier.pk, entry.pk, request.pk))
    return request


def _answer_by(dossier: Dossier, parameters: Mapping[str, Any], now: datetime) -> datetime:
    calendar = agencies.calendar_of(dossier.agency_id, timing.local_date(now))
    linked = dossier.facts.get("linked", {})
    if days := linked.get("supplement_days") or parameters.get("supplement_working_days"):
        return compute(now, days, "working_day", calendar).due
    return compute(now, rules.SUPPLEMENT_DAYS, "day", calendar).due


@transaction.atomic
def compare_original(
    viewer: Viewer,
    dossier_id: int,
    seen: int,
    pages: int,
    copies: int,
    scan: File | None,
    now: datetime,
) -> Dossier:
    """The counter has compared the copy with the original and counted: the fee follows the pages
    that are really there (TT 226/2016), the scan is what the certified e-copy will show."""
    dossier, actor = _at_the_counter(viewer, dossier_id, seen)
    require(dossier, [Status.REGISTERED], "đối chiếu bản chính")
    facts = catalogue.version(dossier.version_id)
    assert facts.form_id is not None
    answers = json.loads(dossier.answers or "{}")
    answers |= {"pages": pages, "copies": copies}
    form = forms.compiled(facts.form_id)
    filed_on = timing.local_date(dossier.submitted_at)
    errors = form.validate(answers, today=filed_on)
    if wrong := [error.message for error in errors if error.field in ("pages", "copies")]:
        raise Refused("; ".join(wrong))
    answers = form.cleaned(answers, today=filed_on)
    dossier.answers = json.dumps(answers, ensure_ascii=False)
    dossier.facts["compared"] = {"by": actor.name, "at": now.isoformat(), "pages": pages}
    case = law.case_of(facts, answers)
    quote = law.fee(facts, case, "counter", answers)
    payments.replace(
        subject=dossier.pk,
        agency=dossier.agency,
        payer_name=dossier.applicant_name,
        description=dossier.number,
        items=quote.items,
        due_at=now + timedelta(days=1),
        now=now,
    )
    if scan is not None:
        Attachment.objects.create(
            dossier=dossier,
            component_key=facts.components[0].key,
            file=scan,
            digitised=1,
            added_at=now,
        )
    record(
        dossier,
        "compared",
        f"Đã đối chiếu bản chính: {pages} trang, {copies} bản; phí {money.vnd(quote.amount)}.",
        actor,
        now,
    )
    return dossier


@transaction.atomic
def take_cash(viewer: Viewer, dossier_id: int, seen: int, now: datetime) -> Dossier:
    """The receptionist has taken the fee in cash. `ChargePaid` tells the rest."""
    dossier, actor = _at_the_counter(viewer, dossier_id, seen)
    charge = charges.charge(dossier.pk)
    if charge is None or charge.state != "pending":
        raise NotAllowedNow("thu tiền", Status(dossier.status).label)
    payments.record_cash(charge.pk, account_of(viewer), now)
    record(dossier, "cash_taken", f"Đã thu {money.vnd(charge.amount)} tại quầy.", actor, now)
    return dossier


def person_at_counter(
    id_number: str, full_name: str, birth_date: date | None, phone: str, now: datetime
) -> Person:
    """The person who stands there, by their id number; made when nobody has met them yet.

    What the State has told us of somebody is not overwritten by what a colleague types. Raises
    `BadIdNumber`, and `Refused` when the name is missing, too long or not that of the number.
    """
    name = text.nfc(full_name).strip()
    if not name:
        raise Refused("Nhập họ và tên người đến làm thủ tục.")
    if len(name) > LONGEST_NAME:
        raise Refused(f"Họ và tên dài quá {LONGEST_NAME} ký tự.")
    known = people_queries.person_by_id_number(id_number)
    if known is not None:
        if text.fold(known.full_name) != text.fold(name):
            raise Refused("Họ tên này không phải của người mang số định danh. Hãy xem lại thẻ.")
        name, birth_date = known.full_name, known.birth_date
    return people.upsert_person(
        id_number, name, birth_date=birth_date, phone=phone.strip()[:20], now=now
    )


def file_at_counter(
    viewer: Viewer,
    version_id: int,
    agency_id: int,
    person: Person,
    answers: Mapping[str, Any],
    files: Sequence[tuple[str, File]],
    now: datetime,
) -> Dossier:
    """A receptionist files for the person at the counter, who stands there with the papers."""
    agency = agencies.agency(agency_id)
    actor = officer(viewer, agency_id, agency.name, [Role.RECEPTIONIST])
    return file(
        Filing(
            version_id=version_id,
            agency_id=agency_id,
            way=FilingWay.COUNTER,
            applicant=person,
            answers=answers,
            actor=actor,
            files=files,
        ),
        now,
    )
