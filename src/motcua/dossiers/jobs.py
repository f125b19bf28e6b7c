"""Background work of the room: slow or outside work of one dossier, and the timers. Every job is
safe to run twice."""

from __future__ import annotations

import structlog

from motcua.catalogue import actions as catalogue
from motcua.catalogue import handing
from motcua.documents import issuing
from motcua.documents.models import Document
from motcua.dossiers import composition, rules, slips
from motcua.dossiers.actions import (
    alerting,
    background,
    extending,
    linked_watching,
    passing,
    transferring,
)
from motcua.dossiers.models import Dossier, Extension, Status, SupplementRequest
from motcua.dossiers.queries import handover
from motcua.foundation import clock
from motcua.foundation.background import periodic, task
from motcua.processes import queries as processes

log = structlog.get_logger()


def _load(dossier_id: int) -> Dossier:
    return Dossier.objects.select_related("agency", "applicant").get(pk=dossier_id)


@task("dossiers.slip")
def issue_slip(dossier_id: int, form: str, about: int | None = None) -> None:
    """Issue slip `form`; `about` is the supplement request (02), the extension (04), the
    revision it tells of (06) or the charge (receipt)."""
    dossier, suffix = _load(dossier_id), ""
    if form == "02":
        assert about is not None
        request = SupplementRequest.objects.get(pk=about)
        earlier = dossier.supplement_requests.filter(pk__lt=request.pk).count()
        suffix = f"-{earlier + 1}" if earlier else ""
        data = composition.slip_02(dossier, request)
    elif form == "04":
        assert about is not None
        data = composition.slip_04(dossier, Extension.objects.get(pk=about))
    elif form == "06":
        suffix = f"-{about}"
        data = composition.slip_06(dossier, clock.now())
    elif form == "receipt":
        assert about is not None
        suffix = str(about)
        data = composition.receipt(dossier, about)
    else:
        data = {
            "01": composition.slip_01,
            "03": composition.slip_03,
            "05": composition.slip_05,
        }[form](dossier)
    slips.issue(dossier, form, data, clock.now(), suffix=suffix)


@task("dossiers.preview")
def render_preview(dossier_id: int) -> None:
    """Render the draft of the result for whoever must confirm or sign it."""
    document_id = _load(dossier_id).facts.get("result_document")
    if document_id is not None:
        issuing.render_preview(document_id)


@task("dossiers.system_step", attempts=20)
def run_system_step(dossier_id: int, item_id: int) -> None:
    """Do a step of role `system`; an outside system that is down is asked again later."""
    background.run_system_step(dossier_id, item_id, clock.now())


@task("dossiers.sign", attempts=20)
def sign(dossier_id: int, document_id: int, account_id: int) -> None:
    """Sign what the approver approved; `DocumentIssued` tells the rest."""
    dossier = _load(dossier_id)
    said = Document.objects.get(pk=document_id).data
    # Who approved held the post, or a delegation, when they approved. A post that has ended since
    # does not take that back; the paper says what was approved.
    assert said["signer_account"] == account_id, "only who the paper names approves it"
    issuing.sign_and_issue(
        document_id,
        issuing.SignerRef(
            dossier.agency.code,
            said["signer_name"],
            said["signer_title"],
            said.get("signer_authority", ""),
        ),
        clock.now(),
    )


@periodic(seconds=60)
def stop_unanswered() -> None:
    """Stop dossiers whose supplement did not come in time, each for itself."""
    now = clock.now()
    late = SupplementRequest.objects.filter(
        answered_at__isnull=True, answer_by__lt=now, dossier__status=Status.SUPPLEMENT
    )
    for dossier_id in late.order_by("answer_by").values_list("dossier_id", flat=True)[:1000]:
        try:
            background.stop_unanswered(dossier_id, now)
        except Exception:
            log.exception("stop_failed", dossier=dossier_id)


@periodic(seconds=600)
def propose_extensions() -> None:
    """On the last day an apology may still go out, propose one for each dossier that is not before
    its signer yet: an approver decides, nothing is sent by itself."""
    now = clock.now()
    for dossier_id in extending.nearly_late(now):
        try:
            extending.propose_by_clock(dossier_id, now)
        except Exception:
            log.exception("extension_proposal_failed", dossier=dossier_id)


@periodic(seconds=300)
def alert_officers() -> None:
    """Tell holders of steps that are due soon or late, and the head of what is late."""
    now = clock.now()
    for item_id in alerting.nearly_due(now):
        try:
            alerting.alert(item_id, now)
        except Exception:
            log.exception("alert_failed", item=item_id)


@periodic(seconds=60)
def pass_over_by_decree() -> None:
    """Let open dossiers pass over with a competence whose day has come, each for itself. A decree
    is done with an hour after the last of them: what was being filed as it took effect is there by
    then."""
    now = clock.now()
    for decree, passed in handing.to_hand_over(now):
        left = handover.losing(passed, clock.local(now).date())
        for dossier_id in left:
            try:
                passing.hand_over(dossier_id, decree, passed, now)
            except Exception:
                log.exception("hand_over_failed", dossier=dossier_id, decree=decree.pk)
        if not left and handing.is_past(decree, now):
            catalogue.settle_decree(decree.pk, now)


@periodic(seconds=60)
def watch_linked_sets() -> None:
    """Alarm where a linked procedure was not handed on or not confirmed in time, after the clocks
    were set by outages that are over; one that fails never stops the others."""
    now = clock.now()
    for outage in linked_watching.over(now):
        linked_watching.set_clocks(outage, now)
    for member_id in linked_watching.behind(now):
        try:
            linked_watching.look(member_id, now)
        except Exception:
            log.exception("linked_watch_failed", member=member_id)


@periodic(seconds=60)
def watch_hand_overs() -> None:
    """Alarm a centre that has not handed over in time what it took in for others."""
    now = clock.now()
    for transfer_id in transferring.late(now):
        try:
            transferring.alarm(transfer_id, now)
        except Exception:
            log.exception("hand_over_alarm_failed", transfer=transfer_id)


@periodic(seconds=5)
def fire_due_timers() -> None:
    """Let process timers fire that have come due; one failing dossier never stops the others."""
    now = clock.now()
    for subjects in processes.subjects_with_due_timers(now):
        running = Dossier.objects.filter(pk__in=subjects, status__in=rules.WITH_OFFICERS)
        for dossier_id in running.values_list("pk", flat=True):
            try:
                background.fire_timers(dossier_id, now)
            except Exception:
                log.exception("timer_failed", dossier=dossier_id)
