"""Slips, receipts and results are made once, however often the jobs run."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.conf import settings

from motcua.documents import actions as documents
from motcua.documents.signing import TimestampUnavailable
from motcua.dossiers import jobs
from motcua.dossiers.actions import applicant, intake
from motcua.dossiers.models import Slip, Status
from motcua.foundation import background, events
from motcua.payments.models import Charge
from motcua.processes.models import WorkItem
from motcua.registers.models import Entry

from ..world import NOW, settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


@rolled_back
def test_slips_and_receipts_are_issued_once_however_often_the_jobs_run():
    viewer, dossier = p.filed("1.001612")
    p.paid(dossier)
    settle()
    p.accepted(dossier)
    settle()
    request = intake.ask_supplement(
        p.officer("handler"), dossier.pk, p.seen(dossier), [{"text": "Hợp đồng thuê"}], "", NOW
    )
    settle()
    applicant.withdraw(viewer, dossier.number, "", NOW)
    settle()
    before = {slip.form: slip.document.file_id for slip in Slip.objects.filter(dossier=dossier)}
    assert sorted(before) == ["01", "02", "05", "receipt"]
    charge = Charge.objects.get(subject=dossier.pk)
    for form, about in (("01", None), ("02", request.pk), ("05", None), ("receipt", charge.pk)):
        jobs.issue_slip(dossier.pk, form, about)
    assert before == {s.form: s.document.file_id for s in Slip.objects.filter(dossier=dossier)}


@rolled_back
def test_the_worker_signs_and_registers_once_however_often_the_jobs_run():
    _, dossier = p.filed("1.001612")
    p.paid(dossier)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    approved = p.signed(dossier)
    system = approved.pk
    item = WorkItem.objects.get(subject=system, role="system")
    document = p.draft_of(dossier)
    for _ in range(2):
        jobs.sign(dossier.pk, document.pk, p.officer("approver").account_id)
        jobs.run_system_step(dossier.pk, item.pk)
    settle()
    document.refresh_from_db()
    signed = document.file_id
    jobs.sign(dossier.pk, document.pk, p.officer("approver").account_id)
    jobs.render_preview(dossier.pk)
    document.refresh_from_db()
    assert document.file_id == signed
    assert Entry.objects.count() == 1
    assert dossier.timeline.filter(kind="completed").count() == 1


@rolled_back
def test_a_result_waits_for_a_timestamp_authority_that_is_down(monkeypatch):
    _, dossier = p.filed("1.001612")
    p.paid(dossier)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    p.signed(dossier)
    document = p.draft_of(dossier)
    account = p.officer("approver").account_id
    with monkeypatch.context() as down:
        down.setattr(settings, "ENV", replace(settings.ENV, tsa_url="http://127.0.0.1:9"))
        with pytest.raises(TimestampUnavailable):
            jobs.sign(dossier.pk, document.pk, account)
    assert p.status(dossier) == Status.IN_PROCESS
    settle()
    assert p.status(dossier) == Status.RETURNED
    p.assert_valid(dossier)


def test_the_worker_itself_makes_the_slip_once_the_act_is_committed(committed):
    """As in production: the relay and the job run on connections of their own."""
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    background.run_waiting()
    assert p.slips(dossier) == [], "nothing is made before the event is relayed"
    events.relay_all()
    background.run_waiting()
    background.run_waiting()
    [slip] = Slip.objects.filter(dossier=dossier)
    assert (slip.form, slip.document.number) == ("01", f"{dossier.number}/M01")
    with documents.open_file(slip.document.file) as stream:
        assert stream.read(5) == b"%PDF-"
