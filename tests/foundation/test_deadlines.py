"""When a dossier is due, case by case as the law has it (rules of 2.4.1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from motcua.foundation import calendar as calendars
from motcua.foundation import deadlines
from motcua.foundation.clock import TZ
from motcua.foundation.deadlines import BadInput, Pause

STANDARD = calendars.standard()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


def pause(start: str, end: str | None, restart: bool = False) -> Pause:
    return Pause(at(start), at(end) if end else None, restart)


def due(received: str, amount, unit: str, *pauses: Pause, **more) -> str:
    found = deadlines.compute(at(received), amount, unit, STANDARD, pauses, **more)
    return found.due.strftime("%Y-%m-%dT%H:%M:%S").removesuffix(":00")


def verdict(received: str, amount, unit: str, *pauses: Pause, **more) -> str | None:
    return deadlines.compute(at(received), amount, unit, STANDARD, pauses, **more).verdict


# 2026-11-20 is a Friday, 2026-11-24 (Tuesday) a holiday.


@pytest.mark.parametrize(
    ("received", "effective"),
    [
        ("2026-11-20T15:30", "2026-11-20T15:30"),
        ("2026-11-20T06:59:59", "2026-11-20T07:00"),
        ("2026-11-20T11:29:59", "2026-11-20T11:29:59"),
        ("2026-11-20T11:30", "2026-11-20T13:30"),
        ("2026-11-20T12:15", "2026-11-20T13:30"),
        ("2026-11-20T17:00", "2026-11-23T07:00"),
        ("2026-11-21T09:00", "2026-11-23T07:00"),
        ("2026-11-23T18:00", "2026-11-25T07:00"),
        ("2026-08-22T09:00", "2026-08-22T09:00"),  # a Saturday made up for
    ],
)
def test_what_arrives_while_nobody_works_counts_from_the_next_opening(received, effective):
    found = deadlines.compute(at(received), 1, "working_day", STANDARD)
    assert found.effective == at(effective)


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        ("2026-11-20T15:30", 3, "2026-11-26T17:00"),
        ("2026-11-20T07:00", 1, "2026-11-23T17:00"),
        ("2026-11-20T17:00", 1, "2026-11-25T17:00"),
        ("2026-08-21T10:00", 1, "2026-08-22T17:00"),
        ("2026-02-13T10:00", 1, "2026-02-23T17:00"),  # Tết
    ],
)
def test_working_days_count_from_the_day_after(received, amount, expected):
    assert due(received, amount, "working_day") == expected


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-11-20T09:00", "2026-11-20T17:00"),
        ("2026-11-20T15:00:00", "2026-11-20T17:00"),
        ("2026-11-20T15:00:01", "2026-11-23T17:00"),
        ("2026-11-20T20:00", "2026-11-23T17:00"),  # counts from Monday 07:00
        ("2026-11-23T15:30", "2026-11-25T17:00"),
    ],
)
def test_within_the_day_means_the_next_working_day_after_three_in_the_afternoon(received, expected):
    assert due(received, None, "within_day") == expected
    assert due(received, 1, "within_day") == expected


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        ("2026-11-20T09:00", 3, "2026-11-23T17:00"),
        ("2026-11-20T09:00", 1, "2026-11-23T17:00"),  # a Saturday, rolled
        ("2026-11-20T09:00", 4, "2026-11-25T17:00"),  # the holiday, rolled
        ("2026-11-21T09:00", 1, "2026-11-25T17:00"),  # counts from Monday
    ],
)
def test_calendar_days_end_on_a_working_day(received, amount, expected):
    assert due(received, amount, "day") == expected


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        ("2026-10-23T09:00", 1, "2026-11-23T17:00"),
        ("2026-01-30T09:00", 1, "2026-03-02T17:00"),  # 28/2 is a Saturday
        ("2024-01-31T09:00", 1, "2024-02-29T17:00"),
        ("2026-10-24T09:00", 1, "2026-11-26T17:00"),  # taken in on Monday 26/10
        ("2025-11-28T09:00", 3, "2026-03-02T17:00"),
        ("2026-12-31T09:00", 2, "2027-03-01T17:00"),
    ],
)
def test_a_month_ends_on_the_same_day_number_or_the_last_of_the_month(received, amount, expected):
    assert due(received, amount, "month") == expected


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        ("2026-11-20T07:00", Decimal("4.5"), "2026-11-20T11:30"),  # ends at lunch, not after
        ("2026-11-20T07:00", 8, "2026-11-20T17:00"),  # ends at closing
        ("2026-11-20T07:00", Decimal("4.51"), "2026-11-20T13:30:36"),
        ("2026-11-20T16:00", 2, "2026-11-23T08:00"),
        ("2026-11-20T12:00", Decimal("0.01"), "2026-11-20T13:30:36"),
        ("2026-11-23T16:30", 8, "2026-11-25T16:30"),
    ],
)
def test_working_hours_run_while_somebody_works(received, amount, expected):
    assert due(received, amount, "working_hour") == expected


@pytest.mark.parametrize(
    ("unit", "amount", "paused", "expected"),
    [
        # Taken in Monday 2026-11-02 at 08:00.
        ("working_hour", 8, pause("2026-11-02T09:00", "2026-11-02T10:00"), "2026-11-03T09:00"),
        ("working_hour", 8, pause("2026-11-02T11:30", "2026-11-02T13:30"), "2026-11-03T08:00"),
        ("working_hour", 8, pause("2026-11-02T16:00", "2026-11-07T12:00"), "2026-11-09T09:00"),
        ("working_hour", 8, pause("2026-11-03T08:00", "2026-11-05T08:00"), "2026-11-03T08:00"),
        (
            "working_hour",
            8,
            pause("2026-11-03T07:59:59", "2026-11-05T08:00"),
            "2026-11-05T08:00:01",
        ),
        ("working_day", 1, pause("2026-11-03T08:00", "2026-11-04T08:00"), "2026-11-04T17:00"),
        ("working_day", 1, pause("2026-11-03T08:00", "2026-11-03T09:00"), "2026-11-04T17:00"),
        ("working_day", 1, pause("2026-11-03T11:30", "2026-11-03T13:30"), "2026-11-03T17:00"),
        ("working_day", 1, pause("2026-11-03T17:00", "2026-11-09T08:00"), "2026-11-03T17:00"),
        ("within_day", None, pause("2026-11-02T09:00", "2026-11-04T16:00"), "2026-11-05T17:00"),
        ("within_day", None, pause("2026-11-02T16:00", "2026-11-04T07:00"), "2026-11-04T17:00"),
        ("day", 10, pause("2026-11-03T09:00", "2026-11-05T09:00"), "2026-11-16T17:00"),
        ("day", 10, pause("2026-11-03T09:00", "2026-11-03T19:00"), "2026-11-12T17:00"),
        ("day", 10, pause("2026-11-12T16:59:59", "2026-11-15T09:00"), "2026-11-16T17:00"),
        ("day", 10, pause("2026-11-12T17:00", "2026-11-15T09:00"), "2026-11-12T17:00"),
        ("month", 1, pause("2026-11-03T09:00", "2026-11-13T09:00"), "2026-12-14T17:00"),
    ],
)
def test_waiting_for_the_applicant_moves_the_deadline(unit, amount, paused, expected):
    assert due("2026-11-02T08:00", amount, unit, paused) == expected


def test_pauses_may_touch_and_come_in_any_order():
    first = pause("2026-11-03T08:00", "2026-11-04T08:00")
    second = pause("2026-11-04T08:00", "2026-11-05T08:00")
    both = due("2026-11-02T08:00", 5, "working_day", second, first)
    assert both == due("2026-11-02T08:00", 5, "working_day", first, second)
    assert both == "2026-11-11T17:00"


def test_a_pause_counts_against_the_deadline_that_earlier_pauses_left():
    """The second pause starts after the first deadline and before the moved one."""
    first = pause("2026-11-03T08:00", "2026-11-05T08:00")
    second = pause("2026-11-04T18:00", "2026-11-06T08:00")
    with pytest.raises(BadInput):
        due("2026-11-02T08:00", 1, "working_day", first, second)
    second = pause("2026-11-05T12:00", "2026-11-06T12:00")
    assert due("2026-11-02T08:00", 1, "working_day", first) == "2026-11-05T17:00"
    assert due("2026-11-02T08:00", 1, "working_day", first, second) == "2026-11-06T17:00"


def test_what_of_a_pause_lies_before_the_effective_intake_is_left_out():
    """Received on Saturday, asked to add the same evening, added on Sunday: nothing was lost."""
    paused = pause("2026-11-07T10:00", "2026-11-08T10:00")
    assert due("2026-11-07T09:00", 10, "day", paused) == due("2026-11-07T09:00", 10, "day")
    longer = pause("2026-11-07T10:00", "2026-11-10T10:00")  # a day, counted from Monday
    assert due("2026-11-07T09:00", 8, "day", longer) == "2026-11-18T17:00"


def test_a_restart_counts_the_whole_limit_anew():
    supplement = pause("2026-11-04T09:00", "2026-11-07T09:00", restart=True)
    found = deadlines.compute(
        at("2026-11-02T08:00"),
        5,
        "working_day",
        STANDARD,
        [pause("2026-11-02T10:00", "2026-11-03T10:00"), supplement],
    )
    assert found.effective == at("2026-11-09T07:00")
    assert found.due == at("2026-11-16T17:00")
    later = pause("2026-11-10T08:00", "2026-11-11T08:00")
    assert due("2026-11-02T08:00", 5, "working_day", later, supplement) == "2026-11-17T17:00"


def test_a_restart_at_or_after_the_deadline_changes_nothing():
    late = pause("2026-11-03T17:00", "2026-11-05T09:00", restart=True)
    assert due("2026-11-02T08:00", 1, "working_day", late) == "2026-11-03T17:00"


def test_an_extension_is_the_new_total_from_the_intake_with_the_same_pauses():
    late = pause("2026-11-05T08:00", "2026-11-06T08:00")  # after the first deadline
    assert due("2026-11-02T08:00", 2, "working_day", late) == "2026-11-04T17:00"
    assert due("2026-11-02T08:00", 2, "working_day", late, extend=5) == "2026-11-10T17:00"


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ("2026-11-03T23:59:59", "early"),
        ("2026-11-04T00:00", "on_time"),
        ("2026-11-04T17:00", "on_time"),
        ("2026-11-04T17:00:01", "late"),
    ],
)
def test_a_result_is_early_by_its_date_and_late_by_its_second(done, expected):
    assert verdict("2026-11-02T08:00", 2, "working_day", done=at(done)) == expected


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        ("2026-11-03T06:00", "running"),
        ("2026-11-03T16:59:59", "running"),
        ("2026-11-03T17:00", "due_soon"),
        ("2026-11-04T17:00", "due_soon"),
        ("2026-11-04T17:00:01", "overdue"),
    ],
)
def test_an_open_dossier_is_due_soon_eight_working_hours_before(seen, expected):
    assert verdict("2026-11-02T08:00", 2, "working_day", at=at(seen)) == expected


def test_a_dossier_that_waits_for_the_applicant_is_paused_and_its_deadline_moves_on():
    waiting = pause("2026-11-03T08:00", None)
    for seen, expected in (("2026-11-03T08:00", "2026-11-04"), ("2026-11-10T08:00", "2026-11-11")):
        found = deadlines.compute(
            at("2026-11-02T08:00"), 2, "working_day", STANDARD, [waiting], at=at(seen)
        )
        assert found.verdict == "paused"
        assert found.due == at(f"{expected}T17:00")


def test_a_pause_that_began_too_late_does_not_hide_that_the_dossier_is_overdue():
    waiting = pause("2026-11-04T17:00", None)
    assert verdict("2026-11-02T08:00", 2, "working_day", waiting, at=at("2026-11-05T08:00")) == (
        "overdue"
    )


def test_pauses_that_start_after_the_look_are_not_known_yet():
    later = pause("2026-11-03T09:00", "2026-11-09T09:00")
    asked = {"at": at("2026-11-03T08:59:59")}
    assert verdict("2026-11-02T08:00", 2, "working_day", later, **asked) == "running"
    assert due("2026-11-02T08:00", 2, "working_day", later, **asked) == "2026-11-04T17:00"
    held = {"at": at("2026-11-05T09:00")}
    assert verdict("2026-11-02T08:00", 2, "working_day", later, **held) == "paused"
    assert due("2026-11-02T08:00", 2, "working_day", later, **held) == "2026-11-06T17:00"
    over = {"at": at("2026-11-09T09:00")}
    assert verdict("2026-11-02T08:00", 2, "working_day", later, **over) == "running"


def test_a_result_given_while_waiting_ends_the_pause():
    waiting = pause("2026-11-03T08:00", None)
    given = {"done": at("2026-11-05T08:00")}
    assert due("2026-11-02T08:00", 2, "working_day", waiting, **given) == "2026-11-06T17:00"
    assert verdict("2026-11-02T08:00", 2, "working_day", waiting, **given) == "early"


def test_an_open_restart_counts_anew_from_the_moment_of_the_look():
    waiting = pause("2026-11-03T08:00", None, restart=True)
    found = deadlines.compute(
        at("2026-11-02T08:00"),
        2,
        "working_day",
        STANDARD,
        [waiting],
        at=at("2026-11-10T18:00"),
    )
    assert (found.effective, found.due) == (at("2026-11-11T07:00"), at("2026-11-13T17:00"))
    assert found.verdict == "paused"


def test_moments_of_any_offset_are_read_on_the_vietnamese_clock():
    utc = datetime(2026, 11, 20, 8, 0, 1, tzinfo=UTC)  # 15:00:01 in Vietnam
    found = deadlines.compute(utc, None, "within_day", STANDARD)
    assert found.due.isoformat() == "2026-11-23T17:00:00+07:00"
    assert found.effective.isoformat() == "2026-11-20T15:00:01+07:00"


@pytest.mark.parametrize(
    ("amount", "unit", "more"),
    [
        (0, "working_day", {}),
        (-1, "day", {}),
        (Decimal("1.5"), "working_day", {}),
        (Decimal("0.5"), "month", {}),
        (None, "working_day", {}),
        (True, "working_day", {}),
        (0, "working_hour", {}),
        (Decimal("0.125"), "working_hour", {}),
        (Decimal("NaN"), "working_hour", {}),
        (2, "within_day", {}),
        (None, "within_day", {"extend": 2}),
        (3, "week", {}),
        (3, "working_day", {"extend": 3}),
        (3, "working_day", {"extend": Decimal("3.5")}),
        (3, "working_day", {"done": at("2026-11-02T07:59:59")}),
        (3, "working_day", {"at": at("2026-11-02T07:59:59")}),
        (3, "working_day", {"done": at("2026-11-03T08:00"), "at": at("2026-11-03T08:00")}),
        (3, "working_day", {"pauses": [pause("2026-11-02T07:59", "2026-11-03T08:00")]}),
        (3, "working_day", {"pauses": [pause("2026-11-03T08:00", "2026-11-02T09:00")]}),
        (3, "working_day", {"pauses": [pause("2026-11-03T08:00", None)]}),
        (
            3,
            "working_day",
            {
                "pauses": [
                    pause("2026-11-03T08:00", "2026-11-04T08:00"),
                    pause("2026-11-03T09:00", "2026-11-05T08:00"),
                ]
            },
        ),
        (
            3,
            "working_day",
            {
                "pauses": [
                    pause("2026-11-03T08:00", None),
                    pause("2026-11-04T09:00", "2026-11-05T08:00"),
                ],
                "at": at("2026-11-03T09:00"),
            },
        ),
        (3, "working_day", {"at": at("2026-11-03T08:00") + timedelta(microseconds=1)}),
    ],
)
def test_what_makes_no_sense_is_refused(amount, unit, more):
    with pytest.raises(BadInput):
        deadlines.compute(at("2026-11-02T08:00"), amount, unit, STANDARD, **more)


def test_a_moment_without_an_offset_is_refused():
    with pytest.raises(BadInput):
        deadlines.compute(datetime(2026, 11, 2, 8), 1, "day", STANDARD)


@pytest.mark.parametrize(
    ("received", "amount", "unit", "year"),
    [
        ("2023-12-29T09:00", 1, "working_day", 2023),
        ("2028-12-29T09:00", 1, "working_day", 2029),
        ("2028-12-29T18:00", 1, "working_hour", 2029),
        ("2028-12-20T09:00", 20, "day", 2029),
        ("2028-12-20T09:00", 1, "month", 2029),
        ("2028-12-20T09:00", 500, "working_hour", 2029),
        ("2026-12-20T09:00", 900_000, "month", 77026),
    ],
)
def test_a_year_that_was_not_decided_is_named(received, amount, unit, year):
    with pytest.raises(calendars.UncoveredYear, match=str(year)) as refused:
        due(received, amount, unit)
    assert refused.value.year == year


def test_the_last_covered_day_can_still_be_a_deadline():
    assert due("2028-12-28T09:00", 1, "working_day") == "2028-12-29T17:00"
