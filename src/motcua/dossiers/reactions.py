"""What follows from events: notices and the National Portal at once; slips, previews, signatures
and system steps as jobs, because they take time or ask others. Each handler is idempotent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from motcua.catalogue import queries as catalogue
from motcua.documents.events import DocumentIssued
from motcua.dossiers import messages, national
from motcua.dossiers.actions import (
    background,
    deciding,
    keeping_papers,
    linked_following,
    returning,
    transferring,
)
from motcua.dossiers.events import (
    DossierAccepted,
    DossierCompleted,
    DossierExtended,
    DossierHandedOver,
    DossierProgressed,
    DossierRefused,
    DossierReopened,
    DossierReturned,
    DossierStopped,
    DossierSubmitted,
    DossierWithdrawn,
    FeePaid,
    ResultApproved,
    ResultRevoked,
    StepsOpened,
    SupplementAnswered,
    SupplementAsked,
)
from motcua.dossiers.models import Dossier, TimelineEntry
from motcua.dossiers.recipients import recipients
from motcua.foundation import background as jobs
from motcua.foundation import clock
from motcua.foundation.events import handles
from motcua.notices import actions as notices
from motcua.payments.events import ChargeExpired, ChargePaid, RefundOwed
from motcua.payments.models import Payment
from motcua.people import own_data, purposes
from motcua.processes.models import WorkItem
from motcua.sharing import queries as sharing

MOVES = (
    DossierSubmitted,
    DossierAccepted,
    DossierProgressed,
    SupplementAsked,
    SupplementAnswered,
    DossierExtended,
    DossierHandedOver,
    DossierRefused,
    DossierWithdrawn,
    DossierStopped,
    FeePaid,
    DossierCompleted,
    DossierReturned,
    DossierReopened,
    ResultRevoked,
)


NOT_TOLD = frozenset(
    {
        "compared",
        "cash_taken",
        "assigned",
        "extension_proposed",
        "extension_declined",
        "step_stuck",
        "step_again",
        "outage",
    }
)
"""Kinds of timeline entries that no event is published for: inner matters of the agency."""

MoveHandler = Callable[[Any], None]


def on_every_move(function: MoveHandler) -> MoveHandler:
    """Register `function` for every event that leaves a timeline entry."""
    for event_class in MOVES:
        handles(event_class)(function)
    return function


def _load(dossier_id: int) -> Dossier:
    return Dossier.objects.select_related("agency", "applicant").get(pk=dossier_id)


@on_every_move
def tell_applicant(event: Any) -> None:
    """The in-app notice and its e-mail."""
    dossier = _load(event.dossier_id)
    entry = TimelineEntry.objects.get(pk=event.entry_id)
    version = catalogue.version(dossier.version_id)
    invite = entry.kind == "returned" and own_data.may_use(dossier.applicant_id, purposes.SURVEY)
    message = messages.for_entry(dossier, entry, version.short_name, invite=invite)
    if message is not None:
        extra = entry.kind in messages.BEYOND_DUTY
        _send(dossier, f"timeline:{entry.pk}", message, extra=extra)


def _send(dossier: Dossier, key: str, message: messages.Message, *, extra: bool = False) -> None:
    """To the applicant, and to the representative for as long as they are one. An organisation's
    news go to who filed for it and to who represents it by law, while they do. The notice always
    comes; the mail unless the person wants none, and one that is `extra` only to who agreed."""
    now = clock.now()
    for suffix, person in recipients(dossier, now):
        notices.send(
            key=f"{key}{suffix}",
            person_id=person.pk,
            title=message.title,
            body=message.body,
            link=f"/ho-so/{dossier.number}/",
            subject=dossier.pk,
            email=person.email if _mailed(person.pk, extra) else None,
            now=now,
        )


def _mailed(person_id: int, extra: bool) -> bool:
    return own_data.may_use(person_id, purposes.EMAIL) and (
        not extra or own_data.may_use(person_id, purposes.EMAIL_EXTRA)
    )


@on_every_move
def tell_national_portal(event: Any) -> None:
    """Every state, payment and result goes to the National Portal (NĐ 224/2026 Đ15), in order:
    what was told before this entry and is not queued yet (its event waits for a second try, or two
    relays are at work) goes first."""
    dossier = _load(event.dossier_id)
    entries = TimelineEntry.objects.filter(dossier=dossier, pk__lte=event.entry_id)
    told = [entry for entry in entries.order_by("pk") if entry.kind not in NOT_TOLD]
    queued = sharing.queued([national.key_of(entry) for entry in told]) if told[1:] else set()
    for entry in told:
        if national.key_of(entry) not in queued:
            national.report(dossier, entry, clock.now())


@on_every_move
def follow_linked_set(event: Any) -> None:
    """Start the members of a linked set that waited for this, drop those left without their
    paper."""
    linked_following.moved(event.dossier_id, clock.now())


@on_every_move
def tell_centre(event: Any) -> None:
    """The centre that took a dossier in for an agency elsewhere learns its state."""
    transferring.moved(event.dossier_id)


@handles(DossierAccepted)
def keep_papers(event: DossierAccepted) -> None:
    """What the agency took in need not be given again."""
    keeping_papers.into_vault(event.dossier_id, None, clock.now())


@handles(SupplementAnswered)
def keep_papers_added(event: SupplementAnswered) -> None:
    keeping_papers.into_vault(event.dossier_id, event.entry_id, clock.now())


@handles(DossierAccepted)
def issue_intake_slip(event: DossierAccepted) -> None:
    jobs.defer("dossiers.slip", dossier_id=event.dossier_id, form="01")


@handles(SupplementAsked)
def issue_supplement_slip(event: SupplementAsked) -> None:
    jobs.defer("dossiers.slip", dossier_id=event.dossier_id, form="02", about=event.request_id)


@handles(DossierExtended)
def issue_apology(event: DossierExtended) -> None:
    jobs.defer("dossiers.slip", dossier_id=event.dossier_id, form="04", about=event.extension_id)


@handles(DossierRefused)
def issue_refusal_slip(event: DossierRefused) -> None:
    jobs.defer("dossiers.slip", dossier_id=event.dossier_id, form="03")


@handles(DossierStopped)
def issue_stop_notice(event: DossierStopped) -> None:
    jobs.defer("dossiers.slip", dossier_id=event.dossier_id, form="05")


@handles(FeePaid)
def issue_receipt(event: FeePaid) -> None:
    jobs.defer("dossiers.slip", dossier_id=event.dossier_id, form="receipt", about=event.charge_id)


@handles(StepsOpened)
def serve_steps(event: StepsOpened) -> None:
    """Render what somebody is about to confirm or sign, invite the applicant to look, run what a
    job must do, and return what may go out."""
    items = list(WorkItem.objects.filter(pk__in=event.item_ids, state=WorkItem.State.OPEN))
    if any(item.kind in ("confirm", "approve") for item in items):
        jobs.defer("dossiers.preview", dossier_id=event.dossier_id)
    for item in items:
        if item.kind == "confirm":
            dossier = _load(event.dossier_id)
            version = catalogue.version(dossier.version_id)
            message = messages.confirm_wanted(dossier, version.short_name)
            _send(dossier, f"confirm:{item.pk}", message)
        elif item.role == "system":
            jobs.defer("dossiers.system_step", dossier_id=event.dossier_id, item_id=item.pk)
        elif item.kind == "return":
            returning.deliver(event.dossier_id, clock.now())


@handles(ResultApproved)
def sign(event: ResultApproved) -> None:
    jobs.defer(
        "dossiers.sign",
        dossier_id=event.dossier_id,
        document_id=event.document_id,
        account_id=event.account_id,
    )


@handles(DocumentIssued)
def finish(event: DocumentIssued) -> None:
    """The signed result ends the clock."""
    if event.kind == "result" and event.subject is not None:
        deciding.finish(event.subject, event.document_id, clock.now())


@handles(ChargePaid)
def note_payment(event: ChargePaid) -> None:
    background.fee_paid(event.subject, event.charge_id, event.amount, event.method, clock.now())


@handles(RefundOwed)
def note_refund_owed(event: RefundOwed) -> None:
    if event.subject is not None:  # the money of an order nobody knows is on the cashier's list
        reason = str(Payment.Reason(event.reason).label)
        background.owed_back(event.subject, event.amount, reason, clock.now())


@handles(ChargeExpired)
def not_paid_in_time(event: ChargeExpired) -> None:
    background.not_paid_in_time(event.subject, clock.now())
