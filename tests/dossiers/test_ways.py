"""The whole way of each of the five procedures, from filing to a signed result in the hands of who
asked for it."""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import httpx
import pikepdf
import pytest
from django.conf import settings

from motcua.catalogue import queries as catalogue
from motcua.documents import actions as documents
from motcua.dossiers import errors, jobs
from motcua.dossiers.actions import applicant, intake, returning
from motcua.dossiers.models import FieldCheck, Opinion, Slip, Status
from motcua.dossiers.queries import citizen as mine
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.payments.models import Charge
from motcua.registers.models import Entry

from ..payments.conftest import callback
from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def status(dossier) -> Status:
    return Status(p.fresh(dossier).status)


def states(dossier) -> list[int]:
    """The states the dossier went through, each once in a row."""
    found: list[int] = []
    for state in dossier.timeline.order_by("id").values_list("status", flat=True):
        if not found or found[-1] != state:
            found.append(state)
    return found


def slips(dossier) -> list[str]:
    return sorted(Slip.objects.filter(dossier=dossier).values_list("form", flat=True))


def assert_valid(dossier, signer="approver"):
    """The result is what anybody may trust."""
    report = p.judged(p.draft_of(dossier))
    assert report.valid, report.problem
    assert report.number == p.draft_of(dossier).number
    assert [one.signer for one in report.signatures] == [p.officer(signer).name]


def ledger_kinds(dossier) -> list[str]:
    rows = LedgerEntry.objects.filter(subject=dossier.number).order_by("id")
    return list(rows.values_list("kind", flat=True))


# 1.001193, birth


@pytest.fixture(autouse=True)
def _nobody_has_told_the_population_database_before(neighbours):
    neighbours.renew()


def to_confirmation(**changes):
    viewer, dossier = p.filed("1.001193", **changes)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    return viewer, dossier


def test_a_birth_is_confirmed_by_who_filed_registered_numbered_signed_and_given():
    viewer, dossier = to_confirmation()
    page = mine.dossier(viewer, dossier.number, NOW)
    assert page.holder == "Đang chờ bạn xác nhận bản thảo."
    preview = mine.preview(page)
    assert preview.file_id
    assert ("Họ, chữ đệm, tên của trẻ", "Hoàng Minh Châu") in preview.rows
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    settle()
    entry = Entry.objects.get()
    facts = p.fresh(dossier).facts
    assert (entry.register, entry.number, entry.year) == ("khai_sinh", 1, 2026)
    number = facts["personal_id"]
    assert len(number) == 12
    assert number.startswith("020326"), "Lạng Sơn, a girl of this century, born in 2026"
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.RETURNED
    assert_valid(dossier)
    result = p.draft_of(dossier)
    assert result.data["facts"]["personal_id"] == number
    assert result.title == "Giấy khai sinh"
    assert states(dossier) == [1, 2, 4, 9, 10]
    assert slips(dossier) == ["01"]
    assert mine.dossier(viewer, dossier.number, NOW).standing == "on_time"


def test_silence_for_a_day_confirms_the_draft():
    viewer, dossier = to_confirmation()
    with clock.frozen(NOW + timedelta(hours=23, minutes=59)):
        jobs.fire_due_timers()
        settle()
    assert mine.dossier(viewer, dossier.number, NOW).confirm is not None
    with clock.frozen(NOW + timedelta(days=1)) as later:
        jobs.fire_due_timers()
        jobs.fire_due_timers()
        settle()
        with pytest.raises(errors.StepGone):
            applicant.confirm_draft(viewer, dossier.number, False, "Sai tên.", later)
    assert p.step(dossier, "approve")
    assert dossier.timeline.filter(kind="silence").count() == 1


def test_who_disagrees_says_why_and_the_handler_corrects_the_draft():
    viewer, dossier = to_confirmation()
    with pytest.raises(errors.Refused):
        applicant.confirm_draft(viewer, dossier.number, False, " ", NOW)
    applicant.confirm_draft(viewer, dossier.number, False, "Tên phải là Hoàng Minh Chân.", NOW)
    settle()
    assert dossier.timeline.filter(text__contains="Hoàng Minh Chân").exists()
    assert p.step(dossier, "appraise")
    with pytest.raises(errors.StepGone):
        applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    p.finish(dossier, "appraise", "propose")
    settle()
    assert mine.dossier(viewer, dossier.number, NOW).confirm is not None
    assert not Entry.objects.exists(), "nothing is registered before it is right"


def test_a_birth_filed_at_the_counter_needs_no_confirmation():
    clerk = p.officer("receptionist")
    dossier = intake.file_at_counter(
        clerk, p.version_id("1.001193"), p.agency_id(), p.person("cha"), p.birth(), [], NOW
    )
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.DONE
    returning.hand_over(clerk, p.step(dossier, "return").pk, p.seen(dossier), "cha của trẻ", NOW)
    settle()
    assert status(dossier) == Status.RETURNED
    assert dossier.timeline.get(kind="returned").text == "Đã trả kết quả tại quầy: cha của trẻ."
    assert_valid(dossier)


def test_a_birth_that_cannot_be_registered_ends_in_a_signed_refusal():
    viewer, dossier = p.filed("1.001193")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "refuse", note="Trẻ đã được đăng ký khai sinh.")
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.RETURNED
    assert not Entry.objects.exists()
    result = mine.dossier(viewer, dossier.number, NOW).result
    assert result.template == "result_refusal"
    assert result.data["reason"] == "Trẻ đã được đăng ký khai sinh."
    assert_valid(dossier)


# 2.000815, certified copies


def at_the_counter(pages=4, copies=2):
    clerk = p.officer("receptionist")
    dossier = intake.file_at_counter(
        clerk, p.version_id("2.000815"), p.agency_id(), p.person("cao-tuoi"),
        p.certified_copy(pages=pages, copies=copies), [], NOW,
    )  # fmt: skip
    return clerk, dossier


def test_a_certified_copy_is_compared_counted_paid_for_signed_and_handed_over():
    clerk, dossier = at_the_counter()
    with pytest.raises(errors.Refused, match="đối chiếu bản chính"):
        p.accepted(dossier)
    scan = documents.store_upload("ban-chinh.pdf", p.pdf(pages=3), None, NOW)
    intake.compare_original(clerk, dossier.pk, p.seen(dossier), 3, 2, scan, NOW)
    assert Charge.objects.get(subject=dossier.pk).amount == 2 * (2_000 + 2_000 + 1_000)
    p.accepted(dossier)
    p.signed(dossier)
    settle()
    item = p.step(dossier, "return")
    with pytest.raises(errors.Unpaid) as refused:
        returning.hand_over(clerk, item.pk, p.seen(dossier), "", NOW)
    assert "10.000 đ" in refused.value.message
    intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    settle()
    returning.hand_over(clerk, item.pk, p.seen(dossier), "", NOW)
    settle()
    assert status(dossier) == Status.RETURNED
    assert slips(dossier) == ["01", "receipt"]
    assert_valid(dossier)
    with documents.open_file(p.draft_of(dossier).file) as stream:
        copy = pikepdf.open(io.BytesIO(stream.read()))
    assert len(copy.pages) == 1 + 3, "the statement, and the pages of the original"


@pytest.mark.parametrize(
    ("pages", "copies", "fee"), [(1, 1, 2_000), (2, 3, 12_000), (5, 1, 7_000), (500, 2, 400_000)]
)
def test_the_fee_follows_the_pages_that_are_really_there(pages, copies, fee):
    """TT 226/2016: c × min(200.000; 2.000·min(p,2) + 1.000·max(p−2,0))."""
    clerk, dossier = at_the_counter(pages=1, copies=1)
    intake.compare_original(clerk, dossier.pk, p.seen(dossier), pages, copies, None, NOW)
    assert Charge.objects.get(subject=dossier.pk).amount == fee


@pytest.mark.parametrize(("pages", "copies"), [(0, 1), (1, 0), (-1, -1), (10**9, 1)])
def test_a_count_that_cannot_be_is_refused(pages, copies):
    clerk, dossier = at_the_counter()
    with pytest.raises(errors.Refused):
        intake.compare_original(clerk, dossier.pk, p.seen(dossier), pages, copies, None, NOW)


def test_a_certified_copy_is_booked_online_with_its_estimated_fee_and_collected_at_the_counter():
    clerk = p.officer("receptionist")
    viewer, dossier = p.filed("2.000815", pages=4, copies=1)
    assert mine.dossier(viewer, dossier.number, NOW).charge.amount == 6_000
    intake.compare_original(clerk, dossier.pk, p.seen(dossier), 4, 1, None, NOW)
    intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.DONE, "the paper copies wait at the counter"
    assert mine.dossier(viewer, dossier.number, NOW).result is not None
    returning.hand_over(clerk, p.step(dossier, "return").pk, p.seen(dossier), "", NOW)
    assert status(dossier) == Status.RETURNED


# 1.001612, household business


def test_a_household_business_pays_at_the_bank_is_appraised_signed_and_registered(client):
    viewer, dossier = p.filed("1.001612")
    charge = mine.dossier(viewer, dossier.number, NOW).charge
    from motcua.payments import actions as payments

    started = payments.start_attempt(charge.pk, "vnpay", "http://x.test/ve", "127.0.0.1", NOW)
    page = httpx.get(started.redirect_url)
    assert page.status_code == 200
    assert "150.000 đ" in page.text
    for _ in range(2):  # the bank repeats itself
        client.get("/api/payments/ipn", callback(started.attempt.order))
    settle()
    assert mine.dossier(viewer, dossier.number, NOW).charge.state == "paid"
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    p.signed(dossier)
    assert not Entry.objects.exists()
    settle()
    assert status(dossier) == Status.RETURNED
    entry = Entry.objects.get()
    assert (entry.register, entry.number) == ("ho_kinh_doanh", 1)
    assert entry.document_number == p.draft_of(dossier).number == "01/2026/HKD-H37.105"
    assert slips(dossier) == ["01", "receipt"]
    assert_valid(dossier)
    assert p.draft_of(dossier).data["rows"]


def test_a_draft_that_the_approver_sends_back_is_written_anew():
    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "refuse", note="Tên trùng.")
    settle()
    assert p.draft_of(dossier).template == "result_refusal"
    p.finish(dossier, "approve", "return", by="approver", note="Tên không trùng.")
    p.finish(dossier, "appraise", "propose")
    settle()
    result = p.draft_of(dossier)
    assert result.template == "result_household_business"
    assert result.number == "01/2026/HKD-H37.105", "the number it was given first"
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.RETURNED
    assert Entry.objects.count() == 1


def test_a_refused_business_is_not_registered():
    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "refuse", note="Tên trùng.")
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.RETURNED
    assert not Entry.objects.exists()


def test_what_was_previewed_is_what_is_signed():
    from motcua.dossiers.actions import deciding

    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    viewer, item = p.officer("approver"), p.step(dossier, "approve")
    with pytest.raises(errors.NotReady):
        deciding.approve_and_sign(viewer, item.pk, p.seen(dossier), "", NOW)
    settle()
    with pytest.raises(errors.PreviewChanged):
        deciding.approve_and_sign(viewer, item.pk, p.seen(dossier), "00" * 32, NOW)
    other = p.officer("head" if p.draft_of(dossier).data["signer_account"] == viewer.account_id
                      else "approver")  # fmt: skip
    digest = bytes(p.draft_of(dossier).preview_sha256).hex()
    with pytest.raises(errors.Refused, match="ghi người ký là"):
        deciding.approve_and_sign(other, item.pk, p.seen(dossier), digest, NOW)


def test_every_turn_of_a_dossier_is_in_the_ledger():
    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    p.signed(dossier)
    settle()
    timeline = dossier.timeline.order_by("id").values_list("kind", flat=True)
    kinds = [f"dossier.{kind}" for kind in timeline]
    assert [kind for kind in ledger_kinds(dossier) if kind.startswith("dossier.")] == kinds


# 1.013225, building permit


def to_field_check(**changes):
    _, dossier = p.filed("1.013225", **changes)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "continue")
    return dossier


CHECKED = {"people": "Chủ nhà, cán bộ địa chính", "minutes": "Đúng hiện trạng."}


def test_a_building_permit_is_checked_on_site_asked_about_and_signed():
    dossier = to_field_check()
    assert p.fresh(dossier).due_at == local("2026-12-03T17:00"), "seven working days"
    for data in ({}, {**CHECKED, "on": date(2026, 11, 24)}, {"on": date(2026, 11, 23)}):
        with pytest.raises(errors.Refused):
            p.finish(dossier, "field_check", "conforms", **data)
    p.finish(dossier, "field_check", "conforms", on=date(2026, 11, 23), **CHECKED)
    assert FieldCheck.objects.get().conforms
    asked = Opinion.objects.get()
    assert asked.agency.office_key == "phong-kinh-te"
    assert asked.due_at == local("2026-11-26T17:00"), "two working days; 24 November is a holiday"
    with pytest.raises(errors.NotYours):
        p.finish(dossier, "opinion", "agree", by="clerk")
    p.finish(dossier, "opinion", "agree", by="handler-kinh-te", note="Phù hợp quy hoạch.")
    asked.refresh_from_db()
    assert (asked.answer, asked.text) == ("agree", "Phù hợp quy hoạch.")
    p.finish(dossier, "work", "propose")
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.RETURNED
    assert states(dossier) == [1, 2, 4, 9, 10]
    assert_valid(dossier)


def test_an_office_that_is_silent_for_two_working_days_consents():
    dossier = to_field_check()
    p.finish(dossier, "field_check", "conforms", on=date(2026, 11, 23), **CHECKED)
    with clock.frozen(local("2026-11-26T16:59")):
        jobs.fire_due_timers()
    assert Opinion.objects.get().answer == ""
    with clock.frozen(local("2026-11-26T17:00")):
        jobs.fire_due_timers()
        settle()
    opinion = Opinion.objects.get()
    assert (opinion.answer, opinion.answered_by) == ("silent", "Hết thời hạn")
    assert p.step(dossier, "work")


def test_the_site_may_be_looked_at_early_in_the_morning_of_the_same_day():
    """At 06:30 in Vietnam it is still yesterday in UTC."""
    dossier = to_field_check()
    with clock.frozen(local("2026-11-25T06:30")):
        p.finish(dossier, "field_check", "conforms", on=date(2026, 11, 25), **CHECKED)


@pytest.mark.parametrize(
    ("filed_on", "kind", "due"),
    [
        ("2026-06-30T09:00", "house", "2026-07-15T17:00"),  # 15 days
        ("2026-06-30T09:00", "linear", "2026-07-20T17:00"),  # 20 days
        ("2026-07-01T09:00", "house", "2026-07-10T17:00"),  # 7 working days
        ("2026-07-01T09:00", "linear", "2026-07-15T17:00"),  # 10 working days
    ],
)
def test_the_law_in_force_at_filing_stays_with_the_dossier(filed_on, kind, due):
    """NĐ 217/2026 from 1 July; what was filed under the older rule keeps it."""
    linear = {
        "work_kind": "linear", "work_class": "IV", "work_name": "Đường thôn", "staged": False,
        "length": 300, "clearance": "Trên mặt đất", "designed_by": "firm",
        "designer_name": "Công ty Thiết kế", "designer_certificate": "HAN-1",
        "needs_environment": False,
    }  # fmt: skip
    extra = linear if kind == "linear" else {}
    with clock.frozen(local(filed_on)) as then:
        version = p.version_id("1.013225", then.astimezone(HANOI).date())
        dossier = p.filed_at("1.013225", version, then, start_date=p.day(30), **extra)
        intake_at = then
        p.accepted(dossier)
    row = p.fresh(dossier)
    assert (row.accepted_at, row.due_at) == (intake_at, local(due))


def test_a_dossier_filed_on_the_last_day_of_the_old_law_is_worked_on_by_the_old_process():
    with clock.frozen(local("2026-06-30T16:00")) as then:
        old = p.version_id("1.013225", date(2026, 6, 30))
        dossier = p.filed_at("1.013225", old, then, start_date=p.day(30))
    with clock.frozen(local("2026-07-02T09:00")):
        p.accepted(dossier)
        assert p.fresh(dossier).due_at == local("2026-07-17T17:00")
        assert p.version_id("1.013225") != dossier.version_id
    version = catalogue.version(dossier.version_id)
    assert version.parameters["opinion"]["amount"] == 12


def test_a_permit_may_be_refused_with_the_reason_in_the_result():
    dossier = to_field_check()
    p.finish(dossier, "field_check", "ineligible", on=date(2026, 11, 23), **CHECKED)
    p.finish(dossier, "opinion", "disagree", by="handler-kinh-te", note="Không phù hợp quy hoạch.")
    p.finish(dossier, "work", "refuse", note="Không phù hợp quy hoạch.")
    p.signed(dossier)
    settle()
    result = p.draft_of(dossier)
    assert result.template == "result_refusal"
    assert "quy hoạch" in result.data["reason"]
    assert status(dossier) == Status.RETURNED
    assert_valid(dossier)


# 1.004873, marital status


def test_a_marital_status_paper_goes_all_the_way():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    p.signed(dossier, by="head")
    settle()
    assert status(dossier) == Status.RETURNED
    assert states(dossier) == [1, 2, 4, 9, 10]
    assert Entry.objects.get().register == "tinh_trang_hon_nhan"
    assert_valid(dossier, signer="head")
    assert mine.file_of(viewer, dossier.number, str(p.draft_of(dossier).file_id))


def test_who_wants_the_paper_at_the_counter_gets_it_there():
    viewer, dossier = p.filed("1.004873", result_way="counter")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    p.signed(dossier)
    settle()
    assert status(dossier) == Status.DONE
    clerk = p.officer("receptionist")
    returning.hand_over(clerk, p.step(dossier, "return").pk, p.seen(dossier), "", NOW)
    assert status(dossier) == Status.RETURNED


# Papers, once


def test_slips_and_receipts_are_issued_once_however_often_the_jobs_run():
    viewer, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
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


def test_the_worker_signs_and_registers_once_however_often_the_jobs_run():
    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    approved = p.signed(dossier)
    system = approved.pk
    from motcua.processes.models import WorkItem

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


def test_a_result_waits_for_a_timestamp_authority_that_is_down(monkeypatch):
    from dataclasses import replace

    from motcua.documents.signing import TimestampUnavailable

    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    p.signed(dossier)
    document = p.draft_of(dossier)
    account = p.officer("approver").account_id
    with monkeypatch.context() as down:
        down.setattr(settings, "ENV", replace(settings.ENV, tsa_url="http://127.0.0.1:9"))
        with pytest.raises(TimestampUnavailable):
            jobs.sign(dossier.pk, document.pk, account)
    assert status(dossier) == Status.IN_PROCESS
    settle()
    assert status(dossier) == Status.RETURNED
    assert_valid(dossier)
