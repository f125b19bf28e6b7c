"""A breach: 72 hours as hours, those affected found from what was recorded, each step entered."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Notice
from motcua.people import actions as people
from motcua.people.access import AccessNote
from motcua.people.models import Account, Role
from motcua.privacy import breach_clock, breach_notice, breaches
from motcua.privacy.breaches import Closed, NewBreach, NoSuchBreach, Search
from motcua.privacy.errors import Incomplete
from motcua.privacy.models import Breach

from ..dossiers import people as p
from ..world import NOW, at_once
from .test_disposing import in_charge

moments = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(timedelta(), timedelta(days=30))
HOUR = timedelta(hours=1)


@given(moments, spans)
def test_the_clock_counts_every_hour_and_nothing_but_hours(learnt, gone):
    clock = breach_clock.standing(learnt, None, learnt + gone)
    assert clock.due - learnt == timedelta(hours=72)
    assert clock.left == timedelta(hours=72) - gone
    assert clock.overdue == (gone > timedelta(hours=72))
    assert clock.hours * 60 + clock.minutes == int(abs(clock.left).total_seconds()) // 60


@given(moments, spans, spans)
def test_the_clock_stands_still_once_the_authority_was_told(learnt, told, later):
    at = learnt + told
    assert breach_clock.standing(learnt, at, at) == breach_clock.standing(learnt, at, at + later)
    stands = breach_clock.standing(learnt, at, at + later)
    assert stands.told_late == (told > timedelta(hours=72))


@given(moments, spans, spans)
def test_a_reminder_that_was_due_stays_due(learnt, one, more):
    first = set(breach_clock.reminders(learnt, learnt + one))
    assert first <= set(breach_clock.reminders(learnt, learnt + one + more))


def test_a_weekend_is_no_pause():
    friday = datetime(2026, 11, 27, 10, tzinfo=UTC)
    assert breach_clock.due(friday) == datetime(2026, 11, 30, 10, tzinfo=UTC)


def new(**changes):
    known = {
        "agency_id": p.agency_id(), "learnt_at": NOW, "what": "Một máy tính bị mất",
        "how": "Cán bộ báo", "kinds": ["identity", "contact"], "people": 12,
    }  # fmt: skip
    return NewBreach(**{**known, **changes})


def looked_at(*subjects, number=""):
    """The clerk looked at these people."""
    clerk = p.officer("clerk")
    note = AccessNote(
        viewer=clerk, subject_ids=tuple(one.pk for one in subjects), role="clerk",
        agency_id=p.agency_id(), purpose="thử", dossier_number=number, fields=("answers",),
    )  # fmt: skip
    people.record_access(note, NOW)
    return clerk.name


def kinds():
    rows = LedgerEntry.objects.filter(kind__startswith="privacy.breach").order_by("pk")
    return [one.kind.removeprefix("privacy.breach_") for one in rows]


@pytest.mark.usefixtures("world")
@pytest.mark.django_db
class TestCase:
    def test_a_case_goes_its_way_and_every_step_is_entered(self):
        officer = in_charge()
        first, second = p.person("doc-than"), p.person("me")
        name = looked_at(first, second)
        case = breaches.open_case(officer, new(), NOW)
        search = Search(NOW - HOUR, NOW + HOUR, viewer_name=name)
        assert breaches.find_affected(officer, case.pk, search, NOW) == 2
        assert breaches.find_affected(officer, case.pk, search, NOW) == 0
        breaches.note_measure(officer, case.pk, "Đã khóa tài khoản.", NOW + HOUR)
        with pytest.raises(Incomplete):
            breaches.close(officer, case.pk, "Xong", NOW + HOUR)
        told = NOW + 10 * HOUR
        breaches.tell_authority(officer, case.pk, "A05-12", told, told)
        with pytest.raises(Incomplete):
            breaches.close(officer, case.pk, "Xong", told)
        assert breaches.tell_people(officer, case.pk, "Dữ liệu của bạn bị lộ.", told) == 2
        assert breaches.tell_people(officer, case.pk, "Lần nữa.", told) == 0
        assert Notice.objects.filter(key__startswith=f"breach:{case.pk}:").count() == 2
        breaches.close(officer, case.pk, "Máy không mã hóa; nay đã mã hóa.", told + HOUR)
        with pytest.raises(Closed):
            breaches.note_measure(officer, case.pk, "Thêm", told + HOUR)
        assert kinds() == [
            "opened", "found", "found", "measure", "authority", "people", "people", "closed",
        ]  # fmt: skip
        entered = "".join(
            LedgerEntry.objects.filter(subject=f"breach:{case.pk}").values_list("body", flat=True)
        )
        assert first.full_name not in entered
        assert "Máy" not in entered

    def test_those_affected_are_found_by_dossier_and_by_acts_in_the_ledger(self):
        officer = in_charge()
        _, dossier = p.filed("1.004873")
        case = breaches.open_case(officer, new(), NOW)
        search = Search(NOW - HOUR, NOW + HOUR, dossier_number=dossier.number)
        assert breaches.find_affected(officer, case.pk, search, NOW) == 1
        assert case.affected.get().person_id == dossier.applicant_id
        outside = Search(NOW + HOUR, NOW + 2 * HOUR, dossier_number=dossier.number)
        assert breaches.find_affected(officer, case.pk, outside, NOW) == 0

    def test_a_search_without_end_or_aim_is_refused(self):
        officer = in_charge()
        case = breaches.open_case(officer, new(), NOW)
        for search in (
            Search(NOW, NOW, viewer_name="x"),
            Search(NOW - timedelta(days=400), NOW, viewer_name="x"),
            Search(NOW - HOUR, NOW),
        ):
            with pytest.raises(Incomplete):
                breaches.find_affected(officer, case.pk, search, NOW)

    def test_only_who_answers_for_the_agencys_data_sees_a_case(self):
        officer = in_charge()
        case = breaches.open_case(officer, new(), NOW)
        assert breaches.case(officer, case.pk) == case
        elsewhere = p.accounts.staffed_communes()[1].agency_code
        stranger = p.officer(f"{elsewhere}/handler")
        Account.objects.get(pk=stranger.account_id).appointments.update(role=Role.DATA_OFFICER)
        stranger = p.officer(f"{elsewhere}/handler")
        for viewer in (p.officer("clerk"), p.citizen("me"), stranger):
            with pytest.raises(NoSuchBreach):
                breaches.case(viewer, case.pk)
            with pytest.raises(NoSuchBreach):
                breaches.note_measure(viewer, case.pk, "x", NOW)
            with pytest.raises(NoSuchBreach):
                breaches.open_case(viewer, new(), NOW)

    @pytest.mark.parametrize(
        "changes",
        [
            {"what": " "}, {"kinds": []}, {"kinds": ["nothing"]}, {"people": -1},
            {"learnt_at": NOW + HOUR}, {"began_at": NOW + HOUR},
        ],
    )  # fmt: skip
    def test_what_is_missing_is_asked_for(self, changes):
        with pytest.raises(Incomplete):
            breaches.open_case(in_charge(), new(**changes), NOW)

    def test_those_in_charge_are_reminded_once_for_each_turn_of_the_clock(self):
        officer = in_charge()
        case = breaches.open_case(officer, new(), NOW)
        mine = Notice.objects.filter(person_id=officer.person_id, key__startswith="breach-clock")
        assert breaches.remind(NOW + HOUR) == 0
        for at, count in ((25, 1), (25, 1), (49, 2), (69, 3), (73, 4), (100, 4)):
            breaches.remind(NOW + at * HOUR)
            assert mine.count() == count, at
        breaches.tell_authority(officer, case.pk, "A05", NOW + 74 * HOUR, NOW + 74 * HOUR)
        assert breaches.remind(NOW + 200 * HOUR) == 0
        late = LedgerEntry.objects.get(kind="privacy.breach_authority")
        assert json.loads(late.body)["data"]["late"] is True

    def test_the_notice_says_what_the_law_asks_and_names_nobody(self):
        officer = in_charge()
        name = looked_at(p.person("doc-than"))
        case = breaches.open_case(officer, new(), NOW)
        breaches.find_affected(officer, case.pk, Search(NOW - HOUR, NOW + HOUR, name), NOW)
        breaches.note_measure(officer, case.pk, "Đã khóa máy từ xa.", NOW)
        data = breach_notice.as_data(Breach.objects.get(pk=case.pk), NOW)
        assert data["people_found"] == 1
        assert data["measures"][0]["text"] == "Đã khóa máy từ xa."
        assert p.person("doc-than").full_name not in json.dumps(data, ensure_ascii=False)
        assert breach_notice.as_pdf(case, NOW).startswith(b"%PDF")


def test_two_who_tell_people_at_once_send_one_notice_each(committed):
    officer = in_charge()
    name = looked_at(p.person("doc-than"), p.person("me"))
    case = breaches.open_case(officer, new(), NOW)
    breaches.find_affected(officer, case.pk, Search(NOW - HOUR, NOW + HOUR, name), NOW)

    def tell():
        return breaches.tell_people(officer, case.pk, "Lời báo", NOW)

    assert sorted(at_once(tell, tell)) == [0, 2]
    assert Notice.objects.filter(key__startswith=f"breach:{case.pk}:").count() == 2
