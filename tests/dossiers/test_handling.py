"""Working on a dossier: each step by whom it waits for."""

from __future__ import annotations

import pytest

from motcua.dossiers import errors
from motcua.dossiers.actions import applicant, deciding, handling
from motcua.dossiers.models import (
    Status,
)
from motcua.dossiers.queries import citizen as mine
from motcua.people import actions as people
from motcua.people.models import Appointment

from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def test_a_step_is_taken_by_one_and_given_to_another_by_whoever_holds_it():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item = p.step(dossier, "appraise")
    first, second = p.officer("handler"), p.officer("handler-2")
    handling.take(first, item.pk, NOW)
    assert p.status(dossier) == Status.IN_PROCESS
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


def test_an_outcome_the_step_does_not_offer_changes_nothing():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item = p.step(dossier, "appraise")
    with pytest.raises(errors.Refused):
        handling.complete_step(p.officer("handler"), item.pk, p.seen(dossier), "x", "", {}, NOW)
    assert p.step(dossier, "appraise").pk == item.pk
    assert p.status(dossier) == Status.ACCEPTED


def test_a_negative_proposal_must_say_why():
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    item, handler = p.step(dossier, "appraise"), p.officer("handler")
    with pytest.raises(errors.Refused):
        handling.complete_step(handler, item.pk, p.seen(dossier), "refuse", " ", {}, NOW)
    handling.complete_step(handler, item.pk, p.seen(dossier), "refuse", "Đã kết hôn.", {}, NOW)
    assert p.fresh(dossier).facts["refusal"]["reason"] == "Đã kết hôn."


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


def test_after_the_approver_has_signed_nothing_turns_back():
    viewer, dossier = p.filed("1.001612")
    p.paid(dossier)
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
    preview = p.Document.objects.get(pk=p.fresh(dossier).facts["result_document"])
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
        p.ask(dossier, "approver")
    settle()
    assert p.status(dossier) == Status.RETURNED


def test_an_agency_where_nobody_may_sign_is_told_so_and_loses_nothing():
    _, dossier = p.filed("1.001612")
    p.paid(dossier)
    p.accepted(dossier)
    for post in Appointment.objects.filter(
        agency_id=dossier.agency_id, role__in=("approver", "head")
    ):
        people.end_appointment(post.pk, NOW.date())
    with pytest.raises(errors.NobodyCanSign):
        handling.complete_step(
            p.officer("handler"), p.step(dossier, "appraise").pk, p.seen(dossier), "propose", "",
            {}, NOW,
        )  # fmt: skip
    assert p.step(dossier, "appraise")
