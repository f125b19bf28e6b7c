"""By decision: a result is taken back, or another takes its place; nothing is undone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.documents import queries as documents
from motcua.documents.models import Document
from motcua.dossiers import errors, rules
from motcua.dossiers.actions import applicant, correcting, extending, intake, reopening, timing
from motcua.dossiers.models import Status
from motcua.dossiers.queries import citizen as mine
from motcua.foundation import clock
from motcua.notices.models import Notice
from motcua.payments.models import Charge

from ..world import NOW, at_once, settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db

WHY = reopening.Decision("12/QĐ-UBND", NOW.date(), "Ghi sai mục đích sử dụng.")


def returned(**changes):
    """A dossier whose result lies in the applicant's vault."""
    viewer, dossier = p.filed("1.004873", **changes)
    p.accepted(dossier)
    settled(viewer, dossier)
    assert p.status(dossier) == Status.RETURNED
    return viewer, dossier


def settled(viewer, dossier):
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", clock.now())
    p.signed(dossier)
    settle()


def reopened(dossier, by="approver", decision=WHY, **changes):
    found = reopening.reopen(
        p.officer(by), dossier.pk, p.seen(dossier), decision, clock.now(), **changes
    )
    settle()
    return found


def revoked(dossier, by="approver", decision=WHY):
    return reopening.revoke(p.officer(by), dossier.pk, p.seen(dossier), decision, clock.now())


@rolled_back
def test_a_new_result_takes_the_place_of_the_old_which_counts_until_then():
    viewer, dossier = returned()
    old = p.draft_of(dossier)
    with clock.frozen(NOW + timedelta(days=7)) as later:
        reopened(dossier)
        row = p.fresh(dossier)
        assert (row.status, row.finished_at, row.returned_at) == (Status.IN_PROCESS, None, None)
        assert row.accepted_at == later, "the clock begins anew"
        assert documents.state_of(old.number) == "current"
        settled(viewer, dossier)
    new = p.draft_of(dossier)
    assert new.number != old.number
    seen = documents.public_check(number=old.number)
    assert (seen.state, seen.replaced_by) == ("replaced", new.number)
    assert documents.state_of(new.number) == "current"
    assert p.judged(new).valid
    assert p.status(dossier) == Status.RETURNED
    said = dossier.timeline.filter(kind="completed").latest("pk").text
    assert f"Thay cho số {old.number}" in said


@rolled_back
def test_the_citizen_reads_the_decision_and_its_reason():
    _, dossier = returned()
    reopened(dossier)
    told = Notice.objects.filter(subject=dossier.pk).latest("pk")
    for part in ("12/QĐ-UBND", "23/11/2026", "Ghi sai mục đích", "còn giá trị đến khi"):
        assert part in told.body


@rolled_back
def test_a_wrong_answer_is_put_right_before_the_process_begins_again():
    viewer, dossier = p.filed("1.001612")
    p.paid(dossier)
    intake.refuse(p.officer("receptionist"), dossier.pk, p.seen(dossier), "Sai.", "", NOW)
    key = "business_name"
    assert correcting.answers_of(p.fresh(dossier))[key][1] == "Phở Chua Xứ Lạng"
    reopened(dossier, corrected=(key, "Phở Chua Bản Chu"))
    assert mine.dossier(viewer, dossier.number, NOW).answers[key] == "Phở Chua Bản Chu"
    assert dossier.timeline.filter(kind="corrected").count() == 1


@rolled_back
def test_a_revoked_result_is_void_for_whoever_checks_it():
    _, dossier = returned()
    result = p.draft_of(dossier)
    revoked(dossier)
    settle()
    seen = documents.public_check(number=result.number)
    assert seen.state == "revoked"
    assert "12/QĐ-UBND" in seen.reason
    assert p.status(dossier) == Status.RETURNED
    told = Notice.objects.filter(subject=dossier.pk).latest("pk")
    assert "không còn giá trị" in told.body
    with pytest.raises(errors.Refused):
        revoked(dossier)


@rolled_back
def test_after_a_revocation_the_dossier_may_be_settled_anew():
    viewer, dossier = returned()
    old = p.draft_of(dossier)
    revoked(dossier)
    reopened(dossier)
    settled(viewer, dossier)
    assert documents.state_of(old.number) == "revoked"
    valid = Document.objects.filter(subject=dossier.pk, kind="result", state="current")
    assert [one.pk for one in valid] == [p.draft_of(dossier).pk]


@rolled_back
@pytest.mark.parametrize(
    "decision",
    [
        reopening.Decision("", NOW.date(), "Sai."),
        reopening.Decision("1", None, "Sai."),
        reopening.Decision("1", NOW.date() + timedelta(days=1), "Sai."),
        reopening.Decision("1", NOW.date(), "  "),
    ],
)
def test_a_decision_has_a_number_a_day_and_a_reason(decision):
    _, dossier = returned()
    for act in (reopened, revoked):
        with pytest.raises(errors.Refused):
            act(dossier, decision=decision)
    assert p.status(dossier) == Status.RETURNED


@rolled_back
def test_only_an_approver_carries_a_decision_out_and_only_after_the_end():
    _, dossier = p.filed("1.004873")
    for act in (reopened, revoked):
        with pytest.raises(errors.NotAllowedNow):
            act(dossier)
        with pytest.raises(errors.NotYours):
            act(dossier, by="handler")


@rolled_back
def test_what_was_withdrawn_before_intake_goes_back_to_the_counter_and_owes_its_fee_again():
    viewer, dossier = p.filed("1.001612")
    applicant.withdraw(viewer, dossier.number, "Tôi đổi ý.", NOW)
    settle()
    reopened(dossier)
    row = p.fresh(dossier)
    assert (row.status, row.accepted_at, row.due_at) == (Status.REGISTERED, None, None)
    assert Charge.objects.filter(subject=dossier.pk).latest("pk").state == "pending"
    with pytest.raises(errors.Unpaid):
        p.accepted(dossier)
    p.paid(dossier)
    p.accepted(dossier)
    assert p.step(dossier, "appraise")


@rolled_back
def test_pauses_of_the_first_settling_do_not_move_the_second_clock():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    p.ask(dossier, "handler")
    with clock.frozen(NOW + timedelta(days=2)):
        applicant.withdraw(viewer, dossier.number, "", clock.now())
        settle()
    with clock.frozen(NOW + timedelta(days=3)):
        reopened(dossier)
        row = p.fresh(dossier)
        assert row.pauses.count() == 1, "what was, stays written"
        assert timing.clock_of(row).pauses == ()
        assert row.due_at == p.local("2026-12-01T17:00"), "three working days from Thursday"
        assert mine.dossier(viewer, dossier.number, clock.now()).standing == "running"


@rolled_back
def test_the_one_later_date_is_not_given_again():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    args = (2, "Cần xác minh.", NOW)
    extending.grant(p.officer("approver"), dossier.pk, p.seen(dossier), *args)
    settled(viewer, dossier)
    reopened(dossier)
    assert p.fresh(dossier).extended_to is None
    with pytest.raises(errors.Refused) as refused:
        extending.grant(p.officer("approver"), dossier.pk, p.seen(dossier), *args)
    assert "một lần" in refused.value.message


def test_no_row_leads_back_from_an_end_but_by_decision():
    for row in rules.REOPENINGS:
        assert rules.transition(row.before, row.after) is None
    for status in Status:
        for taken_in in (True, False):
            found = rules.reopening(status, taken_in=taken_in)
            assert found is None or found.before in {*rules.ENDED, Status.DONE}


@pytest.mark.usefixtures("committed")
def test_of_two_who_carry_out_the_same_decision_one_does():
    _, dossier = returned()
    seen = p.seen(dossier)
    gave = at_once(
        *(
            lambda by=by: reopening.reopen(p.officer(by), dossier.pk, seen, WHY, NOW)
            for by in ("approver", "head")
        )
    )
    assert sum(isinstance(one, errors.ChangedSinceSeen) for one in gave) == 1
    assert dossier.timeline.filter(kind="reopened").count() == 1
