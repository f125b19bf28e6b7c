"""Officers: who may do what, in which order, how often, and what the other one is told."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from motcua.demo import accounts
from motcua.dossiers import errors, jobs
from motcua.dossiers.actions import applicant, background, deciding, handling, intake, returning
from motcua.dossiers.models import Attachment, Dossier, Pause, Slip, Status, SupplementRequest
from motcua.dossiers.queries import citizen as mine
from motcua.dossiers.queries import desk
from motcua.foundation import clock
from motcua.notices.models import Notice
from motcua.payments import actions as payments
from motcua.payments.models import Charge
from motcua.people import actions as people
from motcua.people.models import Access

from ..world import NOW, at_once, settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
ELSEWHERE = accounts.staffed_communes()[1].agency_code
MISSING = [{"key": "giay_cu", "text": "Giấy xác nhận cũ"}]


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=HANOI)


def ask(dossier, by="receptionist", at=NOW):
    return intake.ask_supplement(
        p.officer(by), dossier.pk, p.seen(dossier), MISSING, "Còn thiếu giấy tờ.", at
    )


def answer(viewer, dossier, at=NOW, text="Đã bổ sung."):
    return applicant.answer_supplement(viewer, dossier.number, text, [], {}, at)


def status(dossier) -> Status:
    return Status(p.fresh(dossier).status)


# Intake


@rolled_back
@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-23T09:00", "2026-11-27T17:00"),  # 24 November is a holiday
        ("2026-11-26T16:59", "2026-12-01T17:00"),  # over a weekend
        ("2026-11-28T10:00", "2026-12-03T17:00"),  # a Saturday counts as Monday
        ("2026-12-30T09:00", "2027-01-05T17:00"),  # over New Year's day
    ],
)
def test_the_clock_starts_when_the_dossier_is_accepted(at, due):
    with clock.frozen(local(at)):
        _, dossier = p.filed("1.004873")
        assert p.fresh(dossier).due_at is None
        p.accepted(dossier)
    row = p.fresh(dossier)
    assert (row.status, row.accepted_at, row.due_at) == (Status.ACCEPTED, local(at), local(due))


@rolled_back
@pytest.mark.parametrize(
    ("at", "due"),
    [
        ("2026-11-23T14:59", "2026-11-23T17:00"),
        ("2026-11-23T15:01", "2026-11-25T17:00"),  # after 15:00: the next working day
    ],
)
def test_a_birth_is_registered_within_the_day(at, due):
    with clock.frozen(local(at)):
        _, dossier = p.filed("1.001193")
        p.accepted(dossier)
    assert p.fresh(dossier).due_at == local(due)


@rolled_back
def test_an_unpaid_dossier_is_not_taken_in_where_the_fee_is_due_at_filing():
    _, dossier = p.filed("1.001612")
    with pytest.raises(errors.Unpaid) as refused:
        p.accepted(dossier)
    assert "150.000 đ" in refused.value.message
    assert status(dossier) == Status.REGISTERED


@rolled_back
def test_cash_is_taken_once_and_then_the_dossier_goes_in():
    clerk = p.officer("receptionist")
    _, dossier = p.filed("1.001612")
    intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    with pytest.raises(errors.NotAllowedNow):
        intake.take_cash(clerk, dossier.pk, p.seen(dossier), NOW)
    settle()
    assert Charge.objects.get(subject=dossier.pk).state == "paid"
    assert status(p.accepted(dossier)) == Status.ACCEPTED
    kinds = list(dossier.timeline.order_by("id").values_list("kind", flat=True))
    assert kinds == ["submitted", "cash_taken", "paid", "accepted"]


@rolled_back
@pytest.mark.parametrize("by", ["handler", "approver", "clerk"])
def test_only_a_receptionist_takes_in(by):
    _, dossier = p.filed("1.004873")
    with pytest.raises(errors.NotYours) as refused:
        p.accepted(dossier, by)
    assert "người tiếp nhận" in refused.value.message.lower()


@rolled_back
def test_a_dossier_is_accepted_once():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    with pytest.raises(errors.NotAllowedNow):
        p.accepted(dossier)


@rolled_back
def test_a_refusal_needs_a_reason_and_ends_the_dossier_with_slip_03():
    viewer, dossier = p.filed("1.001612")
    clerk = p.officer("receptionist")
    with pytest.raises(errors.Refused):
        intake.refuse(clerk, dossier.pk, p.seen(dossier), "  ", "", NOW)
    intake.refuse(clerk, dossier.pk, p.seen(dossier), "Không thuộc thẩm quyền.", "NĐ 118", NOW)
    settle()
    assert status(dossier) == Status.REFUSED
    assert Slip.objects.get(dossier=dossier).form == "03"
    assert Charge.objects.get(subject=dossier.pk).state == "cancelled"
    assert (
        "Không thuộc thẩm quyền." in Notice.objects.filter(title__contains="không được").get().body
    )
    with pytest.raises(errors.NotAllowedNow):
        applicant.withdraw(viewer, dossier.number, "", NOW)


# Supplements


@rolled_back
def test_before_intake_a_supplement_leads_back_to_intake_and_no_clock_runs():
    viewer, dossier = p.filed("1.004873")
    ask(dossier)
    assert status(dossier) == Status.SUPPLEMENT
    assert not Pause.objects.exists()
    with pytest.raises(errors.NotAllowedNow):
        p.accepted(dossier)
    answer(viewer, dossier)
    assert status(dossier) == Status.REGISTERED
    p.accepted(dossier)


@rolled_back
def test_after_intake_the_clock_stands_still_until_the_answer():
    with clock.frozen(local("2026-11-23T09:00")) as monday:
        viewer, dossier = p.filed("1.004873")
        p.accepted(dossier)
        assert p.fresh(dossier).due_at == local("2026-11-27T17:00")
        ask(dossier, "handler", monday)
    waiting = mine.dossier(viewer, dossier.number, local("2026-11-30T09:00"))
    assert waiting.standing == "paused"
    assert waiting.holder == "Đang chờ bạn bổ sung."
    answer(viewer, dossier, local("2026-11-30T09:00"))
    row = p.fresh(dossier)
    assert (row.status, row.paused_since) == (Status.IN_PROCESS, None)
    assert row.due_at == local("2026-12-03T17:00"), "the time that was left begins anew"


@rolled_back
def test_a_supplement_says_what_is_missing_by_when_and_with_slip_02():
    viewer, dossier = p.filed("1.004873")
    with pytest.raises(errors.Refused):
        intake.ask_supplement(
            p.officer("receptionist"), dossier.pk, p.seen(dossier), [{"text": " "}], "", NOW
        )
    ask(dossier)
    settle()
    asked = mine.dossier(viewer, dossier.number, NOW).supplement
    assert asked.items == MISSING
    assert asked.answer_by == local("2026-12-08T17:00")
    assert Slip.objects.get(dossier=dossier).form == "02"


@rolled_back
def test_an_empty_answer_is_no_answer():
    viewer, dossier = p.filed("1.004873")
    ask(dossier)
    with pytest.raises(errors.Refused):
        answer(viewer, dossier, text=" ")
    with pytest.raises(errors.UnknownPapers):
        applicant.answer_supplement(
            viewer, dossier.number, "x", [("la", Attachment(pk=1).file_id)], {}, NOW
        )
    assert status(dossier) == Status.SUPPLEMENT


@rolled_back
def test_corrected_answers_are_judged_like_the_first_ones():
    viewer, dossier = p.filed("1.004873")
    ask(dossier)
    with pytest.raises(errors.IncompleteAnswers):
        applicant.answer_supplement(viewer, dossier.number, "", [], {"copies": 99}, NOW)
    applicant.answer_supplement(viewer, dossier.number, "", [], {"copies": 3}, NOW)
    assert mine.dossier(viewer, dossier.number, NOW).answers["copies"] == 3


@rolled_back
def test_one_supplement_is_all_where_the_procedure_says_once():
    """NĐ 217/2026: once, two working days to answer."""
    viewer, dossier = p.filed("1.013225")
    p.accepted(dossier)
    asked = ask(dossier, "handler")
    assert asked.answer_by == local("2026-11-26T17:00")
    answer(viewer, dossier)
    for by in ("handler", "approver"):
        with pytest.raises(errors.TooManySupplements):
            ask(dossier, by)


@rolled_back
def test_a_second_supplement_needs_the_approver_and_there_is_no_third():
    """NĐ 63/2010 Đ20, for a procedure that sets no stricter bound."""
    viewer = p.citizen("xay-nha")
    old = p.version_id("1.013225", NOW.date().replace(month=6, day=30))
    with clock.frozen(local("2026-06-30T09:00")) as then:
        dossier = p.filed_at("1.013225", old, then, start_date=p.day(30))
        p.accepted(dossier)
        ask(dossier, "handler", then)
        answer(viewer, dossier, then)
        with pytest.raises(errors.TooManySupplements) as refused:
            ask(dossier, "handler", then)
        assert "lãnh đạo" in refused.value.message
        ask(dossier, "approver", then)
        answer(viewer, dossier, then)
        with pytest.raises(errors.TooManySupplements):
            ask(dossier, "approver", then)
    settle()
    numbers = [slip.document.number for slip in Slip.objects.filter(dossier=dossier, form="02")]
    assert sorted(numbers) == [f"{dossier.number}/M02", f"{dossier.number}/M02-2"]


@rolled_back
def test_who_never_answers_a_supplement_is_told_that_the_dossier_has_ended():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    ask(dossier, "handler")
    with clock.frozen(local("2026-12-08T16:59")):
        jobs.stop_unanswered()
    assert status(dossier) == Status.SUPPLEMENT
    with clock.frozen(local("2026-12-08T17:01")):
        jobs.stop_unanswered()
        jobs.stop_unanswered()
        settle()
    assert status(dossier) == Status.STOPPED
    assert list(Slip.objects.filter(dossier=dossier, form="05").values_list("form", flat=True)) == [
        "05"
    ]
    told = Notice.objects.filter(title__startswith="Đã dừng giải quyết").get()
    assert "17:00 ngày 08/12/2026" in told.body
    with pytest.raises(errors.NotAllowedNow):
        answer(viewer, dossier)


# Withdrawing


@rolled_back
def test_a_withdrawal_passes_through_state_7_and_ends_in_8_with_slip_05():
    viewer, dossier = p.filed("1.001612")
    applicant.withdraw(viewer, dossier.number, "Tôi đổi ý.", NOW)
    settle()
    states = list(dossier.timeline.order_by("id").values_list("status", flat=True))
    assert states == [Status.REGISTERED, Status.WITHDRAWAL, Status.STOPPED]
    assert Slip.objects.get(dossier=dossier).form == "05"
    assert Charge.objects.get(subject=dossier.pk).state == "cancelled"
    assert not desk.inbox(p.officer("receptionist"), NOW).rows
    with pytest.raises(errors.NotAllowedNow):
        p.accepted(dossier)


@rolled_back
def test_who_withdraws_while_the_clock_stands_still_ends_the_pause_too():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    ask(dossier, "handler")
    applicant.withdraw(viewer, dossier.number, "", NOW + timedelta(days=1))
    assert not Pause.objects.filter(ended_at__isnull=True).exists()
    assert mine.dossier(viewer, dossier.number, NOW + timedelta(days=9)).standing is not None


@rolled_back
def test_an_unpaid_filing_is_withdrawn_after_fifteen_days_with_a_notice():
    _, dossier = p.filed("1.001612")
    assert payments.expire(NOW + timedelta(days=14, hours=23)) == 0
    with clock.frozen(NOW + timedelta(days=15)) as later:
        assert payments.expire(later) == 1
        settle()
    assert status(dossier) == Status.STOPPED
    told = Notice.objects.filter(title__startswith="Đã dừng giải quyết").get()
    assert "quá 15 ngày chưa nộp" in told.body
    assert Slip.objects.get(dossier=dossier).form == "05"


@rolled_back
def test_asking_for_more_does_not_let_an_unpaid_filing_slip_in():
    _, dossier = p.filed("1.001612")
    ask(dossier)
    with clock.frozen(NOW + timedelta(days=15)) as later:
        payments.expire(later)
        settle()
    assert status(dossier) == Status.STOPPED


@rolled_back
def test_a_fee_that_is_paid_with_the_result_is_owed_for_as_long_as_the_dossier_lives():
    """A booking for the counter is not withdrawn because nobody has paid yet."""
    _, dossier = p.filed("2.000815", visit_date=p.day(30))
    with clock.frozen(NOW + timedelta(days=15)) as later:
        assert payments.expire(later) == 1
        settle()
    assert status(dossier) == Status.REGISTERED
    owed = Charge.objects.filter(subject=dossier.pk).latest("pk")
    assert (owed.state, owed.amount) == ("pending", 12_000)


# Handling


@rolled_back
def test_a_step_is_taken_by_one_and_given_to_another_by_whoever_holds_it():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item = p.step(dossier, "appraise")
    first, second = p.officer("handler"), p.officer("handler-2")
    handling.take(first, item.pk, NOW)
    assert status(dossier) == Status.IN_PROCESS
    with pytest.raises(errors.Refused) as refused:
        handling.take(second, item.pk, NOW)
    assert first.name in refused.value.message
    with pytest.raises(errors.NotYours):
        handling.assign(second, item.pk, second.account_id, NOW)
    handling.assign(first, item.pk, second.account_id, NOW)
    assert p.step(dossier, "appraise").assignee_id == second.account_id
    with pytest.raises(errors.NotFound):
        handling.assign(second, item.pk, p.officer("clerk").account_id, NOW)
    handling.assign(p.officer("head"), item.pk, None, NOW)
    assert p.step(dossier, "appraise").assignee_id is None


@rolled_back
def test_an_outcome_the_step_does_not_offer_changes_nothing():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item = p.step(dossier, "appraise")
    with pytest.raises(errors.Refused):
        handling.complete_step(p.officer("handler"), item.pk, p.seen(dossier), "x", "", {}, NOW)
    assert p.step(dossier, "appraise").pk == item.pk
    assert status(dossier) == Status.ACCEPTED


@rolled_back
def test_a_negative_proposal_must_say_why():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item, handler = p.step(dossier, "appraise"), p.officer("handler")
    with pytest.raises(errors.Refused):
        handling.complete_step(handler, item.pk, p.seen(dossier), "refuse", " ", {}, NOW)
    handling.complete_step(handler, item.pk, p.seen(dossier), "refuse", "Đã kết hôn.", {}, NOW)
    assert p.fresh(dossier).facts["refusal"]["reason"] == "Đã kết hôn."


@rolled_back
def test_steps_with_an_action_of_their_own_are_not_finished_by_the_general_one():
    _, dossier = p.filed("1.004873")
    intake_step = p.step(dossier, "intake")
    with pytest.raises(errors.Refused):
        handling.complete_step(
            p.officer("receptionist"), intake_step.pk, p.seen(dossier), "accept", "", {}, NOW
        )
    p.accepted(dossier)
    handling.complete_step(
        p.officer("handler"),
        p.step(dossier, "appraise").pk,
        p.seen(dossier),
        "propose",
        "",
        {},
        NOW,
    )
    waiting = p.step(dossier, "confirm")
    for by in ("handler", "approver", "receptionist"):
        with pytest.raises(errors.NotYours) as refused:
            handling.complete_step(p.officer(by), waiting.pk, p.seen(dossier), "agree", "", {}, NOW)
        assert "người nộp hồ sơ" in refused.value.message
    assert p.fresh(dossier).status == Status.IN_PROCESS


@rolled_back
def test_after_the_approver_has_signed_nothing_turns_back():
    viewer, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    handling.complete_step(
        p.officer("handler"),
        p.step(dossier, "appraise").pk,
        p.seen(dossier),
        "propose",
        "",
        {},
        NOW,
    )
    settle()
    preview = deciding.Document.objects.get(pk=p.fresh(dossier).facts["result_document"])
    signer = p.officer("approver")
    if preview.data["signer_account"] != signer.account_id:
        deciding.prepare_for_me(signer, p.step(dossier, "approve").pk, NOW)
        settle()
        preview.refresh_from_db()
    deciding.approve_and_sign(
        signer, p.step(dossier, "approve").pk, p.seen(dossier),
        bytes(preview.preview_sha256).hex(), NOW,
    )  # fmt: skip
    assert not mine.dossier(viewer, dossier.number, NOW).may_withdraw
    with pytest.raises(errors.Decided):
        applicant.withdraw(viewer, dossier.number, "", NOW)
    with pytest.raises(errors.Decided):
        ask(dossier, "approver")
    settle()
    assert status(dossier) == Status.RETURNED


@rolled_back
def test_an_agency_where_nobody_may_sign_is_told_so_and_loses_nothing():
    _, dossier = p.filed("1.001612")
    intake.take_cash(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW)
    p.accepted(dossier)
    from motcua.people.models import Appointment

    for post in Appointment.objects.filter(agency_id=dossier.agency_id, role="approver"):
        people.end_appointment(post.pk, NOW.date())
    with pytest.raises(errors.NobodyCanSign):
        handling.complete_step(
            p.officer("handler"), p.step(dossier, "appraise").pk, p.seen(dossier), "propose", "",
            {}, NOW,
        )  # fmt: skip
    assert p.step(dossier, "appraise")


# Two at once, and others


def decide_twice(dossier):
    clerk, colleague = p.officer("receptionist"), p.officer("receptionist-2")
    revision = p.seen(dossier)
    return clerk, colleague, at_once(
        lambda: intake.accept(clerk, dossier.pk, revision, NOW),
        lambda: intake.refuse(colleague, dossier.pk, revision, "Không đúng.", "", NOW),
    )  # fmt: skip


def test_of_two_officers_who_decide_at_once_one_wins_and_the_other_is_told_who_and_when(committed):
    _, dossier = p.filed("1.004873")
    clerk, colleague, found = decide_twice(dossier)
    won = [one for one in found if isinstance(one, Dossier)]
    lost = [one for one in found if isinstance(one, errors.ChangedSinceSeen)]
    assert (len(won), len(lost)) == (1, 1)
    winner = colleague if isinstance(found[0], errors.ChangedSinceSeen) else clerk
    assert winner.name in lost[0].message
    assert "08:00 ngày 23/11/2026" in lost[0].message
    assert p.fresh(dossier).status == won[0].status
    decided = dossier.timeline.filter(kind__in=["accepted", "refused"])
    assert decided.count() == 1


def test_of_two_handlers_who_finish_a_step_at_once_one_wins(committed):
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item, revision = p.step(dossier, "appraise"), p.seen(dossier)
    first, second = p.officer("handler"), p.officer("handler-2")
    found = at_once(
        lambda: handling.complete_step(first, item.pk, revision, "propose", "", {}, NOW),
        lambda: handling.complete_step(second, item.pk, revision, "refuse", "Sai.", {}, NOW),
    )
    assert sorted(type(one).__name__ for one in found) == ["ChangedSinceSeen", "Dossier"]


def test_of_two_who_take_a_step_at_once_one_gets_it(committed):
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item = p.step(dossier, "appraise")
    viewers = [p.officer("handler"), p.officer("handler-2")]
    found = at_once(*[lambda v=v: handling.take(v, item.pk, NOW) for v in viewers])
    refused = [one for one in found if isinstance(one, errors.Refused)]
    assert len(refused) == 1
    assert viewers[1 - found.index(refused[0])].name in refused[0].message


@rolled_back
def test_who_acts_on_an_old_page_is_told_who_changed_it():
    viewer, dossier = p.filed("1.004873")
    old = p.seen(dossier)
    applicant.withdraw(viewer, dossier.number, "", NOW)
    with pytest.raises(errors.ChangedSinceSeen) as told:
        intake.accept(p.officer("receptionist"), dossier.pk, old, NOW)
    assert "Hệ thống" in told.value.message


@rolled_back
def test_a_finished_step_says_who_finished_it():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item, first = p.step(dossier, "appraise"), p.officer("handler")
    handling.complete_step(first, item.pk, p.seen(dossier), "propose", "", {}, NOW)
    with pytest.raises(errors.StepGone) as told:
        handling.complete_step(
            p.officer("handler-2"), item.pk, p.seen(dossier), "propose", "", {}, NOW
        )
    assert first.name in told.value.message


@rolled_back
def test_to_another_agencys_officers_the_dossier_does_not_exist():
    _, dossier = p.filed("1.004873")
    item, old = p.step(dossier, "intake"), 0
    for role in ("receptionist", "handler", "approver", "head"):
        stranger = p.officer(f"{ELSEWHERE}/{role}")
        for act in (
            lambda v: desk.for_officer(v, dossier.number, NOW),
            lambda v: desk.file_for_officer(v, dossier.number, "x", NOW),
            lambda v: intake.accept(v, dossier.pk, old, NOW),
            lambda v: intake.refuse(v, dossier.pk, old, "x", "", NOW),
            lambda v: intake.ask_supplement(v, dossier.pk, old, MISSING, "", NOW),
            lambda v: intake.take_cash(v, dossier.pk, old, NOW),
            lambda v: intake.compare_original(v, dossier.pk, old, 1, 1, None, NOW),
            lambda v: handling.take(v, item.pk, NOW),
            lambda v: handling.assign(v, item.pk, v.account_id, NOW),
            lambda v: handling.complete_step(v, item.pk, old, "accept", "", {}, NOW),
            lambda v: deciding.approve_and_sign(v, item.pk, old, "", NOW),
            lambda v: deciding.prepare_for_me(v, item.pk, NOW),
            lambda v: returning.hand_over(v, item.pk, old, "", NOW),
        ):
            with pytest.raises(errors.NotFound) as refused:
                act(stranger)
            assert refused.value.message == errors.NotFound().message
        assert desk.find(stranger, dossier.number) == []
        assert desk.inbox(stranger, NOW).rows == []


@rolled_back
def test_to_another_citizen_the_dossier_does_not_exist():
    _, dossier = p.filed("1.004873")
    stranger = p.citizen("cha")
    for act in (
        lambda: mine.dossier(stranger, dossier.number, NOW),
        lambda: mine.dossier_by_id(stranger, dossier.pk, NOW),
        lambda: applicant.withdraw(stranger, dossier.number, "", NOW),
        lambda: applicant.answer_supplement(stranger, dossier.number, "x", [], {}, NOW),
        lambda: applicant.confirm_draft(stranger, dossier.number, True, "", NOW),
        lambda: applicant.rate(stranger, dossier.number, 5, "", NOW),
    ):
        with pytest.raises(errors.NotFound):
            act()
    assert mine.my_dossiers(stranger) == []


@rolled_back
def test_opening_a_dossier_says_whose_data_was_seen_and_why():
    _, dossier = p.filed("1.004873")
    clerk = p.officer("receptionist")
    _, note = desk.for_officer(clerk, dossier.number, NOW)
    people.record_access(note, NOW)
    seen = Access.objects.get()
    assert (seen.subject_id, seen.dossier_number) == (dossier.applicant_id, dossier.number)
    assert seen.viewer_name == clerk.name


@rolled_back
def test_the_desk_shows_each_role_its_own_steps():
    _, dossier = p.filed("1.004873")
    roles = ("receptionist", "handler", "approver", "clerk")

    def who_sees():
        return [role for role in roles if desk.inbox(p.officer(role), NOW).rows]

    assert who_sees() == ["receptionist"]
    p.accepted(dossier)
    assert who_sees() == ["handler"]


@rolled_back
def test_a_rating_comes_after_the_end_and_a_later_one_replaces_it():
    viewer, dossier = p.filed("1.004873")
    with pytest.raises(errors.NotAllowedNow):
        applicant.rate(viewer, dossier.number, 5, "", NOW)
    applicant.withdraw(viewer, dossier.number, "", NOW)
    with pytest.raises(errors.Refused):
        applicant.rate(viewer, dossier.number, 6, "", NOW)
    applicant.rate(viewer, dossier.number, 1, "Chậm", NOW)
    applicant.rate(viewer, dossier.number, 4, "Đã được giải thích", NOW)
    assert mine.dossier(viewer, dossier.number, NOW).rating.score == 4


@rolled_back
def test_the_worker_does_nothing_twice():
    _, dossier = p.filed("1.001612")
    background.not_paid_in_time(dossier.pk, NOW)  # nothing has expired
    background.stop_unanswered(dossier.pk, NOW)  # nothing was asked
    assert status(dossier) == Status.REGISTERED
    assert SupplementRequest.objects.count() == 0
