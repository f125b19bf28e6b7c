"""Taken in at one centre, decided by an agency elsewhere: handed over in time, its clock started
there, its state known here."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from motcua.catalogue import borderless, queries
from motcua.demo import accounts
from motcua.doors.sighting import sight_of
from motcua.dossiers import composition, errors, jobs
from motcua.dossiers.actions import intake, transferring
from motcua.dossiers.models import Dossier, HandOverList, Status, Transfer
from motcua.dossiers.queries import desk, transfers
from motcua.dossiers.transfer_rules import hand_over_by, refusal
from motcua.foundation import calendar, clock, sight
from motcua.foundation.clock import local
from motcua.notices.models import Notice

from ..world import NOW, at_once, settle
from . import answers as a
from . import people as p

CODE = "1.004873"
FAR = accounts.ELSEWHERE
NEAR = accounts.staffed_communes()[1].agency_code

weekdays = calendar.standard()
moments = st.datetimes(datetime(2026, 1, 5), datetime(2026, 12, 20)).map(
    lambda at: at.replace(microsecond=0, tzinfo=clock.TZ)
)


@given(moments)
def test_a_dossier_is_handed_over_the_same_day_and_after_three_the_next_morning(taken):
    due = local(hand_over_by(taken, weekdays))
    since = weekdays.next_opening(taken)
    assert due > since >= taken
    assert weekdays.is_working_day(due.date())
    if since.hour < 15 or (since.hour, since.minute, since.second) == (15, 0, 0):
        assert due == weekdays.closing(since.date())
    else:
        assert due.date() == weekdays.working_day_after(since.date())
        assert due == weekdays.intervals(due.date())[0][1]


@given(moments, moments)
def test_who_takes_in_later_never_hands_over_earlier(one, other):
    first, second = sorted((one, other))
    assert hand_over_by(first, weekdays) <= hand_over_by(second, weekdays)


def test_the_hours_of_the_law():
    def by(text: str) -> str:
        return local(hand_over_by(p.local(text), weekdays)).strftime("%d %H:%M")

    assert by("2026-12-01T09:00") == "01 17:00"
    assert by("2026-12-01T15:00:00") == "01 17:00"
    assert by("2026-12-01T15:00:01") == "02 11:30"
    assert by("2026-12-01T20:00") == "02 17:00", "received outside hours: the next opening"
    assert by("2026-11-27T16:00") == "30 11:30", "a Friday afternoon"


def test_in_the_province_everything_and_elsewhere_what_is_listed():
    assert refusal("H37", "H37", listed=False) == ""
    assert refusal("H37", "H26", listed=True) == ""
    assert refusal("H37", "H26", listed=False) != ""


def taken_in(agency: str = FAR, code: str = CODE, return_at: str = "centre") -> Dossier:
    return transferring.take_in(
        p.officer("receptionist"),
        p.agency_id(),
        p.version_id(code),
        p.agency_id(agency),
        p.person("doc-than"),
        a.marital_status(),
        [],
        return_at,
        clock.now(),
    )


def handed(agency: str = FAR) -> HandOverList:
    return transferring.hand_over(
        p.officer("receptionist"), p.agency_id(), p.agency_id(agency), clock.now()
    )


@pytest.mark.usefixtures("world")
@pytest.mark.django_db
class TestInTheHouse:
    def test_the_clock_starts_when_the_agency_elsewhere_has_it(self):
        dossier = taken_in()
        assert (dossier.agency.code, dossier.realm) == (FAR, "H26")
        with pytest.raises(errors.Refused, match="chưa được bàn giao"):
            p.accepted(dossier, by=f"{FAR}/receptionist")
        given_list = handed()
        with clock.frozen(NOW + timedelta(hours=2)) as later:
            p.accepted(dossier, by=f"{FAR}/receptionist")
            settle()
        row = p.fresh(dossier)
        assert row.accepted_at == later
        slip = composition.slip_01(row)
        assert slip["received_at"] == composition.moment(later)
        assert slip["return_place"] == composition._centre(p.agency_id())
        assert given_list.number == "BG-H37.105-261123-01"
        assert [one.kind for one in row.timeline.order_by("id")][:3] == [
            "submitted",
            "handed_over",
            "accepted",
        ]
        line = transfers.page(p.officer("receptionist"), p.agency_id(), later).handed[0]
        assert (line.number, line.status) == (row.number, row.status)

    def test_who_hands_over_sees_the_dossier_until_then_and_its_state_afterwards(self):
        dossier = taken_in()
        clerk = p.officer("receptionist")

        def opened() -> bool:
            with sight.seeing(sight_of(clerk)), transaction.atomic():
                try:
                    desk.for_officer(clerk, dossier.number, clock.now())
                except errors.NotFound:
                    return False
                return True

        def rows() -> int:
            with (
                sight.seeing(sight_of(clerk)),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute("SELECT count(*) FROM dossiers_dossier WHERE id = %s", [dossier.pk])
                return cursor.fetchone()[0]

        assert (opened(), rows()) == (True, 1)
        with sight.seeing(sight_of(clerk)), transaction.atomic():
            handed()
        assert (opened(), rows()) == (False, 0)
        with sight.seeing(sight_of(clerk)), transaction.atomic():
            page = transfers.page(clerk, p.agency_id(), clock.now())
        assert [one.number for one in page.handed] == [dossier.number]
        assert page.waiting == ()

    def test_within_the_province_any_procedure_and_the_second_wall_is_not_asked(self):
        dossier = taken_in(NEAR)
        clerk = p.officer("receptionist")
        desk.for_officer(clerk, dossier.number, clock.now())
        handed(NEAR)
        with pytest.raises(errors.NotFound):
            desk.for_officer(clerk, dossier.number, clock.now())

    def test_what_is_not_on_the_list_is_not_taken_in_for_another_province(self):
        version = queries.facts_in_force(CODE, clock.today())
        assert version is not None
        (row,) = [one for one in borderless.listed(clock.today()) if one.code == CODE]
        borderless.end(row.id, clock.today(), "account:1")
        assert not borderless.is_listed(version.procedure_id, clock.today())
        with pytest.raises(errors.Refused, match="không phụ thuộc địa giới"):
            taken_in()
        borderless.put(CODE, clock.today(), "Danh mục thử", "account:1")
        with pytest.raises(borderless.BadListing):
            borderless.put(CODE, date(2030, 1, 1), "Danh mục thử", "account:1")
        assert taken_in().pk

    def test_only_the_centres_receptionist_takes_in_and_hands_over(self):
        taken_in()
        with pytest.raises(errors.NotYours):
            transferring.hand_over(p.officer("handler"), p.agency_id(), p.agency_id(FAR), NOW)
        with pytest.raises(errors.NotFound):
            transferring.hand_over(
                p.officer(f"{FAR}/receptionist"), p.agency_id(), p.agency_id(FAR), NOW
            )
        given_list = handed()
        with pytest.raises(errors.Refused):
            handed()
        for who in ("receptionist", f"{FAR}/receptionist"):
            assert len(transfers.listed(p.officer(who), given_list.pk, NOW)[1]) == 1
        with pytest.raises(errors.NotFound):
            transfers.listed(p.officer(f"{NEAR}/receptionist"), given_list.pk, NOW)

    def test_a_list_holds_all_that_waits_for_one_agency_and_nothing_else(self):
        mine, also, other = taken_in(), taken_in(), taken_in(NEAR)
        given_list = handed()
        assert set(given_list.transfers.values_list("dossier", flat=True)) == {mine.pk, also.pk}
        assert Transfer.objects.get(dossier=other).handed_at is None

    def test_who_is_late_is_told_once_with_the_head(self):
        taken_in()
        with clock.frozen(p.local("2026-11-23T17:00")):
            jobs.watch_hand_overs()
        assert not Notice.objects.filter(key__startswith="transfer-late:").exists()
        with clock.frozen(p.local("2026-11-23T17:01")):
            jobs.watch_hand_overs()
            jobs.watch_hand_overs()
        told = Notice.objects.filter(key__startswith="transfer-late:")
        people = {p.officer(one).person_id for one in ("receptionist", "receptionist-2", "head")}
        assert set(told.values_list("person_id", flat=True)) == people
        handed()
        with clock.frozen(p.local("2026-11-24T17:01")):
            jobs.watch_hand_overs()
        assert told.count() == len(people)

    def test_the_result_goes_to_the_vault_when_that_was_chosen_at_the_counter(self):
        dossier = taken_in(return_at="vault")
        handed()
        p.accepted(dossier, by=f"{FAR}/receptionist")
        p.finish(dossier, "appraise", "propose", by=f"{FAR}/handler")
        settle()
        p.signed(dossier, by=f"{FAR}/approver")
        settle()
        assert p.status(dossier) == Status.RETURNED
        assert composition.slip_01(p.fresh(dossier))["return_place"].startswith("Kho dữ liệu")
        assert Transfer.objects.get(dossier=dossier).status == Status.RETURNED

    def test_a_place_to_return_it_to_must_be_chosen(self):
        with pytest.raises(errors.Refused):
            taken_in(return_at="")
        assert not Dossier.objects.exists()


@pytest.mark.usefixtures("world")
def test_two_who_hand_over_at_once_make_one_list(committed):
    taken_in()
    clerk, colleague = p.officer("receptionist"), p.officer("receptionist-2")
    found = at_once(
        *[
            lambda v=viewer: transferring.hand_over(v, p.agency_id(), p.agency_id(FAR), NOW)
            for viewer in (clerk, colleague)
        ]
    )
    assert sorted(type(one).__name__ for one in found) == ["HandOverList", "Refused"]
    assert HandOverList.objects.count() == 1


@pytest.mark.usefixtures("world")
@pytest.mark.django_db
def test_intake_here_needs_no_hand_over():
    _, dossier = p.filed(CODE)
    assert intake.accept(p.officer("receptionist"), dossier.pk, p.seen(dossier), NOW).accepted_at
    assert not Transfer.objects.exists()
