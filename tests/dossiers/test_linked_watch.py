"""Ten minutes to hand on, two working hours to confirm, and outages that stop the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.dossiers import errors, jobs
from motcua.dossiers.actions import linked_watching as watching
from motcua.dossiers.actions import linking
from motcua.dossiers.linked_rules import State
from motcua.dossiers.linked_watch import (
    HAND_ON_WITHIN,
    Stretch,
    confirm_by,
    hand_on_by,
    merged,
    without,
)
from motcua.dossiers.models import LinkedAlarm, LinkedMember, Outage
from motcua.foundation import calendar, clock
from motcua.notices.models import Notice

from ..world import NOW, settle
from . import people as p
from .linked_forms import DEATH, POLICE, death_form, filed_set

BASE = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
moments = st.integers(0, 4000).map(lambda minutes: BASE + timedelta(minutes=minutes))
stretches = st.lists(st.tuples(moments, moments).map(lambda two: Stretch(*two)), max_size=6)


def inside(at: datetime, some: list[Stretch]) -> bool:
    return any(one.start <= at < one.end for one in some)


@given(stretches, moments)
def test_merging_keeps_every_moment_and_leaves_gaps_between(some, at):
    found = merged(some)
    assert inside(at, found) == inside(at, some)
    assert all(one.start < one.end for one in found)
    assert all(one.end < two.start for one, two in pairwise(found))


@given(moments, moments, stretches, moments)
def test_cutting_out_leaves_what_is_in_one_and_in_none_of_the_others(start, end, some, at):
    left = without(Stretch(start, end), some)
    assert inside(at, left) == (start <= at < end and not inside(at, some))


@given(moments, stretches)
def test_ten_minutes_run_outside_of_outages_only(ready, some):
    due = hand_on_by(ready, some)
    run = sum((one.end - one.start for one in without(Stretch(ready, due), some)), timedelta())
    assert run == HAND_ON_WITHIN
    assert hand_on_by(ready, []) == ready + HAND_ON_WITHIN


@given(moments, stretches, moments, moments)
def test_an_outage_never_makes_a_confirmation_due_sooner(received, some, start, end):
    weekdays = calendar.standard()
    plain = confirm_by(received, weekdays, [])
    assert confirm_by(received, weekdays, some) >= plain
    more = [*some, Stretch(start, end)]
    assert confirm_by(received, weekdays, more) >= confirm_by(received, weekdays, some)


def test_two_working_hours_end_after_lunch_and_stand_still_in_an_outage():
    at = p.local("2026-11-23T10:30")
    weekdays = calendar.standard()
    assert confirm_by(at, weekdays, []) == p.local("2026-11-23T14:30")
    stopped = [Stretch(p.local("2026-11-23T11:00"), p.local("2026-11-23T14:00"))]
    assert confirm_by(at, weekdays, stopped) == p.local("2026-11-23T15:30")


@pytest.mark.usefixtures("world")
@pytest.mark.django_db
class TestInTheHouse:
    @pytest.fixture
    def handed_on(self):
        """A death with its result; the police has its dossier and says nothing."""
        _, row, death = filed_set(DEATH, funeral_kind="none")
        p.accepted(death)
        p.finish(death, "appraise", "propose")
        p.signed(death)
        settle()
        return row, row.members.get(key="residence")

    def test_who_does_not_confirm_in_two_working_hours_is_alarmed_once(self, handed_on):
        row, residence = handed_on
        with clock.frozen(NOW + timedelta(hours=2)):
            jobs.watch_linked_sets()
        assert not LinkedAlarm.objects.exists()
        with clock.frozen(NOW + timedelta(hours=2, minutes=1)):
            jobs.watch_linked_sets()
            jobs.watch_linked_sets()
        (alarm,) = LinkedAlarm.objects.all()
        assert (alarm.kind, alarm.member_id, alarm.told) == ("confirm", residence.pk, 2)
        assert alarm.due_at == NOW + timedelta(hours=2)
        told = set(Notice.objects.filter(key__startswith="linked-alarm:").values_list("person_id"))
        people = {(p.officer(f"{POLICE}/{one}").person_id,) for one in ("receptionist", "approver")}
        assert told == people
        assert row.number in Notice.objects.filter(key__startswith="linked-alarm:")[0].title

    def test_who_confirms_is_left_in_peace(self, handed_on):
        _, residence = handed_on
        p.accepted(residence.dossier, by=f"{POLICE}/receptionist")
        settle()
        with clock.frozen(NOW + timedelta(days=1)):
            jobs.watch_linked_sets()
        assert not LinkedAlarm.objects.exists()

    def test_what_was_lost_on_the_way_is_found_started_and_not_alarmed(self, handed_on):
        row, residence = handed_on
        dossier = residence.dossier
        LinkedMember.objects.filter(pk=residence.pk).update(
            state=State.WAITING, dossier=None, ready_at=None, started_at=None
        )
        first = p.fresh(row.first)
        first.facts[linking.FORM] = {
            "answers": death_form(funeral_kind="none"),
            "sources": {},
            "papers": {},
        }
        first.save(update_fields=["facts"])
        with clock.frozen(NOW + timedelta(minutes=11)):
            jobs.watch_linked_sets()
        residence.refresh_from_db()
        assert residence.state == State.RUNNING
        assert residence.dossier_id != dossier.pk
        assert not LinkedAlarm.objects.exists()

    def test_what_cannot_be_handed_on_is_alarmed_after_ten_minutes(self, handed_on):
        _, residence = handed_on
        LinkedMember.objects.filter(pk=residence.pk).update(
            state=State.STUCK, dossier=None, started_at=None
        )
        with clock.frozen(NOW + timedelta(minutes=10)):
            jobs.watch_linked_sets()
        assert not LinkedAlarm.objects.exists()
        with clock.frozen(NOW + timedelta(minutes=10, seconds=1)):
            jobs.watch_linked_sets()
        assert LinkedAlarm.objects.get().kind == "hand_on"

    def test_an_announced_outage_stops_the_watch_and_the_clock(self, handed_on):
        _, residence = handed_on
        p.accepted(residence.dossier, by=f"{POLICE}/receptionist")
        before = p.fresh(residence.dossier).due_at
        LinkedMember.objects.filter(pk=residence.pk).update(confirmed_at=None)
        outage = watching.announce(
            "Trục liên thông", NOW, NOW + timedelta(hours=24), "operator", NOW
        )
        with clock.frozen(NOW + timedelta(hours=3)):
            jobs.watch_linked_sets()
        assert not LinkedAlarm.objects.exists()
        with clock.frozen(NOW + timedelta(hours=8)) as at:
            watching.repaired(outage.pk, "operator", at)
            jobs.watch_linked_sets()
            jobs.watch_linked_sets()
        dossier = p.fresh(residence.dossier)
        (pause,) = dossier.pauses.all()
        assert (pause.kind, pause.started_at, pause.ended_at) == ("outage", NOW, at)
        assert dossier.due_at > before
        assert dossier.timeline.filter(kind="outage").count() == 1

    def test_an_outage_does_not_count_twice_what_was_paused_already(self, handed_on):
        _, residence = handed_on
        dossier = residence.dossier
        p.accepted(dossier, by=f"{POLICE}/receptionist")
        with clock.frozen(NOW + timedelta(hours=1)):
            p.ask(dossier, by=f"{POLICE}/receptionist")
        watching.announce("Trục", NOW, NOW + timedelta(hours=2), "operator", NOW)
        with clock.frozen(NOW + timedelta(hours=2)) as at:
            jobs.watch_linked_sets()
        stood = list(p.fresh(dossier).pauses.order_by("started_at").values_list("kind", "ended_at"))
        assert stood == [("outage", NOW + timedelta(hours=1)), ("supplement", None)]
        assert Outage.objects.get().applied_at == at

    def test_an_outage_is_announced_before_it_is_over_and_for_a_day_at_most(self):
        hour = timedelta(hours=1)
        for starts, ends in ((NOW - 2 * hour, NOW - hour), (NOW, NOW), (NOW, NOW + 25 * hour)):
            with pytest.raises(errors.Refused):
                watching.announce("Trục", starts, ends, "operator", NOW)
        row = watching.announce("Trục", NOW - hour, NOW + hour, "operator", NOW)
        assert row.starts_at == NOW, "nobody was told before"
        with pytest.raises(errors.Refused):
            watching.repaired(row.pk, "operator", NOW + 2 * hour)
