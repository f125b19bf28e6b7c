"""Inspectors find odd looks, examine them, and withhold them by a decision."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.agencies.models import Kind
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, inspecting, queries
from motcua.people.access import AccessNote
from motcua.people.errors import NoSuchLook, NotExamined, NotWithheld
from motcua.people.models import Access, Account

from .conftest import NOW, agency
from .test_access import appoint

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=3)
INSPECTOR_ID = "020199900777"


@pytest.fixture
def inspector(commune):
    bureau = agency("H37.TTR", Kind.DEPARTMENT, commune.parent)
    account = actions.expect_account(
        actions.upsert_person(INSPECTOR_ID, "Hoàng Thanh Tra", now=NOW)
    )
    appoint(account, bureau, "inspector")
    return queries.viewer_of(account, 2, NOW)


@pytest.fixture
def clerk(officer_account, commune):
    appoint(officer_account, commune)
    return queries.viewer_of(officer_account, 2, NOW)


def look(clerk, person, at=NOW, number="", **changes):
    note = AccessNote(
        viewer=clerk,
        subject_ids=(person.pk,),
        role="handler",
        agency_id=clerk.posts[0].agency_id,
        purpose="Tra cứu",
        dossier_number=number,
        fields=("id_number",),
    )
    (record,) = actions.record_access(note, at)
    return record


def odd(inspector, *, examined=False):
    return list(inspecting.odd_page(inspector, examined=examined).rows)


def test_a_look_without_a_dossier_comes_before_the_inspector(clerk, mother, inspector):
    look(clerk, mother)
    assert inspecting.judge_looks(NOW + timedelta(hours=1)) == 0
    assert inspecting.judge_looks(LATER) == 1
    (found,) = odd(inspector)
    assert found.reasons == ["no_dossier"]
    assert inspecting.judge_looks(LATER) == 0


def test_a_look_that_a_dossier_followed_does_not(clerk, mother, inspector):
    look(clerk, mother)
    look(clerk, mother, NOW + timedelta(minutes=20), "H37.105-261123-0001")
    assert inspecting.judge_looks(LATER) == 2
    assert odd(inspector) == []


def test_a_look_at_a_colleague_or_somebody_of_the_same_home_is_odd(clerk, mother, inspector):
    other = actions.upsert_person("020199900778", "Lý Văn Cùng", now=NOW)
    appoint(actions.expect_account(other), agency("H37.105.02", Kind.OFFICE, _commune(clerk)))
    home = "Số 5, thôn Nà Pàn"
    for one in (clerk.person_id, mother.pk):
        person = queries.Person.objects.get(pk=one)
        person.residence = home
        person.save()
    look(clerk, other, number="H37.105-261123-0001")
    look(clerk, mother, number="H37.105-261123-0002")
    inspecting.judge_looks(LATER)
    assert {tuple(one.reasons) for one in odd(inspector)} == {("colleague",), ("same_home",)}


def _commune(clerk):
    return queries.agencies.agency(clerk.posts[0].agency_id)


def test_very_many_people_within_an_hour_are_odd_from_the_limit_on(clerk, inspector):
    for n in range(inspecting.odd_looks.BULK + 2):
        person = actions.upsert_person(f"0201999{n:05d}", f"Người {n}", now=NOW)
        look(clerk, person, NOW + timedelta(seconds=n), f"H37.105-261123-{n:04d}")
    inspecting.judge_looks(LATER)
    assert [one.reasons for one in odd(inspector)] == [["bulk"], ["bulk"]]


def test_only_inspectors_of_the_agency_see_it_and_never_their_own(clerk, mother, inspector):
    look(clerk, mother)
    inspecting.judge_looks(LATER)
    (found,) = odd(inspector)
    elsewhere = agency("G22", Kind.PROVINCE)
    stranger = actions.expect_account(
        actions.upsert_person("020199900779", "Thanh Tra Xa", now=NOW)
    )
    appoint(stranger, elsewhere, "inspector")
    for viewer in (clerk, queries.viewer_of(stranger, 2, NOW)):
        assert odd(viewer) == []
        with pytest.raises(NoSuchLook):
            inspecting.examine(viewer, found.pk, "Xong", LATER)
    appoint(Account.objects.get(pk=clerk.account_id), _commune(clerk), "inspector")
    both = queries.viewer_of(Account.objects.get(pk=clerk.account_id), 2, NOW)
    assert odd(both) == []


def test_examining_needs_words_and_is_in_the_ledger_without_them(clerk, mother, inspector):
    look(clerk, mother)
    inspecting.judge_looks(LATER)
    (found,) = odd(inspector)
    with pytest.raises(NotExamined):
        inspecting.examine(inspector, found.pk, "  ", LATER)
    inspecting.examine(inspector, found.pk, "Hỏi lại: người dân đã đến quầy.", LATER)
    assert odd(inspector) == []
    assert [one.note for one in odd(inspector, examined=True)] == [
        "Hỏi lại: người dân đã đến quầy."
    ]
    entry = LedgerEntry.objects.get(kind="people.odd_look_examined")
    assert "quầy" not in entry.body


def test_an_investigation_delays_what_the_person_sees_until_its_day(clerk, mother, inspector):
    record = look(clerk, mother)
    inspecting.judge_looks(LATER)
    (found,) = odd(inspector)
    me = queries.viewer_of(actions.expect_account(mother), 1, NOW)
    until = LATER + timedelta(days=30)
    for decision, day in (("", until), ("QĐ 12/QĐ-TTr", NOW), ("QĐ 12", NOW + timedelta(days=900))):
        with pytest.raises(NotWithheld):
            inspecting.withhold(inspector, found.pk, decision, day, LATER)
    assert queries.who_looked(me, now=LATER) == [record]
    inspecting.withhold(inspector, found.pk, "QĐ 12/QĐ-TTr", until, LATER)
    assert queries.who_looked(me, now=LATER) == []
    (seen,) = queries.who_looked(me, now=until)
    assert seen.withheld_by == "QĐ 12/QĐ-TTr"
    assert LedgerEntry.objects.filter(kind="people.look_withheld").count() == 1


def test_who_was_looked_up_before_they_ever_came_finds_the_look(clerk):
    number = "020199900780"
    note = AccessNote(
        viewer=clerk,
        subject_ids=(),
        role="receptionist",
        agency_id=None,
        purpose="Tra cứu tại quầy",
        fields=("population",),
        subject_indexes=queries.known_by_id_number([number])[1],
    )
    actions.record_access(note, NOW)
    actions.record_access(note, NOW)
    (record,) = Access.objects.all()
    newcomer = actions.upsert_person(number, "Người Mới", now=NOW)
    me = queries.viewer_of(actions.expect_account(newcomer), 1, NOW)
    assert queries.who_looked(me, now=NOW) == [record]


def test_a_phone_is_found_however_it_is_written(mother):
    actions.upsert_person("020196900002", "Nông Thị Hương", phone="0912 345 678", now=NOW)
    (found,) = queries.people_by_phone("+84912345678")
    assert found.phone == "0912 345 678"
    assert queries.people_by_phone("không") == []
