"""Officers hear in time: the holder when a step is due soon, the head too when it is late."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers import jobs, rules
from motcua.dossiers.actions import alerting, handling
from motcua.dossiers.models import Alert
from motcua.dossiers.queries import desk, lateness
from motcua.foundation import clock
from motcua.foundation.calendar import standard
from motcua.foundation.deadlines import Pause
from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Notice

from ..world import NOW, at_once, settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


def handed_to_handler():
    """Accepted on Monday at 9; the appraisal waits for somebody to take it."""
    with clock.frozen(p.local("2026-11-23T09:00")):
        viewer, dossier = p.filed("1.004873")
        p.accepted(dossier)
    return viewer, dossier, p.step(dossier, "appraise")


def told(dossier, kind):
    """Who was told so, by name."""
    found = Notice.objects.filter(subject=dossier.pk, key__startswith=f"alert:{kind}:")
    return sorted(found.values_list("person__full_name", flat=True))


def names(*officers):
    return sorted({p.officer(one).name for one in officers})


@rolled_back
def test_the_holder_hears_before_it_is_late_and_the_head_when_it_is():
    _, dossier, item = handed_to_handler()
    handling.take(p.officer("handler"), item.pk, p.local("2026-11-23T09:30"))
    item.refresh_from_db()
    due = clock.local(item.due_at)
    soon, late = due - timedelta(minutes=30), standard().next_opening(due + timedelta(minutes=1))
    assert alerting.alert(item.pk, soon) == "soon"
    assert told(dossier, "soon") == names("handler")
    assert alerting.alert(item.pk, soon) == "", "once"
    assert alerting.alert(item.pk, late) == "late"
    assert told(dossier, "late") == names("handler", "head")
    assert alerting.alert(item.pk, late) == ""
    assert Notice.objects.filter(subject=dossier.pk, key__startswith="alert:").count() == 3
    alerted = LedgerEntry.objects.filter(kind="dossier.alerted", subject=dossier.number)
    assert alerted.count() == 2
    body = Notice.objects.filter(key__startswith="alert:late").first().body
    assert "quá hạn" in body
    assert dossier.applicant_name not in body


@rolled_back
def test_what_nobody_holds_is_told_to_all_who_may_take_it():
    _, dossier, item = handed_to_handler()
    alerting.alert(item.pk, clock.local(item.due_at) - timedelta(minutes=30))
    assert set(names("handler", "handler-2")) <= set(told(dossier, "soon"))


@rolled_back
def test_nobody_is_told_at_night_nor_while_the_applicant_is_asked():
    _, dossier, item = handed_to_handler()
    assert alerting.alert(item.pk, p.local("2026-11-28T22:00")) == ""
    with clock.frozen(p.local("2026-11-23T10:00")):
        p.ask(dossier, "handler")
    assert alerting.alert(item.pk, p.local("2026-11-30T09:00")) == ""
    assert not Alert.objects.filter(dossier=dossier).exists()


@rolled_back
def test_the_time_the_applicant_took_is_not_the_officers():
    viewer, dossier, item = handed_to_handler()
    with clock.frozen(p.local("2026-11-23T10:00")):
        p.ask(dossier, "handler")
    with clock.frozen(p.local("2026-11-26T10:00")):
        p.answer(viewer, dossier)
        dossier = p.fresh(dossier)
    assert item.due_at < p.local("2026-11-26T10:00")
    assert alerting.due_of(item, dossier, p.local("2026-11-26T10:00")) > p.local("2026-11-26T10:00")
    with clock.frozen(p.local("2026-11-26T11:00")):
        file, _ = desk.for_officer(p.officer("handler"), dossier.number, clock.now())
    appraised = next(one for one in file.times if one.name == item.name)
    assert appraised.used == Decimal(2), "one hour before the question and one after the answer"
    assert not appraised.over


@rolled_back
def test_the_job_finds_what_is_owed_and_tells_it_once():
    _, dossier, item = handed_to_handler()
    late = standard().next_opening(clock.local(item.due_at) + timedelta(minutes=1))
    with clock.frozen(late):
        assert item.pk in alerting.nearly_due(clock.now())
        jobs.alert_officers()
        before = Notice.objects.count()
        assert item.pk not in alerting.nearly_due(clock.now())
        jobs.alert_officers()
        assert Notice.objects.count() == before
    assert set(names("head")) <= set(told(dossier, "late"))


def test_two_workers_at_once_tell_it_once(committed):
    _, dossier = p.filed("1.004873", NOW)
    p.accepted(dossier)
    item = p.step(dossier, "appraise")
    at = clock.local(item.due_at) - timedelta(minutes=30)
    found = at_once(*[lambda: alerting.alert(item.pk, at)] * 2)
    assert sorted(found) == ["", "soon"]
    assert Alert.objects.filter(work_item_id=item.pk).count() == 1


@rolled_back
def test_the_head_sees_who_made_it_late_and_a_handler_sees_no_such_page():
    _, dossier, item = handed_to_handler()
    with clock.frozen(p.local("2026-11-27T09:00")):
        risk = lateness.overview(p.officer("head"), clock.now()).rows
        assert (dossier.number, True) in {(one.number, one.late) for one in risk}
        p.finish(dossier, "appraise", "propose")
        settle()
        found = lateness.overview(p.officer("head"), clock.now())
        (mine,) = [one for one in found.whose if one.who == p.officer("handler").name]
        assert (mine.step, mine.count) == (item.name, 1)
        used = standard().working_time(item.opened_at, clock.now())
        assert mine.over == lateness.hours(used) - item.hours > 0
        assert lateness.overview(p.officer("handler"), clock.now()) == lateness.Lateness([], [])


MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 12, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=clock.TZ)
)


@given(MOMENTS, MOMENTS)
def test_nobody_is_told_outside_working_hours_and_late_means_after(due, at):
    owed = rules.alert_owed(due, at, standard())
    assert owed in ("", "soon", "late")
    assert not owed or standard().is_open(at)
    if owed == "late":
        assert at > due
    if owed == "soon":
        assert standard().working_time(at, due) <= rules.SOON


@given(st.decimals(0, 400, places=2))
def test_no_step_is_due_soon_from_its_beginning(hours):
    soon = rules.soon_before(hours)
    assert soon <= rules.SOON
    assert not hours or soon < timedelta(hours=float(hours))


@given(st.lists(MOMENTS, min_size=4, max_size=4))
def test_used_and_stood_still_are_together_all_the_time_there_was(moments):
    opened, start, end, until = sorted(moments)
    pauses = [Pause(start, end)]
    used = rules.step_used(opened, until, pauses, standard())
    assert used >= timedelta()
    whole = standard().working_time(opened, until)
    assert used + rules.stood_still(opened, until, pauses, standard()) == whole
    assert rules.step_used(opened, until, [], standard()) == whole
