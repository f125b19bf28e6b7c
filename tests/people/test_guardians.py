"""A guardian acts for the ward by the decision an officer recorded, until it ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from motcua.agencies.models import Kind
from motcua.foundation.models import LedgerEntry
from motcua.people import actions, guardians, queries
from motcua.people.actions import mandates, staffing
from motcua.people.errors import CannotGrant, NoSuchMandate

from .conftest import NOW, agency
from .test_staffing import NEXT_WEEK, account, administrator, chairman, loan, officer, viewer

pytestmark = pytest.mark.django_db
__all__ = ["administrator", "chairman", "officer"]


def person(number: str, name: str, born: date | None = None):
    return actions.upsert_person(number, name, born, now=NOW)


@pytest.fixture
def uncle(db):
    return person("020180900070", "Lò Văn Hộ", date(1980, 1, 1))


@pytest.fixture
def child(db):
    return person("020315900071", "Lò Thị Trẻ", date(2023, 5, 1))


def acting(of, mandate, now=NOW):
    return queries.viewer_of(actions.expect_account(of), 2, now, mandate.pk).acting


def test_a_guardian_acts_for_the_ward_from_the_decision_until_the_last_day(chairman, uncle, child):
    given = mandates.guardian(viewer(chairman), uncle, child, "QĐ 7", NEXT_WEEK, NOW)
    assert acting(uncle, given).person_id == child.pk
    assert acting(uncle, given, NOW + timedelta(days=9)) is None
    assert acting(child, given) is None
    entry = LedgerEntry.objects.get(kind="people.mandate_given")
    assert f"account:{chairman.pk}" in str(entry.body)


def test_without_a_last_day_it_is_until_the_ward_is_of_age_or_a_year(chairman, uncle, child):
    teenager = person("020309900072", "Lò Thị Lớn", date(2009, 5, 1))
    adult = person("020190900073", "Lò Văn Bệnh", date(1990, 5, 1))
    ends = [
        mandates.guardian(viewer(chairman), uncle, ward, "QĐ 7", None, NOW).valid.upper
        for ward in (teenager, adult)
    ]
    assert (ends[0] + timedelta(hours=7)).date() == date(2027, 5, 1)
    assert ends[1] == NOW + timedelta(days=365)


def test_nobody_but_who_keeps_the_posts_records_and_nobody_for_themselves(
    chairman, officer, uncle, child, administrator, commune
):
    staffing.delegate(viewer(administrator), commune, chairman, officer, loan("head"), NOW)
    for who in (officer, actions.expect_account(uncle)):
        with pytest.raises(CannotGrant):
            mandates.guardian(viewer(who), uncle, child, "QĐ 7", NEXT_WEEK, NOW)
    with pytest.raises(CannotGrant):
        mandates.guardian(viewer(chairman), chairman.person, child, "QĐ 7", NEXT_WEEK, NOW)
    with pytest.raises(CannotGrant):
        mandates.guardian(viewer(chairman), uncle, child, "  ", NEXT_WEEK, NOW)
    with pytest.raises(CannotGrant):
        mandates.guardian(viewer(chairman), uncle, uncle, "QĐ 7", NEXT_WEEK, NOW)


def test_the_body_that_recorded_it_ends_it_and_no_other_nor_the_guardian(
    chairman, administrator, uncle, child, commune
):
    given = mandates.guardian(viewer(chairman), uncle, child, "QĐ 7", NEXT_WEEK, NOW)
    other = agency("H37.106", Kind.COMMUNE, commune.parent)
    stranger = account("020190900079", "Quản Trị Xa", other, "administrator")
    assert not guardians.recorded(viewer(stranger), NOW).exists()
    with pytest.raises(NoSuchMandate):
        mandates.end_guardianship(viewer(stranger), given.pk, NOW)
    with pytest.raises(NoSuchMandate):
        mandates.revoke(viewer(actions.expect_account(uncle)), given.pk, NOW)
    mandates.end_guardianship(viewer(administrator), given.pk, NOW)
    assert acting(uncle, given) is None
    assert LedgerEntry.objects.filter(kind="people.mandate_ended").count() == 1
