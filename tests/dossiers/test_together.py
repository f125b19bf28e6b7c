"""Two officers at once, and those to whom a dossier does not exist."""

from __future__ import annotations

import pytest

from motcua.demo import accounts
from motcua.dossiers import errors
from motcua.dossiers.actions import applicant, background, deciding, handling, intake, returning
from motcua.dossiers.models import (
    Dossier,
    Status,
    SupplementRequest,
)
from motcua.dossiers.queries import citizen as mine
from motcua.dossiers.queries import desk
from motcua.foundation import events
from motcua.notices import queries as notices
from motcua.payments.events import RefundOwed
from motcua.people import actions as people
from motcua.people.models import Access

from ..world import NOW, at_once
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db
ELSEWHERE = accounts.staffed_communes()[1].agency_code


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
            lambda v: intake.ask_supplement(v, dossier.pk, old, p.MISSING, "", NOW),
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
    assert p.status(dossier) == Status.REGISTERED
    assert SupplementRequest.objects.count() == 0


@rolled_back
def test_whoever_paid_too_late_is_told_that_the_money_comes_back():
    viewer, dossier = p.filed("1.001612")
    events.publish(RefundOwed(1, 1, dossier.pk, 150_000, "late"))
    events.publish(RefundOwed(2, None, None, 70_000, "unknown_order"))
    events.relay_once()
    events.relay_once()  # what the first telling brought about
    assert dossier.timeline.get(kind="owed_back").text == (
        "Nhận 150.000 đ phải hoàn lại: Tiền đến sau khi hết hạn thanh toán."
    )
    assert "Tiền sẽ được hoàn lại" in {row.title.split(",")[0] for row in notices.inbox(viewer)}
