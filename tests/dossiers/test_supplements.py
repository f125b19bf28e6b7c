"""Asking for more: once and in full, and time stands still meanwhile."""

from __future__ import annotations

import json

import pytest

from motcua.dossiers import errors, jobs
from motcua.dossiers.actions import applicant, intake
from motcua.dossiers.models import (
    Attachment,
    Pause,
    Slip,
    Status,
)
from motcua.dossiers.queries import citizen as mine
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Notice

from ..world import NOW, settle
from . import answers as a
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def test_before_intake_a_supplement_leads_back_to_intake_and_no_clock_runs():
    viewer, dossier = p.filed("1.004873")
    p.ask(dossier)
    assert p.status(dossier) == Status.SUPPLEMENT
    assert not Pause.objects.exists()
    with pytest.raises(errors.NotAllowedNow):
        p.accepted(dossier)
    p.answer(viewer, dossier)
    assert p.status(dossier) == Status.REGISTERED
    p.accepted(dossier)


def test_after_intake_the_clock_stands_still_until_the_answer():
    with clock.frozen(p.local("2026-11-23T09:00")):
        viewer, dossier = p.filed("1.004873")
        p.accepted(dossier)
        assert p.fresh(dossier).due_at == p.local("2026-11-27T17:00")
        p.ask(dossier, "handler")
    waiting = mine.dossier(viewer, dossier.number, p.local("2026-11-30T09:00"))
    assert waiting.standing == "paused"
    assert waiting.holder == "Đang chờ bạn bổ sung."
    with clock.frozen(p.local("2026-11-30T09:00")):
        p.answer(viewer, dossier)
    row = p.fresh(dossier)
    assert (row.status, row.paused_since) == (Status.IN_PROCESS, None)
    assert row.due_at == p.local("2026-12-03T17:00"), "the time that was left begins anew"


def test_a_supplement_says_what_is_missing_by_when_and_with_slip_02():
    viewer, dossier = p.filed("1.004873")
    with pytest.raises(errors.Refused):
        intake.ask_supplement(
            p.officer("receptionist"), dossier.pk, p.seen(dossier), [{"text": " "}], "", NOW
        )
    p.ask(dossier)
    settle()
    asked = mine.dossier(viewer, dossier.number, NOW).supplement
    assert asked.items == p.MISSING
    assert asked.answer_by == p.local("2026-12-08T17:00")
    assert Slip.objects.get(dossier=dossier).form == "02"


def test_an_empty_answer_is_no_answer():
    viewer, dossier = p.filed("1.004873")
    p.ask(dossier)
    with pytest.raises(errors.Refused):
        p.answer(viewer, dossier, text=" ")
    with pytest.raises(errors.UnknownPapers):
        applicant.answer_supplement(
            viewer, dossier.number, "x", [("la", Attachment(pk=1).file_id)], {}, NOW
        )
    assert p.status(dossier) == Status.SUPPLEMENT


def test_corrected_answers_are_judged_like_the_first_ones():
    viewer, dossier = p.filed("1.004873")
    p.ask(dossier)
    with pytest.raises(errors.IncompleteAnswers):
        applicant.answer_supplement(viewer, dossier.number, "", [], {"copies": 99}, NOW)
    applicant.answer_supplement(viewer, dossier.number, "", [], {"copies": 3}, NOW)
    assert mine.dossier(viewer, dossier.number, NOW).answers["copies"] == 3


def test_one_supplement_is_all_where_the_procedure_says_once():
    """NĐ 217/2026: once, two working days to answer."""
    viewer, dossier = p.filed("1.013225")
    p.accepted(dossier)
    asked = p.ask(dossier, "handler")
    assert asked.answer_by == p.local("2026-11-26T17:00")
    p.answer(viewer, dossier)
    for by in ("handler", "approver"):
        with pytest.raises(errors.TooManySupplements):
            p.ask(dossier, by)


def asked_twice():
    """A dossier of a procedure that sets no stricter bound than NĐ 63/2010 Đ20, asked twice."""
    viewer = p.citizen("xay-nha")
    old = p.version_id("1.013225", NOW.date().replace(month=6, day=30))
    with clock.frozen(p.local("2026-06-30T09:00")) as then:
        dossier = p.filed_at("1.013225", old, then, start_date=a.day(30))
        p.accepted(dossier)
        p.ask(dossier, "handler")
        p.answer(viewer, dossier)
        with pytest.raises(errors.TooManySupplements) as refused:
            p.ask(dossier, "handler")
        assert "lãnh đạo" in refused.value.message
        p.ask(dossier, "approver")
        p.answer(viewer, dossier)
    return viewer, dossier


def ask_again(dossier, by, why):
    with clock.frozen(p.local("2026-07-06T09:00")) as now:
        return intake.ask_supplement(
            p.officer(by), dossier.pk, p.seen(dossier), p.MISSING, "Thiếu.", now, why
        )


def test_a_third_supplement_is_for_who_did_not_follow_the_guidance_and_says_so():
    """NĐ 63/2010 Đ20: not more than twice, but for who did not do what the notice guided to."""
    _, dossier = asked_twice()
    with pytest.raises(errors.TooManySupplements) as refused:
        ask_again(dossier, "handler", "Bản chụp vẫn mờ.")
    assert "lãnh đạo" in refused.value.message
    request = ask_again(dossier, "approver", "Bản chụp vẫn mờ.")
    assert request.reason.endswith("Chưa làm theo hướng dẫn lần trước: Bản chụp vẫn mờ.")
    act = LedgerEntry.objects.filter(kind="dossier.supplement_asked", subject=dossier.number)
    said = [json.loads(one.body)["data"] for one in act.order_by("pk")]
    assert [one["not_followed"] for one in said] == [False, False, True]


def test_a_second_supplement_needs_the_approver_and_there_is_no_third():
    _, dossier = asked_twice()
    for by, why in (("approver", ""), ("approver", "  "), ("handler", "")):
        with pytest.raises(errors.TooManySupplements):
            ask_again(dossier, by, why)
    settle()
    numbers = [slip.document.number for slip in Slip.objects.filter(dossier=dossier, form="02")]
    assert sorted(numbers) == [f"{dossier.number}/M02", f"{dossier.number}/M02-2"]


def test_who_never_answers_a_supplement_is_told_that_the_dossier_has_ended():
    viewer, dossier = p.filed("1.004873")
    p.accepted(dossier)
    p.ask(dossier, "handler")
    with clock.frozen(p.local("2026-12-08T16:59")):
        jobs.stop_unanswered()
    assert p.status(dossier) == Status.SUPPLEMENT
    with clock.frozen(p.local("2026-12-08T17:01")):
        jobs.stop_unanswered()
        jobs.stop_unanswered()
        settle()
    assert p.status(dossier) == Status.STOPPED
    assert list(Slip.objects.filter(dossier=dossier, form="05").values_list("form", flat=True)) == [
        "05"
    ]
    told = Notice.objects.filter(title__startswith="Đã dừng giải quyết").get()
    assert "17:00 ngày 08/12/2026" in told.body
    with pytest.raises(errors.NotAllowedNow):
        p.answer(viewer, dossier)
