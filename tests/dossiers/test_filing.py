"""Filing: nothing typed is lost, nothing is filed twice, nothing incomplete is taken in."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import transaction

from motcua.agencies import queries as agencies
from motcua.catalogue.models import ProcedureVersion
from motcua.documents.models import File
from motcua.dossiers import errors
from motcua.dossiers.actions import drafting, intake
from motcua.dossiers.models import Dossier, Draft, Slip
from motcua.dossiers.queries import citizen as mine
from motcua.foundation import clock
from motcua.payments.models import Charge

from ..world import NOW, at_once
from . import answers as a
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


def start(viewer, code="1.004873", agency=p.AGENCY):
    return drafting.start_draft(viewer, p.version_id(code), p.agency_id(agency), clock.now())


def answers_of(draft):
    return json.loads(Draft.objects.get(pk=draft.pk).answers)


@rolled_back
def test_a_draft_begins_with_what_the_state_knows_and_says_from_where():
    draft = start(p.citizen("doc-than"))
    answers = answers_of(draft)
    assert answers["applicant_full_name"] == "Lý Thu Trang"
    assert answers["marital_status"] == "single"
    assert answers["applicant_address"]["commune"] == p.HOME.code
    source = draft.sources["applicant_id"]
    assert source["source"] == "population.id_number"
    assert source["name"]
    assert source["as_of"] == "2026-11-23"


@rolled_back
def test_a_draft_starts_empty_when_the_population_database_is_down(monkeypatch):
    down = replace(settings.ENV, population_url="http://127.0.0.1:9")
    monkeypatch.setattr(settings, "ENV", down)
    draft = start(p.citizen("doc-than"))
    assert "applicant_id" not in answers_of(draft)


@rolled_back
def test_an_answer_that_is_changed_loses_its_source():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    changed = drafting.save_topic(viewer, draft.pk, {"person_ethnicity": "Nùng"}, 1, NOW)
    assert "person_ethnicity" not in changed.sources
    assert "applicant_id" in changed.sources


@rolled_back
def test_an_answer_said_to_be_wrong_keeps_its_source_for_the_officer_to_see():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    drafting.save_topic(
        viewer, draft.pk, {"applicant_full_name": "Lý Thu Trâng"}, 1, NOW,
        disputed={"applicant_full_name"},
    )  # fmt: skip
    kept = Draft.objects.get(pk=draft.pk)
    assert kept.sources["applicant_full_name"]["disputed"] is True
    assert answers_of(draft)["applicant_full_name"] == "Lý Thu Trâng"


@rolled_back
def test_wrong_answers_are_kept_until_they_are_put_right():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    drafting.save_topic(viewer, draft.pk, {"copies": 99, "purpose": "marry"}, 1, NOW)
    assert (answers_of(draft)["copies"], answers_of(draft)["purpose"]) == (99, "marry")
    with pytest.raises(errors.IncompleteAnswers) as refused:
        drafting.submit(viewer, draft.pk, NOW)
    assert {"copies", "purpose"} <= {error.field for error in refused.value.errors}
    assert not Dossier.objects.exists()


@rolled_back
def test_the_second_tab_is_told_and_overwrites_nothing():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    drafting.save_topic(viewer, draft.pk, {"copies": 2}, draft.revision, NOW)
    with pytest.raises(errors.DraftChanged) as told:
        drafting.save_topic(viewer, draft.pk, {"copies": 3}, draft.revision, NOW)
    assert "08:00:00 ngày 23/11/2026" in told.value.message
    assert answers_of(draft)["copies"] == 2


@rolled_back
def test_a_draft_is_put_away_after_sixty_days_and_every_save_begins_anew():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    almost, late = NOW + timedelta(days=59), NOW + timedelta(days=61)
    drafting.save_topic(viewer, draft.pk, {"copies": 2}, 1, almost)
    drafting.own(viewer, draft.pk, late)
    assert [d.pk for d in mine.drafts(viewer, late)] == [draft.pk]
    for act in (
        lambda at: drafting.submit(viewer, draft.pk, at),
        lambda at: drafting.save_topic(viewer, draft.pk, {"copies": 3}, 2, at),
        lambda at: drafting.attach(viewer, draft.pk, "giay_cu", "a.pdf", a.pdf(), at),
    ):
        with pytest.raises(errors.DraftGone):
            act(almost + timedelta(days=61))
    assert mine.drafts(viewer, almost + timedelta(days=61)) == []


@rolled_back
def test_a_discarded_draft_is_gone_and_can_be_brought_back():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    drafting.discard_draft(viewer, draft.pk, NOW)
    with pytest.raises(errors.DraftGone):
        drafting.save_topic(viewer, draft.pk, {"copies": 2}, 1, NOW)
    drafting.restore_draft(viewer, draft.pk, NOW)
    drafting.save_topic(viewer, draft.pk, {"copies": 2}, 1, NOW)


@rolled_back
def test_somebody_elses_draft_and_papers_do_not_exist():
    owner, stranger = p.citizen("doc-than"), p.citizen("cha")
    draft = start(owner)
    paper = drafting.attach(owner, draft.pk, "giay_cu", "a.pdf", a.pdf(), NOW)
    for act in (
        lambda: drafting.own(stranger, draft.pk, NOW),
        lambda: drafting.save_topic(stranger, draft.pk, {}, 1, NOW),
        lambda: drafting.choose_agency(stranger, draft.pk, p.agency_id(), NOW),
        lambda: drafting.attach(stranger, draft.pk, "giay_cu", "b.pdf", a.pdf(), NOW),
        lambda: drafting.detach(stranger, paper.pk, NOW),
        lambda: drafting.discard_draft(stranger, draft.pk, NOW),
        lambda: drafting.restore_draft(stranger, draft.pk, NOW),
        lambda: drafting.submit(stranger, draft.pk, NOW),
    ):
        with pytest.raises(errors.NotFound) as refused:
            act()
        assert type(refused.value) is errors.NotFound
    with pytest.raises(errors.NotFound):
        drafting.own(stranger, 10**9, NOW)


@rolled_back
def test_papers_that_are_missing_are_named():
    viewer = p.citizen("xay-nha")
    draft = p.drafted(viewer, "1.013225", a.building())
    with pytest.raises(errors.MissingPapers) as refused:
        drafting.submit(viewer, draft.pk, NOW)
    assert refused.value.keys == ["giay_to_dat_dai", "ban_ve_thiet_ke"]
    assert "Bộ bản vẽ thiết kế" in refused.value.message
    assert not Dossier.objects.exists()


@rolled_back
def test_a_paper_the_procedure_does_not_have_is_not_attached():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    with pytest.raises(errors.NotFound):
        drafting.attach(viewer, draft.pk, "giay_khac", "a.pdf", a.pdf(), NOW)
    assert not File.objects.filter(name="a.pdf").exists()


@rolled_back
def test_no_more_than_ten_files_make_one_paper():
    viewer = p.citizen("doc-than")
    draft = start(viewer)
    content = a.pdf()
    for n in range(drafting.FILES_PER_PAPER):
        drafting.attach(viewer, draft.pk, "giay_cu", f"{n}.pdf", content, NOW)
    with pytest.raises(drafting.TooManyFiles):
        drafting.attach(viewer, draft.pk, "giay_cu", "them.pdf", content, NOW)


@rolled_back
def test_a_commune_that_does_not_exist_is_an_error_next_to_the_question():
    viewer = p.citizen("doc-than")
    nowhere = {**a.PLACE, "commune": "99999"}
    draft = p.drafted(viewer, "1.004873", a.marital_status(), applicant_address=nowhere)
    with pytest.raises(errors.IncompleteAnswers) as refused:
        drafting.submit(viewer, draft.pk, NOW)
    assert [error.field for error in refused.value.errors] == ["applicant_address.commune"]


@rolled_back
@pytest.mark.parametrize("code", ["H37", "H37.105.01", "H37.00"])
def test_only_an_agency_that_decides_the_procedure_is_filed_with(code):
    viewer = p.citizen("doc-than")
    with pytest.raises(errors.CannotFileHere):
        start(viewer, agency=code)
    draft = start(viewer)
    with pytest.raises(errors.CannotFileHere):
        drafting.choose_agency(viewer, draft.pk, p.agency_id(code), NOW)
    with pytest.raises(agencies.UnknownAgency):
        drafting.choose_agency(viewer, draft.pk, 10**9, NOW)


@rolled_back
def test_a_filing_is_numbered_by_agency_and_day():
    _, first = p.filed("1.004873")
    _, second = p.filed("1.001612")
    assert first.number == "H37.105-261123-0001"
    assert second.number == "H37.105-261123-0002"
    with clock.frozen(NOW + timedelta(hours=17)):  # a minute past midnight in Vietnam
        _, third = p.filed("1.004873")
    assert third.number == "H37.105-261124-0001"


@rolled_back
def test_a_filing_is_registered_with_its_fee_its_receipt_code_and_its_first_step():
    viewer, dossier = p.filed("1.001612")
    page = mine.dossier(viewer, dossier.number, NOW)
    assert page.status_name == "Mới đăng ký"
    assert (page.charge.amount, page.charge.state) == (150_000, "pending")
    assert dossier.beneficiary_name == "HỘ KINH DOANH Phở Chua Xứ Lạng"
    assert page.holder.startswith("Đang ở bước: Tiếp nhận hồ sơ")
    assert page.dossier.accepted_at is None
    assert len(dossier.lookup_code) == 8
    assert not Slip.objects.exists()


@rolled_back
def test_what_was_filed_is_not_edited_any_more():
    viewer, dossier = p.filed("1.004873")
    draft = Draft.objects.get(submitted_as=dossier)
    with pytest.raises(errors.DraftFiled) as refused:
        drafting.save_topic(viewer, draft.pk, {"copies": 2}, draft.revision, NOW)
    assert dossier.number in refused.value.message
    with pytest.raises(errors.DraftFiled):
        drafting.attach(viewer, draft.pk, "giay_cu", "a.pdf", a.pdf(), NOW)
    drafting.discard_draft(viewer, draft.pk, NOW)
    assert Draft.objects.get(pk=draft.pk).discarded_at is None


@rolled_back
def test_filing_again_answers_with_the_same_dossier():
    viewer, dossier = p.filed("1.001612")
    draft = Draft.objects.get(submitted_as=dossier)
    later = NOW + timedelta(days=90)  # an expired draft that was filed is not gone
    assert drafting.submit(viewer, draft.pk, later).number == dossier.number
    assert Charge.objects.count() == 1


@rolled_back
def test_a_procedure_without_a_form_here_is_not_started_and_says_why():
    viewer = p.citizen("doc-than")
    closed = ProcedureVersion.objects.filter(form__isnull=True).first()
    with pytest.raises(errors.CannotFileHere) as refused:
        drafting.start_draft(viewer, closed.pk, p.agency_id(), NOW)
    assert refused.value.message


@rolled_back
def test_the_counter_files_with_the_counters_fee_and_without_uploads():
    clerk = p.officer("receptionist")
    dossier = intake.file_at_counter(
        clerk, p.version_id("1.001612"), p.agency_id(), p.person("chu-quan"),
        a.household_business(), [], NOW,
    )  # fmt: skip
    assert Charge.objects.get(subject=dossier.pk).amount == 50_000
    assert dossier.timeline.get().actor_name == clerk.name
    with pytest.raises(errors.NotYours), transaction.atomic():
        intake.file_at_counter(
            p.officer("approver"), p.version_id("1.001612"), p.agency_id(), p.person("chu-quan"),
            a.household_business(), [], NOW,
        )  # fmt: skip
    elsewhere = p.officer(f"{p.accounts.staffed_communes()[1].agency_code}/receptionist")
    with pytest.raises(errors.NotYours), transaction.atomic():
        intake.file_at_counter(
            elsewhere, p.version_id("1.001612"), p.agency_id(), p.person("chu-quan"),
            a.household_business(), [], NOW,
        )  # fmt: skip


def test_a_double_click_files_one_dossier(committed):
    viewer = p.citizen("chu-quan")
    draft = p.drafted(viewer, "1.001612", a.household_business())
    found = at_once(*[lambda: drafting.submit(viewer, draft.pk, NOW)] * 3)
    assert len({dossier.number for dossier in found}) == 1
    assert Dossier.objects.count() == Charge.objects.count() == 1


def test_many_who_file_at_the_same_moment_get_numbers_one_after_the_other(committed):
    viewers = [p.citizen(key) for key in ("doc-than", "cha", "me", "cao-tuoi")]
    drafts = [
        p.drafted(viewer, "1.004873", a.marital_status(key), marital_status="single")
        for viewer, key in zip(viewers, ("doc-than", "cha", "me", "cao-tuoi"), strict=True)
    ]
    pairs = list(zip(viewers, drafts, strict=True))
    found = at_once(*[lambda v=v, d=d: drafting.submit(v, d.pk, NOW) for v, d in pairs])
    assert sorted(d.number for d in found) == [f"H37.105-261123-000{n}" for n in range(1, 5)]
