"""State bodies: who is competent where, who works for whom, and by which calendar."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from motcua.agencies import actions, cache, queries
from motcua.agencies.actions import AgencyLine, BadAgency
from motcua.agencies.models import Agency, Kind
from motcua.foundation import calendar, clock
from motcua.territory import actions as territory

SINCE = date(2025, 7, 1)
TODAY = date(2026, 11, 23)
COMMUNE = "06187"

LINES = [
    AgencyLine("H37.127.01", "Trung tâm phường Kỳ Lừa", Kind.CENTRE, "H37.127"),
    AgencyLine("H37.127", "UBND phường Kỳ Lừa", Kind.COMMUNE, "H37", COMMUNE, bank_account="00127"),
    AgencyLine("H37.127.02", "Phòng Kinh tế", Kind.OFFICE, "H37.127", office_key="phong-kinh-te"),
]


@pytest.fixture
def lang_son(db: None) -> None:
    territory.load_units(
        line for line in territory.national_units() if line.code == COMMUNE or not line.province
    )
    actions.add_agencies(actions.provincial_committees(), SINCE)
    actions.add_agencies(LINES, SINCE)


def test_all_34_provinces_have_their_identifier(lang_son: None) -> None:
    assert Agency.objects.filter(kind=Kind.PROVINCE).count() == 34
    assert queries.agency("H37").name == "Ủy ban nhân dân tỉnh Lạng Sơn"
    assert queries.agency("H29").name == "Ủy ban nhân dân thành phố Hồ Chí Minh"


def test_adding_again_adds_nothing(lang_son: None) -> None:
    assert actions.add_agencies(LINES, SINCE) == 0


def test_an_agency_under_an_unknown_one_is_refused(lang_son: None) -> None:
    with pytest.raises(BadAgency):
        actions.add_agencies([AgencyLine("H37.200.01", "Phòng", Kind.OFFICE, "H37.200")], SINCE)


def test_the_commune_of_a_place_is_competent_there_and_nowhere_else(lang_son: None) -> None:
    found = queries.competent_commune(COMMUNE, TODAY)
    assert found is not None
    assert found.code == "H37.127"
    assert queries.competent_commune("06001", TODAY) is None
    assert queries.competent_commune(COMMUNE, date(2025, 6, 30)) is None


def test_a_centre_works_for_its_commune_and_is_paid_into_its_account(lang_son: None) -> None:
    commune, centre = queries.agency("H37.127"), queries.agency("H37.127.01")
    assert queries.serves(centre.pk) == {centre.pk, commune.pk}
    assert queries.serves(commune.pk) == {commune.pk}
    assert queries.facts(centre.pk).bank_account == "00127"


def test_a_process_finds_the_offices_of_an_agency_by_their_keys(lang_son: None) -> None:
    commune = queries.agency("H37.127")
    office = queries.office(commune.pk, "phong-kinh-te")
    assert office is not None
    assert queries.offices(commune.pk)["phong-kinh-te"] == office.pk
    assert queries.office(commune.pk, "khong-co") is None


def test_an_unknown_agency_is_said_to_be_unknown(db: None) -> None:
    with pytest.raises(queries.UnknownAgency):
        queries.agency("H99")


def test_an_agency_without_hours_of_its_own_keeps_the_standard_calendar(lang_son: None) -> None:
    assert queries.calendar_of(queries.agency("H37.127").pk, TODAY) == calendar.standard()


def test_hours_of_a_commune_hold_for_its_centre_on_their_days(
    lang_son: None, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[Any]]
) -> None:
    commune, centre = queries.agency("H37.127"), queries.agency("H37.127.01")
    saturday = date(2026, 11, 28)
    assert not queries.calendar_of(centre.pk, TODAY).is_working_day(saturday)
    hours = {"weekly": {"sat": [["07:30", "11:00"]]}, "covers": [2026, 2026]}
    with django_capture_on_commit_callbacks(execute=True):
        actions.set_working_hours(
            commune.pk, hours, date(2026, 11, 1), date(2026, 12, 1), "QĐ 12/QĐ-UBND"
        )
    open_on = queries.calendar_of(centre.pk, TODAY)
    assert open_on.is_working_day(saturday)
    assert open_on.closing(saturday) == datetime(2026, 11, 28, 11, 0, tzinfo=clock.TZ)
    assert queries.calendar_of(centre.pk, date(2026, 12, 1)) == calendar.standard()


def test_hours_that_cannot_be_read_are_refused(lang_son: None) -> None:
    with pytest.raises(calendar.CalendarError):
        actions.set_working_hours(
            queries.agency("H37.127").pk, {"weekly": {"sunday": []}}, SINCE, None, "x"
        )


def test_asking_again_within_a_minute_costs_no_statement(lang_son: None) -> None:
    cache.forget()
    commune = queries.competent_commune(COMMUNE, TODAY)
    assert commune is not None
    queries.agency(commune.id)
    queries.calendar_of(commune.id, TODAY)
    queries.offices(commune.id)
    with CaptureQueriesContext(connection) as asked:
        queries.competent_commune(COMMUNE, TODAY)
        queries.agency(commune.id)
        queries.calendar_of(commune.id, TODAY)
        queries.offices(commune.id)
    assert len(asked) == 0
