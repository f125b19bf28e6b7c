"""The deadline agrees with a second, slow reckoning that walks through time step by step."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from motcua.foundation import deadlines
from motcua.foundation.calendar import CalendarError, WorkingCalendar, standard
from motcua.foundation.clock import TZ
from tests.foundation import oracle

STEP = 36  # seconds: a hundredth of an hour; every boundary drawn below is a multiple of it
FIRST = date(2026, 8, 24)
DAYS = 45

morning, afternoon = (time(7), time(11, 30)), (time(13, 30), time(17))
days_hours = st.sampled_from(
    [
        (),
        (morning,),
        (morning, afternoon),
        (morning, afternoon),
        (morning, afternoon),
        (afternoon, (time(18), time(20, 6))),
        ((time(0), time(3)), (time(22), time(23, 57))),
        ((time(9), time(12)), (time(12), time(15, 3))),
        ((time(14, 54), time(15, 30)),),
    ]
)
dates = st.integers(0, DAYS // 3).map(lambda n: FIRST + timedelta(days=n))
ticks = st.one_of(
    st.integers(0, 2399).map(lambda n: n * STEP),
    st.sampled_from(
        [s for h in (0, 3, 7, 9, 11.5, 12, 13.5, 15, 17, 20) for s in (int(h * 3600),)]
        + [15 * 3600 + STEP, 15 * 3600 - STEP, 17 * 3600 - STEP, 7 * 3600 - STEP]
    ),
)


@st.composite
def moments(draw: st.DrawFn) -> datetime:
    return datetime.combine(draw(dates), time()) + timedelta(seconds=draw(ticks))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    usual = draw(st.booleans())
    week = ((morning, afternoon),) * 5 + ((),) * 2
    weekly = week if usual else tuple(draw(st.lists(days_hours, min_size=7, max_size=7)))
    return WorkingCalendar(
        weekly=weekly,
        holidays=frozenset(draw(st.sets(dates, max_size=4))),
        workdays=draw(st.dictionaries(dates, st.one_of(st.none(), days_hours), max_size=2)),
        special=draw(st.dictionaries(dates, days_hours, max_size=2)),
        covers=(2026, 2026),
    )


@st.composite
def stops(draw: st.DrawFn, near: st.SearchStrategy[datetime]) -> list[oracle.Stop]:
    """Pauses in any order: mostly after the intake and apart, some touching, few bad."""
    points = sorted(draw(st.lists(near, max_size=6)))
    found = []
    for start, end in zip(points[::2], points[1::2], strict=False):
        found.append(oracle.Stop(start, end, draw(st.integers(0, 3)) == 0))
    if found and draw(st.integers(0, 2)) == 0:
        found[-1].end = None
    if len(found) > 1 and draw(st.booleans()):
        found[0].end = found[1].start  # touching
    if draw(st.integers(0, 19)) == 0:
        found.append(oracle.Stop(draw(moments()), draw(moments()), False))
    return draw(st.permutations(found))


numbers = {
    "within_day": st.sampled_from([None, None, None, Decimal(1)]),
    "working_day": st.integers(1, 8).map(Decimal),
    "day": st.integers(1, 20).map(Decimal),
    "month": st.integers(1, 2).map(Decimal),
    "working_hour": st.integers(1, 3000).map(lambda n: Decimal(n) / 100),
}
odd_numbers = st.sampled_from([None, 0, 1, -1, 2, 0.5, 1.25, 1.125]).map(
    lambda n: None if n is None else Decimal(str(n))
)


def aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=TZ)


def diary_of(calendar: WorkingCalendar) -> oracle.Diary:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    table: dict[date, list[tuple[time, time]]] = {}
    for day in days:  # the order of precedence, said again
        hours = calendar.weekly[day.weekday()]
        if day in calendar.holidays:
            hours = ()
        if day in calendar.workdays:
            own = calendar.workdays[day]
            hours = calendar.weekly[0] if own is None else own
        if day in calendar.special:
            hours = calendar.special[day]
        table[day] = list(hours)
    return oracle.Diary(table)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.data())
def test_both_reckonings_agree(data: st.DataObject) -> None:
    def rarely(often: int) -> bool:
        return data.draw(st.integers(0, often)) == 0

    calendar = data.draw(calendars())
    unit = data.draw(st.sampled_from(deadlines.UNITS))
    received = data.draw(moments())
    amount = data.draw(odd_numbers if rarely(19) else numbers[unit])
    extend = None
    if rarely(3) and unit != "within_day" and amount is not None:
        extend = amount + data.draw(odd_numbers.filter(bool) if rarely(9) else numbers[unit])
    near = moments().map(lambda moment: max(moment, received))
    try:  # the moments where something turns
        _, due, _ = oracle.answer(
            diary_of(calendar), received, amount, unit, [], extend, None, None, STEP
        )
        turns = [due + timedelta(seconds=n * STEP) for n in (-1, 0, 0, 1)]
        near = st.one_of(near, near, st.sampled_from([received, *turns]))
    except oracle.Refused:
        pass
    asked = data.draw(st.sampled_from(["", "done", "at", "at", "at"]))
    done = data.draw(near) if asked == "done" or rarely(29) else None
    at = data.draw(near) if asked == "at" else None
    if rarely(29) and at:
        at = data.draw(moments())
    pauses = data.draw(stops(near))

    expected: object
    try:
        expected = oracle.answer(
            diary_of(calendar), received, amount, unit, pauses, extend, done, at, STEP
        )
    except oracle.Refused:
        expected = "refused"
    found: object
    try:
        deadline = deadlines.compute(
            received.replace(tzinfo=TZ),
            amount,
            unit,
            calendar,
            [deadlines.Pause(p.start.replace(tzinfo=TZ), aware(p.end), p.restart) for p in pauses],
            extend,
            aware(done),
            aware(at),
        )
        found = (
            deadline.effective.replace(tzinfo=None),
            deadline.due.replace(tzinfo=None),
            deadline.verdict,
        )
    except (deadlines.BadInput, CalendarError):
        found = "refused"
    assert found == expected


moments_2026 = st.datetimes(datetime(2026, 1, 1), datetime(2026, 10, 31)).map(
    lambda m: m.replace(microsecond=0, tzinfo=TZ)
)


@given(moments_2026, st.integers(1, 30), st.sampled_from(["working_day", "day", "working_hour"]))
def test_a_deadline_is_reached_while_somebody_works_and_never_before_the_intake(
    received: datetime, amount: int, unit: str
) -> None:
    found = deadlines.compute(received, amount, unit, standard())
    assert found.effective >= received
    assert found.due > found.effective
    assert standard().is_open(found.due - timedelta(seconds=1))


@given(moments_2026, moments_2026, st.integers(1, 20), st.sampled_from(deadlines.UNITS[1:4]))
def test_who_comes_later_is_never_due_earlier(
    one: datetime, other: datetime, amount: int, unit: str
) -> None:
    first, second = sorted((one, other))
    due = [deadlines.compute(m, amount, unit, standard()).due for m in (first, second)]
    assert due[0] <= due[1]


@given(
    moments_2026,
    st.integers(1, 20),
    moments_2026,
    moments_2026,
    st.sampled_from(["working_day", "day", "working_hour"]),
)
def test_waiting_for_the_applicant_never_shortens_the_time_of_the_agency(
    received: datetime, amount: int, one: datetime, other: datetime, unit: str
) -> None:
    start, end = sorted((max(one, received), max(other, received)))
    plain = deadlines.compute(received, amount, unit, standard())
    paused = deadlines.compute(received, amount, unit, standard(), [deadlines.Pause(start, end)])
    assert paused.due >= plain.due


@given(moments_2026, st.integers(1, 40), moments_2026, moments_2026)
def test_working_hours_are_the_same_with_and_without_a_pause(
    received: datetime, hours: int, one: datetime, other: datetime
) -> None:
    """The working time up to the deadline, outside the pause, is the limit to the second."""
    start, end = sorted((max(one, received), max(other, received)))
    found = deadlines.compute(
        received, hours, "working_hour", standard(), [deadlines.Pause(start, end)]
    )
    worked = standard().working_time(received, found.due)
    if start < found.due:
        worked -= standard().working_time(start, min(end, found.due))
    assert worked == timedelta(hours=hours)
