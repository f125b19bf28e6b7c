"""A working calendar says when somebody works, in the order of precedence the law gives."""

from __future__ import annotations

import csv
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from motcua.foundation import calendar as calendars
from motcua.foundation.calendar import CalendarError, NoOpening, UncoveredYear, from_json
from motcua.foundation.clock import TZ

WEEK = [["07:00", "11:30"], ["13:30", "17:00"]]
HALF = [["07:00", "11:30"]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def test_special_hours_beat_make_up_days_beat_holidays_beat_the_week():
    monday = date(2026, 11, 23)
    layers = {
        "weekly": {"mon": WEEK, "sat": HALF},
        "holidays": ["2026-11-23"],
        "workdays": [{"date": "2026-11-23", "hours": [["08:00", "10:00"]]}],
        "special": {"2026-11-23": [["09:00", "09:30"]]},
    }
    assert from_json(layers).hours(monday) == ((time(9), time(9, 30)),)
    del layers["special"]
    assert from_json(layers).hours(monday) == ((time(8), time(10)),)
    layers["workdays"] = ["2026-11-23"]
    assert from_json(layers).hours(monday) == from_json({"weekly": {"mon": WEEK}}).weekly[0]
    del layers["workdays"]
    assert from_json(layers).hours(monday) == ()
    del layers["holidays"]
    assert len(from_json(layers).hours(monday)) == 2


def test_a_make_up_saturday_has_the_hours_of_monday():
    layers = {"weekly": {"mon": WEEK, "sat": HALF}, "workdays": ["2026-08-22"]}
    assert len(from_json(layers).intervals(date(2026, 8, 22))) == 2
    assert len(from_json(layers).intervals(date(2026, 8, 29))) == 1


def test_special_hours_may_close_a_day():
    closed = from_json({"weekly": {"mon": WEEK}, "special": {"2026-11-23": []}})
    assert not closed.is_working_day(date(2026, 11, 23))
    with pytest.raises(CalendarError):
        closed.closing(date(2026, 11, 23))


def test_an_interval_holds_its_start_and_not_its_end():
    standard = calendars.standard()
    assert standard.is_open(at("2026-11-20T07:00"))
    assert standard.is_open(at("2026-11-20T11:29:59"))
    assert not standard.is_open(at("2026-11-20T11:30"))
    assert not standard.is_open(at("2026-11-20T17:00"))


def test_working_time_leaves_out_lunch_nights_and_days_off():
    standard = calendars.standard()
    assert standard.working_time(at("2026-11-20T11:00"), at("2026-11-20T14:00")) == timedelta(
        hours=1
    )
    assert standard.working_time(at("2026-11-20T16:00"), at("2026-11-25T08:00")) == timedelta(
        hours=10
    )
    assert standard.working_time(at("2026-11-20T16:00"), at("2026-11-20T15:00")) == timedelta()


@pytest.mark.parametrize(("days", "found"), [(366, True), (367, False)])
def test_an_office_closed_for_more_than_a_year_has_no_next_opening(days, found):
    day = date(2024, 1, 1) + timedelta(days=days)
    calendar = from_json({"special": {day.isoformat(): [["07:00", "08:00"]]}})
    since = at("2024-01-01T07:00")
    if found:
        assert calendar.next_opening(since).date() == day
        assert calendar.working_day_after(since.date()) == day
        return
    for ask in (
        lambda: calendar.next_opening(since),
        lambda: calendar.working_day_after(since.date()),
        lambda: calendar.working_day_from(since.date()),
        lambda: calendar.after_working(since, timedelta(hours=1)),
    ):
        with pytest.raises(NoOpening):
            ask()


def test_a_year_that_was_not_decided_is_named():
    with pytest.raises(UncoveredYear, match="2029"):
        calendars.standard().is_working_day(date(2029, 1, 2))


@pytest.mark.parametrize(
    "bad",
    [
        [],
        {"weekley": {}},
        {"weekly": {"monday": WEEK}},
        {"weekly": {"mon": [["07:00"]]}},
        {"weekly": {"mon": [["11:30", "07:00"]]}},
        {"weekly": {"mon": [["07:00", "07:00"]]}},
        {"weekly": {"mon": [["07:00", "11:30"], ["11:00", "12:00"]]}},
        {"weekly": {"mon": [["7:00", "11:30"]]}},
        {"weekly": {"mon": [["07:00", "24:00"]]}},
        {"weekly": {"mon": "07:00-11:30"}},
        {"holidays": ["2026-02-30"]},
        {"holidays": ["20260902"]},
        {"holidays": [20260902]},
        {"holidays": "2026-09-02"},
        {"workdays": [{"day": "2026-08-22"}]},
        {"workdays": [{"hours": WEEK}]},
        {"workdays": ["2026-08-22", {"date": "2026-08-22", "hours": HALF}]},
        {"special": ["2026-12-31"]},
        {"special": {"New Year": HALF}},
        {"covers": [2028, 2024]},
        {"covers": [2024]},
        {"covers": ["2024", "2028"]},
        {"covers": 2024},
    ],
)
def test_a_calendar_that_is_not_well_formed_is_refused(bad):
    with pytest.raises(CalendarError):
        from_json(bad)


def test_the_standard_calendar_says_what_it_does_not_know_for_certain():
    text = (Path(calendars.__file__).parent / "data" / "working_calendar.json").read_text("utf-8")
    assert '"forecast": [2027, 2028]' in text
    assert calendars.standard().covers == (2024, 2028)
    assert not calendars.standard().is_working_day(date(2026, 11, 24))
    assert calendars.standard().is_working_day(date(2026, 8, 22))


@pytest.mark.shared
def test_the_standard_calendar_has_every_day_of_the_published_list():
    listed = Path(__file__).resolve().parents[3] / "shared/data/holidays_vn_2024_2028.csv"
    with listed.open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    standard = calendars.standard()
    days = {date.fromisoformat(row["date"]): row["kind"] for row in rows}
    assert {d for d, kind in days.items() if kind == "holiday"} == standard.holidays
    assert {d for d, kind in days.items() if kind != "holiday"} == set(standard.workdays)
