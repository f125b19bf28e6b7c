"""1.001193 Đăng ký khai sinh, the whole way: confirmed, registered, numbered, signed, given."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.dossiers import errors, jobs
from motcua.dossiers.actions import applicant, intake, returning
from motcua.dossiers.models import (
    Status,
)
from motcua.dossiers.queries import citizen as mine
from motcua.foundation import clock, crypto
from motcua.people import kinship
from motcua.registers.models import Entry

from ..world import NOW, settle
from . import answers as a
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


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
    child, mother = (crypto.blind_index("person", n) for n in (number, p.person("me").id_number))
    assert kinship.are_related(child, mother), "an inspector is told of looks at relatives"
    p.signed(dossier)
    settle()
    assert p.status(dossier) == Status.RETURNED
    p.assert_valid(dossier)
    result = p.draft_of(dossier)
    assert result.data["facts"]["personal_id"] == number
    assert result.title == "Giấy khai sinh"
    assert p.states(dossier) == [1, 2, 4, 9, 10]
    assert p.slips(dossier) == ["01"]
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
    assert any("Hoàng Minh Chân" in entry.text for entry in dossier.timeline.all())
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
        clerk, p.version_id("1.001193"), p.agency_id(), p.person("cha"), a.birth(), [], NOW
    )
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    p.signed(dossier)
    with pytest.raises(errors.NotReady):
        returning.hand_over(clerk, p.step(dossier, "return").pk, p.seen(dossier), "", NOW)
    settle()
    assert p.status(dossier) == Status.DONE
    returning.hand_over(clerk, p.step(dossier, "return").pk, p.seen(dossier), "cha của trẻ", NOW)
    settle()
    assert p.status(dossier) == Status.RETURNED
    assert dossier.timeline.get(kind="returned").text == "Đã trả kết quả tại quầy: cha của trẻ."
    p.assert_valid(dossier)


def test_a_birth_that_cannot_be_registered_ends_in_a_signed_refusal():
    viewer, dossier = p.filed("1.001193")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "refuse", note="Trẻ đã được đăng ký khai sinh.")
    p.signed(dossier)
    settle()
    assert p.status(dossier) == Status.RETURNED
    assert not Entry.objects.exists()
    result = mine.dossier(viewer, dossier.number, NOW).result
    assert result.template == "result_refusal"
    assert result.data["reason"] == "Trẻ đã được đăng ký khai sinh."
    p.assert_valid(dossier)
