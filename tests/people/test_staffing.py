"""Posts are given and ended by who keeps them, what is lent ends with what it was lent from, and of
two acts at once on one agency one is first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from motcua.agencies.models import Kind
from motcua.foundation.models import LedgerEntry, OutboxEvent
from motcua.people import actions, posts, queries
from motcua.people.actions import staffing
from motcua.people.errors import CannotStaff, NoSuchPost
from motcua.people.models import Account, Appointment, Delegation, Leave

from ..world import at_once
from .conftest import NOW, agency
from .test_access import appoint

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
NEXT_WEEK = TODAY + timedelta(days=7)


def account(number: str, name: str, at=None, role: str = "", **more) -> Account:
    found = actions.expect_account(actions.upsert_person(number, name, now=NOW))
    if at is not None:
        appoint(found, at, role, **more)
    return found


def viewer(of: Account, now=NOW):
    return queries.viewer_of(of, 2, now)


def post(role: str = "handler", **changes) -> staffing.Post:
    said = {"title": "Chuyên viên", "sectors": [], "since": TODAY, "until": None, "source": "QĐ 2"}
    return staffing.Post(role=role, **{**said, **changes})


def loan(*roles: str, **changes) -> staffing.Loan:
    said = {"title": "Chánh Văn phòng", "decision_number": "3/UQ", "since": TODAY}
    return staffing.Loan(roles=roles, **{**said, "until": NEXT_WEEK, **changes})


@pytest.fixture
def administrator(commune) -> Account:
    return account("020190900001", "Quản Trị Một", commune, "administrator")


@pytest.fixture
def second(commune) -> Account:
    return account("020190900002", "Quản Trị Hai", commune, "administrator")


@pytest.fixture
def chairman(commune) -> Account:
    return account("020170900003", "Chủ Tịch", commune, "head", title="Chủ tịch")


@pytest.fixture
def deputy(commune) -> Account:
    return account("020170900004", "Phó Một", commune, "approver", title="Phó Chủ tịch")


@pytest.fixture
def officer(commune) -> Account:
    return account("020190900005", "Chuyên Viên", commune, "handler")


def test_an_administrator_appoints_at_the_agency_at_its_parts_and_below(
    administrator, commune, centre
):
    new = actions.upsert_person("020190900010", "Người Mới", now=NOW)
    given = staffing.give_post(viewer(administrator), centre, new, post("receptionist"), NOW)
    assert viewer(given.account).posts[0].role == "receptionist"
    assert commune.pk in viewer(given.account).posts[0].serves
    entry = LedgerEntry.objects.get(kind="people.appoint", body__contains="receptionist")
    assert f"account:{administrator.pk}" in str(entry.body)
    above = account("020190900011", "Quản Trị Tỉnh", commune.parent, "administrator")
    staffing.give_post(viewer(above), commune, new, post("clerk"), NOW)
    with pytest.raises(NoSuchPost):
        staffing.give_post(viewer(administrator), commune.parent, new, post("clerk"), NOW)


def test_the_national_administrator_keeps_every_agency(commune, officer):
    national = actions.set_local_account(
        "quan-tri-thu", "mật khẩu dài", "QT", is_administrator=True
    )
    assert posts.keeps(viewer(national), commune.pk, NOW)
    staffing.leave_agency(viewer(national), commune.pk, officer.pk, NOW)
    assert not viewer(officer).is_officer
    stale = viewer(national)
    Account.objects.filter(pk=national.pk).update(is_administrator=False)
    assert not posts.keeps(stale, commune.pk, NOW)


def test_the_head_keeps_the_own_agency_only_and_officers_keep_nothing(
    chairman, officer, commune, centre
):
    assert posts.keeps(viewer(chairman), centre.pk, NOW)
    other = agency("H37.106", Kind.COMMUNE, commune.parent)
    for who, where in ((chairman, other), (officer, commune)):
        with pytest.raises(NoSuchPost):
            staffing.leave_agency(viewer(who), where.pk, officer.pk, NOW)
        assert posts.staff(viewer(who), where.pk, NOW) is None


def test_nobody_gives_powers_to_themselves(administrator, chairman, commune):
    with pytest.raises(CannotStaff):
        staffing.give_post(
            viewer(administrator), commune, administrator.person, post("approver"), NOW
        )
    with pytest.raises(CannotStaff):
        staffing.delegate(
            viewer(administrator), commune, chairman, administrator, loan("head"), NOW
        )
    assert {one.role for one in viewer(administrator).posts} == {"administrator"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "vua"},
        {"source": "  "},
        {"since": NEXT_WEEK, "until": TODAY},
        {"since": date(2026, 1, 1), "until": date(2026, 2, 1)},
    ],
)
def test_a_post_that_makes_no_sense_is_refused_in_words(administrator, commune, mother, wrong):
    with pytest.raises(CannotStaff):
        staffing.give_post(viewer(administrator), commune, mother, post(**wrong), NOW)
    assert not Appointment.objects.filter(account__person=mother).exists()


def test_ending_a_post_ends_it_now_and_twice_is_once(administrator, officer):
    (held,) = Appointment.objects.filter(account=officer)
    staffing.end_post(viewer(administrator), held.pk, NOW)
    staffing.end_post(viewer(administrator), held.pk, NOW)
    assert not viewer(officer).is_officer
    assert LedgerEntry.objects.filter(kind="people.end_appointment").count() == 1


def test_what_is_delegated_is_had_for_the_days_said_and_no_longer(
    administrator, chairman, officer, commune
):
    staffing.delegate(viewer(administrator), commune, chairman, officer, loan("head"), NOW)
    lent = [one for one in viewer(officer).posts if one.lent_as]
    assert [(one.role, one.lent_as, one.lent_by) for one in lent] == [
        ("head", "delegation", "Chủ Tịch")
    ]
    after = NOW + timedelta(days=8)
    assert [one.lent_as for one in viewer(officer, after).posts] == [""]
    assert not posts.keeps(viewer(officer), commune.pk, NOW), "lent powers lend nothing on"


def test_a_delegation_ends_with_the_post_of_who_gave_it(administrator, chairman, officer, commune):
    staffing.delegate(viewer(administrator), commune, chairman, officer, loan("head"), NOW)
    staffing.leave_agency(viewer(administrator), commune.pk, chairman.pk, NOW)
    assert [one.lent_as for one in viewer(officer).posts] == [""]


def test_who_leaves_takes_along_nothing_that_was_lent(administrator, chairman, officer, commune):
    staffing.delegate(viewer(administrator), commune, chairman, officer, loan("head"), NOW)
    (held,) = Appointment.objects.filter(account=officer)
    staffing.end_post(viewer(administrator), held.pk, NOW)
    assert viewer(officer).posts == (), "the delegation alone gives nothing"


def test_leaving_ends_every_post_delegation_and_leave_there_and_nowhere_else(
    administrator, chairman, officer, deputy, commune, centre
):
    elsewhere = agency("H37.106", Kind.COMMUNE, commune.parent)
    appoint(officer, elsewhere, "clerk")
    appoint(officer, centre, "receptionist", since=TODAY + timedelta(days=3))
    boss = viewer(administrator)
    staffing.delegate(boss, commune, chairman, officer, loan("head"), NOW)
    staffing.mark_leave(boss, commune, officer, deputy, TODAY, NEXT_WEEK, NOW)
    assert staffing.leave_agency(boss, commune.pk, officer.pk, NOW) == 2
    for moment in (NOW, NOW + timedelta(days=4)):
        assert [one.agency_id for one in viewer(officer, moment).posts] == [elsewhere.pk]
        assert not [one for one in viewer(deputy, moment).posts if one.lent_as]
    assert all(one.ended_at == NOW for one in [*Delegation.objects.all(), *Leave.objects.all()])
    assert OutboxEvent.objects.filter(name="people.LeftAgency").count() == 1
    with pytest.raises(NoSuchPost):
        staffing.leave_agency(boss, commune.pk, officer.pk, NOW)


def test_only_what_one_holds_oneself_is_delegated(
    administrator, chairman, deputy, officer, commune
):
    boss = viewer(administrator)
    staffing.delegate(boss, commune, chairman, deputy, loan("head"), NOW)
    for giver, receiver, what in (
        (deputy, officer, loan("head")),  # had by delegation
        (officer, deputy, loan("approver")),  # not held
        (chairman, officer, loan()),
        (chairman, chairman, loan("head")),
        (chairman, officer, loan("head", decision_number=" ")),
        (chairman, officer, loan("head", until=TODAY + timedelta(days=900))),
        (chairman, deputy, loan("head", since=TODAY + timedelta(days=2))),  # is delegated already
    ):
        with pytest.raises(CannotStaff):
            staffing.delegate(boss, commune, giver, receiver, what, NOW)
    assert Delegation.objects.count() == 1


def test_deciding_does_not_pass_by_leave(administrator, deputy, officer, commune):
    staffing.mark_leave(viewer(administrator), commune, deputy, officer, TODAY, NEXT_WEEK, NOW)
    assert {one.role for one in viewer(officer).posts} == {"handler"}
    with pytest.raises(CannotStaff):
        staffing.mark_leave(viewer(administrator), commune, deputy, officer, TODAY, TODAY, NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_who_end_each_other_one_was_first(administrator, second, commune):
    first, other = viewer(administrator), viewer(second)
    ended = at_once(
        lambda: staffing.leave_agency(first, commune.pk, second.pk, NOW),
        lambda: staffing.leave_agency(other, commune.pk, administrator.pk, NOW),
    )
    assert sorted(str(type(one).__name__) for one in ended) == ["NoSuchPost", "int"]
    assert Appointment.objects.filter(role="administrator", valid__contains=TODAY).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_administrators_recording_the_same_at_once_record_it_once(
    administrator, second, chairman, officer, commune
):
    viewers = [viewer(administrator), viewer(second)] * 2
    results = at_once(
        *(
            lambda by=by: staffing.delegate(by, commune, chairman, officer, loan("head"), NOW)
            for by in viewers
        )
    )
    assert sum(isinstance(one, Delegation) for one in results) == 1
    assert sum(isinstance(one, CannotStaff) for one in results) == 3
    mother = actions.upsert_person("020196900002", "Nông Thị Hương", now=NOW)
    at_once(
        *(
            lambda by=by: staffing.give_post(by, commune, mother, post("clerk"), NOW)
            for by in viewers
        )
    )
    assert Appointment.objects.filter(account__person=mother).count() == 1
    assert LedgerEntry.objects.filter(kind="people.appoint", body__contains="clerk").count() == 1
