"""What the State holds is asked of people only after it could not be looked up, with the reason."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import sparing
from motcua.catalogue.burden import BadBurden
from motcua.catalogue.facts import ComponentFacts
from motcua.dossiers import errors, once_only, prefill
from motcua.dossiers.actions import drafting
from motcua.dossiers.models import Dossier, Draft
from motcua.dossiers.queries import desk, spared
from motcua.foundation import clock
from motcua.people import own_data, purposes
from motcua.people.models import Account
from motcua.sharing.errors import ServiceUnavailable

from ..world import NOW
from . import answers as a
from . import people as p

CODE, BIRTH = "1.004873", "1.001193"
POPULATION = "CSDL quốc gia về dân cư"
ID_PAPER = "giay_to_tuy_than"

world = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


def paper(key: str, replaced_by: str = "", required: bool = True) -> ComponentFacts:
    return ComponentFacts(key, key, 1, 0, required, True, "", replaced_by, "")


def start(code: str = CODE) -> tuple:
    viewer = p.citizen("doc-than")
    return viewer, drafting.start_draft(viewer, p.version_id(code), p.agency_id(), clock.now())


def down(*_: object, **__: object) -> dict:
    raise ServiceUnavailable("population.family")


def browser(viewer) -> Client:
    client = Client()
    client.force_login(
        Account.objects.get(pk=viewer.account_id), "django.contrib.auth.backends.ModelBackend"
    )
    session = client.session
    session["eid"] = {"assurance": 2}
    session.save()
    return client


outcomes = st.sampled_from(["", "found", "none", "down", "objected"])


@given(outcomes, st.booleans(), st.booleans())
def test_a_paper_is_asked_for_exactly_when_there_is_a_reason(ended, disputed, replaced):
    one = paper("x", "R" if replaced else "")
    lookups = {"R": {"outcome": ended}} if ended else {}
    disputes = {"paper:x": "thiếu năm sinh"} if disputed else {}
    held = once_only.is_held(one, lookups, disputes)
    assert held == (replaced and ended == "found" and not disputed)
    assert bool(once_only.why_paper(one, lookups, disputes)) == (replaced and not held)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500))
def test_what_is_spared_adds_up(papers, answers, more):
    one = sparing.worth([(sparing.ASSUMED, papers, answers)])
    both = sparing.worth([(sparing.ASSUMED, papers, answers), (sparing.ASSUMED, more, 0)])
    assert both.people.minutes >= one.people.minutes >= 0
    assert both == sparing.worth([(sparing.ASSUMED, papers + more, answers)])
    assert sparing.worth([]).people == sparing.Worth(0, 0)


def test_the_worth_of_two_papers_and_ten_answers_reckoned_by_hand():
    found = sparing.worth([(sparing.ASSUMED, 2, 10)])
    assert found.people == sparing.Worth(65, 64_167), "65 minutes at 50,000 an hour, and 10,000"
    assert found.state == sparing.Worth(15, 15_000)


def test_a_procedure_sets_its_own_figures_and_a_wrong_one_is_named():
    said = {"spared": {"paper_minutes": 60}, "burden": {"income_per_hour": 70_000}}
    rate, assumed = sparing.rates(said)
    assert (rate.paper_minutes, rate.income_per_hour, assumed) == (60, 70_000, True)
    for wrong in ({"spared": {"x": 1}}, {"spared": {"paper_minutes": -1}}, {"spared": 3}):
        with pytest.raises(BadBurden):
            sparing.rates(wrong)


@world
@rolled_back
def test_a_register_that_answers_spares_papers_and_answers_and_both_are_counted():
    viewer, draft = start()
    assert draft.lookups[POPULATION]["outcome"] == "found"
    drafting.save_topic(viewer, draft.pk, a.marital_status(), draft.revision, NOW)
    dossier = drafting.submit(viewer, draft.pk, NOW)
    kept = p.fresh(dossier)
    assert kept.lookups[POPULATION]["outcome"] == "found"
    assert kept.spared_papers == 1, "the identity paper that the register replaces"
    assert kept.spared_answers == len(kept.sources) > 0
    (row,) = spared.table(p.officer("clerk"), NOW, NOW.replace(year=2027)).rows
    assert (row.code, row.dossiers, row.papers) == (CODE, 1, 1)
    assert row.savings.people.minutes >= 30
    elsewhere = p.officer(f"{p.accounts.staffed_communes()[1].agency_code}/clerk")
    assert spared.table(elsewhere, NOW, NOW.replace(year=2027)).rows == []


@world
@rolled_back
def test_a_register_that_is_down_is_said_kept_and_asked_again_without_touching_what_was_typed(
    monkeypatch,
):
    real = prefill.population.facts
    monkeypatch.setattr(prefill.population, "facts", down)
    viewer, draft = start()
    assert draft.lookups[POPULATION]["outcome"] == "down"
    client = browser(viewer)
    page = client.get(f"/nop/{draft.pk}/").content.decode()
    assert f"{POPULATION} chưa trả lời" in page
    first = client.get(f"/nop/{draft.pk}/muc/applicant/").content.decode()
    assert "vẫn xin bạn khai vì" in first
    typed = {"applicant_full_name": "Lý Thu Trang B"}
    drafting.save_topic(viewer, draft.pk, typed, draft.revision, NOW)
    monkeypatch.setattr(prefill.population, "facts", real)
    client.post(f"/nop/{draft.pk}/hoi-lai/")
    again = Draft.objects.get(pk=draft.pk)
    assert again.lookups[POPULATION]["outcome"] == "found"
    answers = json.loads(again.answers)
    assert answers["applicant_full_name"] == "Lý Thu Trang B"
    assert answers["applicant_birth_date"] == "2001-09-09"
    assert "chưa trả lời" not in client.get(f"/nop/{draft.pk}/").content.decode()


@world
@rolled_back
def test_who_does_not_want_registers_to_be_asked_is_told_why_they_type():
    viewer = p.citizen("doc-than")
    own_data.stop_uses(viewer.person_id or 0, [purposes.PREFILL], clock.now(), by="x")
    draft = drafting.start_draft(viewer, p.version_id(CODE), p.agency_id(), clock.now())
    assert draft.lookups[POPULATION]["outcome"] == "objected"


@world
@rolled_back
def test_that_the_register_is_wrong_is_said_in_words_and_the_officer_reads_them():
    viewer, draft = start()
    values = {"applicant_full_name": "Lý Thu Trâng"}
    how = {"applicant_full_name": "Tên đệm của tôi viết sai dấu"}
    draft = drafting.save_topic(
        viewer, draft.pk, values, draft.revision, NOW, {"applicant_full_name"}, how
    )
    drafting.save_topic(viewer, draft.pk, a.marital_status() | values, draft.revision, NOW)
    dossier = drafting.submit(viewer, draft.pk, NOW)
    file, _ = desk.for_officer(p.officer("receptionist"), dossier.number, NOW)
    assert [said for _, said in file.disputes] == ["Tên đệm của tôi viết sai dấu"]
    raw = Dossier.objects.filter(pk=dossier.pk).values_list("lookups", flat=True)[0]
    assert "viết sai dấu" not in json.dumps(raw, ensure_ascii=False), "words are kept encrypted"


@world
@rolled_back
def test_on_the_page_nobody_gets_by_without_saying_what_is_wrong():
    viewer, draft = start()
    client = browser(viewer)
    where = f"/nop/{draft.pk}/muc/applicant/"
    form = {"_disputed": "applicant_full_name", "applicant_full_name": "Lý Thu Trâng"}

    def sent(**more: str) -> str:
        seen = {"seen": str(Draft.objects.get(pk=draft.pk).revision)}
        return client.post(where, form | seen | more).content.decode()

    first = sent()
    assert "sai ở chỗ nào" in first
    assert 'name="_how.applicant_full_name"' in first, "where to say it is still there"
    assert 'value="applicant_full_name" checked' in first
    assert json.loads(Draft.objects.get(pk=draft.pk).answers)["applicant_full_name"] == (
        "Lý Thu Trâng"
    ), "what was typed is kept"
    form.pop("_disputed")
    assert "sai ở chỗ nào" in sent(), "nor by taking the tick away"
    sent(**{"_disputed": "applicant_full_name", "_how.applicant_full_name": "Viết sai dấu"})
    assert Draft.objects.get(pk=draft.pk).disputes == {"field:applicant_full_name": "Viết sai dấu"}


@world
@rolled_back
def test_a_paper_that_a_register_holds_is_asked_for_once_somebody_says_it_is_wrong():
    viewer, draft = start()
    client = browser(viewer)
    with pytest.raises(drafting.SayHow):
        drafting.dispute_paper(viewer, draft.pk, ID_PAPER, " ", NOW)
    with pytest.raises(errors.NotFound):
        drafting.dispute_paper(viewer, draft.pk, "giay_cu", "không đúng rồi", NOW)
    where = f"/nop/{draft.pk}/giay-to/sai/"
    client.post(where, {"component": ID_PAPER, "how": "ảnh trên thẻ không phải tôi"})
    assert Draft.objects.get(pk=draft.pk).disputes == {
        f"paper:{ID_PAPER}": "ảnh trên thẻ không phải tôi"
    }
    drafting.save_topic(viewer, draft.pk, a.marital_status(), draft.revision, NOW)
    assert p.fresh(drafting.submit(viewer, draft.pk, NOW)).spared_papers == 0


@world
@rolled_back
def test_the_figures_stand_on_a_page_and_in_a_table_without_a_name():
    viewer, draft = start()
    drafting.save_topic(viewer, draft.pk, a.marital_status(), draft.revision, NOW)
    drafting.submit(viewer, draft.pk, NOW)
    client = browser(p.officer("clerk"))
    page = client.get("/mot-cua/khong-hoi-lai/").content.decode()
    assert "đơn giá tạm tính" in page
    assert viewer.name not in page
    table = client.get("/mot-cua/khong-hoi-lai/?dang=csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(table))
    assert (row["procedure"], row["papers_not_asked"], row["assumed"]) == (CODE, "1", "1")
    assert client.get("/mot-cua/khong-hoi-lai/?tu=2020-01-01").status_code == 422
