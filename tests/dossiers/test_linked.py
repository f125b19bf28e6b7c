"""Linked sets: one form, several dossiers, each started once by what it waited for."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction

from motcua.documents.models import File
from motcua.doors.sighting import sight_of
from motcua.dossiers import errors
from motcua.dossiers.actions import applicant as applicant_acts
from motcua.dossiers.actions import drafting, intake, linked_following, linking
from motcua.dossiers.linked_rules import State
from motcua.dossiers.models import Attachment, Dossier, LinkedMember, LinkedSet, Status
from motcua.foundation import sight
from motcua.foundation.models import OutboxEvent

from ..world import NOW, at_once, settle
from . import people as p
from .linked_forms import DEATH, INSURANCE, POLICE, birth_form, filed_set

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nobody_has_told_the_population_database_before(neighbours):
    neighbours.renew()


def states(row: LinkedSet) -> dict[str, str]:
    return dict(row.members.order_by("position").values_list("key", "state"))


def born(viewer: Any, dossier: Dossier) -> None:
    """The birth, to its signed certificate."""
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant_acts.confirm_draft(viewer, dossier.number, True, "", NOW)
    settle()
    p.signed(dossier)
    settle()


def member(row: LinkedSet, key: str) -> Dossier:
    found = row.members.get(key=key).dossier
    assert found is not None
    return found


def worked(dossier: Dossier, body: str) -> None:
    """Another agency's member, from intake to result."""
    p.accepted(dossier, by=f"{body}/receptionist")
    p.finish(dossier, "appraise", "propose", by=f"{body}/handler")
    p.signed(dossier, by=f"{body}/approver")
    settle()


@rolled_back
def test_a_linked_birth_is_one_filing_and_three_results():
    viewer, row, birth = filed_set()
    assert row.number == f"LT-{birth.number}"
    assert states(row) == {
        "birth": State.RUNNING,
        "residence": State.WAITING,
        "insurance": State.WAITING,
        "card": State.UNWANTED,
    }
    assert Dossier.objects.count() == 1
    born(viewer, birth)
    row.refresh_from_db()
    assert states(row)["residence"] == states(row)["insurance"] == State.RUNNING
    residence = member(row, "residence")
    assert residence.agency.code == POLICE
    assert (residence.limit_amount, residence.limit_unit) == (2, "working_day")
    assert residence.beneficiary_name == "Hoàng Minh Châu"
    assert p.fresh(birth).facts["personal_id"] in residence.answers
    paper = Attachment.objects.get(dossier=residence)
    assert (paper.component_key, paper.digitised) == (
        "giay_khai_sinh",
        linked_following.REUSED_RESULT,
    )
    assert paper.file == p.draft_of(birth).file
    worked(residence, POLICE)
    worked(member(row, "insurance"), INSURANCE)
    row.refresh_from_db()
    assert row.ended_at == NOW
    assert linking.FORM not in p.fresh(birth).facts
    assert {p.status(member(row, key)) for key in ("birth", "residence", "insurance")} == {
        Status.RETURNED
    }


@rolled_back
@pytest.mark.parametrize(
    ("kind", "key", "agency", "days"),
    [
        ("insurance", "funeral_insurance", INSURANCE, 8),
        ("social", "funeral_social", p.AGENCY, 3),
        ("merit", "funeral_merit", p.AGENCY, 18),
    ],
)
def test_a_linked_death_goes_to_the_police_and_to_who_pays_the_funeral(kind, key, agency, days):
    _, row, death = filed_set(DEATH, funeral_kind=kind)
    p.accepted(death)
    p.finish(death, "appraise", "propose")
    p.signed(death)
    settle()
    running = [one for one, state in states(row).items() if state == State.RUNNING]
    assert running == ["residence", key]
    funeral = member(row, key)
    assert (funeral.agency.code, funeral.limit_amount) == (agency, days)
    assert "0123456789" in funeral.answers
    assert "0123456789" not in member(row, "residence").answers
    assert "0123456789" not in p.fresh(death).answers
    worked(member(row, "residence"), POLICE)
    who = "" if agency == p.AGENCY else agency
    worked(funeral, who or p.AGENCY)
    row.refresh_from_db()
    assert row.ended_at is not None


@rolled_back
def test_a_card_on_request_is_a_fourth_dossier():
    viewer, row, birth = filed_set(card_wanted=True)
    born(viewer, birth)
    assert states(row)["card"] == State.RUNNING
    assert member(row, "card").limit_amount == 5


@rolled_back
def test_a_refused_birth_leaves_the_others_without_their_paper():
    _, row, birth = filed_set()
    intake.refuse(p.officer("receptionist"), birth.pk, p.seen(birth), "Sai nơi nộp.", "", NOW)
    settle()
    assert states(row)["residence"] == states(row)["insurance"] == State.DROPPED
    assert row.members.get(key="residence").why == "Không có kết quả: Đăng ký khai sinh."
    row.refresh_from_db()
    assert row.ended_at == NOW
    assert Dossier.objects.count() == 1


@rolled_back
def test_a_refused_residence_does_not_stop_the_insurance():
    viewer, row, birth = filed_set()
    born(viewer, birth)
    residence = member(row, "residence")
    clerk = p.officer(f"{POLICE}/receptionist")
    intake.refuse(clerk, residence.pk, p.seen(residence), "Chủ hộ không đồng ý.", "", NOW)
    settle()
    assert states(row)["residence"] == State.FAILED
    worked(member(row, "insurance"), INSURANCE)
    assert states(row)["insurance"] == State.DONE


@rolled_back
def test_what_has_not_started_may_be_left_out_and_what_has_may_not():
    viewer, row, birth = filed_set()
    linked_following.leave_out(viewer, row.number, "insurance", NOW)
    assert states(row)["insurance"] == State.UNWANTED
    with pytest.raises(errors.NotAllowedNow):
        linked_following.leave_out(viewer, row.number, "birth", NOW)
    with pytest.raises(errors.NotFound):
        linked_following.leave_out(p.citizen("doc-than"), row.number, "residence", NOW)
    born(viewer, birth)
    assert states(row)["insurance"] == State.UNWANTED
    assert states(row)["residence"] == State.RUNNING


@rolled_back
def test_a_member_is_not_filed_alone():
    with pytest.raises(errors.CannotFileHere):
        drafting.start_draft(p.citizen("cha"), p.version_id("1.004222"), p.agency_id(POLICE), NOW)


@rolled_back
def test_what_a_member_would_refuse_is_asked_before_filing():
    with pytest.raises(errors.IncompleteAnswers):
        filed_set(household_head_name=None)
    with pytest.raises(errors.CannotFileHere):
        filed_set(residence_address={"province": "01", "commune": "00070", "detail": "Số 1"})
    assert not Dossier.objects.exists()


@rolled_back
def test_a_member_that_cannot_start_is_put_before_people_and_tried_again():
    viewer, row, birth = filed_set()
    facts = p.fresh(birth)
    form = facts.facts.pop(linking.FORM)
    facts.save(update_fields=["facts"])
    born(viewer, birth)
    assert states(row)["residence"] == State.STUCK
    assert row.members.get(key="residence").why
    facts = p.fresh(birth)
    facts.facts[linking.FORM] = form
    facts.save(update_fields=["facts"])
    linked_following.catch_up(row.pk, NOW)
    assert states(row)["residence"] == states(row)["insurance"] == State.RUNNING


@rolled_back
def test_an_ordinary_filing_makes_no_set(django_assert_num_queries):
    _, dossier = p.filed("1.004873")
    settle()
    assert not LinkedSet.objects.exists()
    assert "linked" not in p.fresh(dossier).facts


def test_two_events_at_once_start_each_member_once(committed):
    viewer, row, birth = filed_set()
    born(viewer, birth)
    LinkedMember.objects.filter(set=row).exclude(key="birth").update(
        state=State.WAITING, dossier=None
    )
    LinkedMember.objects.filter(set=row, key="card").update(state=State.UNWANTED)
    first = p.fresh(birth)
    first.facts[linking.FORM] = {
        "answers": birth_form(),
        "sources": {},
        "papers": {"giay_chung_sinh": [str(File.objects.first().pk)]},
    }
    first.save(update_fields=["facts"])
    before = Dossier.objects.count()
    found = at_once(*[lambda: linked_following.moved(birth.pk, NOW)] * 4)
    assert found == [None] * 4
    assert Dossier.objects.count() == before + 2
    assert set(states(row).values()) == {State.DONE, State.RUNNING, State.UNWANTED}
    assert OutboxEvent.objects.exists()


@rolled_back
def test_the_second_wall_keeps_each_agency_to_its_own_dossier():
    viewer, row, birth = filed_set()
    born(viewer, birth)
    police = p.officer(f"{POLICE}/handler")
    with sight.seeing(sight_of(police)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT id FROM dossiers_dossier")
        assert {pk for (pk,) in cursor.fetchall()} == {member(row, "residence").pk}
        cursor.execute("SELECT count(*) FROM dossiers_linkedmember")
        assert cursor.fetchone() == (4,)
