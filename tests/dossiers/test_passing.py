"""Open dossiers pass over with a competence: none is lost, none is decided twice, both agencies
see the list."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from motcua.agencies import cache
from motcua.agencies import queries as agencies
from motcua.catalogue import actions as catalogue
from motcua.catalogue import handing
from motcua.catalogue.models import Decree
from motcua.demo import accounts
from motcua.dossiers import errors, jobs
from motcua.dossiers.actions import applicant, deciding, handling, passing
from motcua.dossiers.models import Dossier, HandedOver, Status
from motcua.dossiers.queries import desk
from motcua.dossiers.queries.handover import handed_over, touched
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Notice
from motcua.people.models import Appointment
from motcua.processes.models import WorkItem
from motcua.sharing.models import Outgoing

from ..world import NOW, at_once, settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db

CODE = "1.004873"
THERE = accounts.staffed_communes()[1].agency_code
DAY = clock.local(NOW).date() + timedelta(days=1)
MORNING = NOW + timedelta(days=1)
HEADING = "procedure,territory,from,to,date,open\n"


@pytest.fixture(autouse=True)
def _nothing_remembered():
    cache.forget()
    yield
    cache.forget()


def decree(*lines: str, number: str = "NĐ 7/2026/NĐ-CP") -> Decree:
    content = (HEADING + "\n".join(lines)).encode()
    return catalogue.load_decree(number, "", "phan_dinh", content, "", "account:1", clock.now())


def in_force(open_: str = "moves", to: str = THERE, territory: str = p.HOME.code) -> Decree:
    """A decree about the home commune, in force from tomorrow."""
    one = decree(f"{CODE},{territory},commune,{to},{DAY},{open_}")
    catalogue.schedule_decree(one.pk, "account:1", clock.now())
    return one


def morning() -> None:
    """The day has come: everything that follows from it is done."""
    with clock.frozen(MORNING):
        cache.forget()
        jobs.pass_over_by_decree()
        settle()


def open_items(dossier: Dossier) -> list[WorkItem]:
    return list(WorkItem.objects.filter(subject=dossier.pk, state=WorkItem.State.OPEN))


def handled() -> Dossier:
    """A dossier that a handler has taken into her hands."""
    _, dossier = p.filed(CODE)
    p.accepted(dossier)
    handling.take(p.officer("handler"), p.step(dossier, "appraise").pk, clock.now())
    return p.fresh(dossier)


def to_confirm(dossier: Dossier) -> None:
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()


@rolled_back
def test_an_open_dossier_goes_on_at_the_new_agency_where_it_stood():
    dossier = handled()
    before = p.fresh(dossier)
    in_force()
    assert p.fresh(dossier).agency.code == p.AGENCY, "not before the day"
    morning()
    after = p.fresh(dossier)
    assert after.agency.code == THERE
    kept = ("number", "lookup_code", "status", "due_at", "accepted_at", "limit_unit", "answers")
    assert [getattr(after, one) for one in kept] == [getattr(before, one) for one in kept]
    (item,) = open_items(dossier)
    assert (item.agency.code, item.kind, item.role) == (THERE, "appraise", "handler")
    assert item.assignee_id is None, "nobody there holds it yet"
    with clock.frozen(MORNING):
        handling.complete_step(
            p.officer(f"{THERE}/handler"), item.pk, p.seen(dossier), "propose", "", {}, MORNING
        )
        with pytest.raises(errors.NotFound):
            handling.take(p.officer("handler"), open_items(dossier)[0].pk, MORNING)


@rolled_back
def test_the_applicant_the_portal_the_timeline_and_the_ledger_say_why():
    dossier = handled()
    one = in_force()
    morning()
    entry = dossier.timeline.get(kind="handed_over")
    assert "Phân định thẩm quyền theo NĐ 7/2026/NĐ-CP" in entry.text
    told = Notice.objects.filter(subject=dossier.pk).order_by("-pk").first()
    assert agencies.agency(THERE).name in told.title
    assert "17:00" in told.body, "the date of the result is said again"
    assert "không phải nộp lại" in told.body
    said = LedgerEntry.objects.get(kind="dossier.handed_over", subject=dossier.number)
    body = json.loads(said.body)["data"]
    assert (body["decree"], body["from"], body["to"]) == (one.pk, p.AGENCY, THERE)
    assert Outgoing.objects.filter(key=f"timeline:{entry.pk}").exists()


@rolled_back
def test_unless_the_decree_says_so_who_took_a_dossier_in_brings_it_to_its_end():
    dossier = handled()
    one = in_force("stays")
    morning()
    assert p.fresh(dossier).agency.code == p.AGENCY
    assert not Decree.objects.get(pk=one.pk).moves
    assert not HandedOver.objects.exists()


@rolled_back
def test_the_rehearsal_says_which_stay_and_which_go_where():
    _, dossier = p.filed(CODE)
    day = clock.today()
    stays = decree(f"{CODE},{p.HOME.code},commune,{THERE},{DAY},ở lại")
    moves = decree(f"{CODE},{p.HOME.code},commune,{THERE},{DAY},chuyển", number="NĐ 8")
    (one,) = touched(catalogue.rehearsal_of(stays, day))
    assert (one.moves, one.to, one.numbers) == (False, "", (dossier.number,))
    (one,) = touched(catalogue.rehearsal_of(moves, day))
    assert (one.moves, one.to) == (True, agencies.agency(THERE).name)


@rolled_back
def test_a_decree_taken_back_before_its_day_moves_nothing():
    dossier = handled()
    one = in_force()
    catalogue.undo_decree(one.pk, "account:1", clock.now())
    morning()
    assert p.fresh(dossier).agency.code == p.AGENCY


@rolled_back
def test_a_second_run_changes_nothing_and_the_decree_is_done_with():
    dossier = handled()
    one = in_force()
    morning()
    seen = p.seen(dossier)
    morning()
    assert p.seen(dossier) == seen
    assert HandedOver.objects.count() == 1
    assert Decree.objects.get(pk=one.pk).handed_over_at == MORNING
    assert handing.to_hand_over(MORNING) == []


@rolled_back
def test_a_crash_in_the_middle_loses_none(monkeypatch):
    dossiers = [handled(), p.filed(CODE)[1]]
    one = in_force()
    whole, first = passing.hand_over, dossiers[0].pk

    def falls(dossier_id, *rest):
        if dossier_id == first:
            raise RuntimeError("the machine stopped")
        return whole(dossier_id, *rest)

    monkeypatch.setattr(passing, "hand_over", falls)
    morning()
    assert [p.fresh(d).agency.code for d in dossiers] == [p.AGENCY, THERE]
    assert Decree.objects.get(pk=one.pk).handed_over_at is None
    monkeypatch.undo()
    morning()
    assert {p.fresh(d).agency.code for d in dossiers} == {THERE}


@rolled_back
@pytest.mark.parametrize("turn", ["filed", "supplement", "confirm", "signing"])
def test_at_every_turn_it_goes_on(turn):
    viewer, dossier = p.filed(CODE)
    if turn == "supplement":
        p.ask(dossier)
    if turn in ("confirm", "signing"):
        to_confirm(dossier)
    if turn == "signing":
        applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
        settle()
    before = p.status(dossier)
    in_force()
    morning()
    assert p.status(dossier) == before
    assert p.fresh(dossier).agency.code == THERE
    assert {item.agency.code for item in open_items(dossier)} == {THERE}
    if turn in ("confirm", "signing"):
        with clock.frozen(MORNING):
            if turn == "confirm":
                applicant.confirm_draft(viewer, dossier.number, True, "", MORNING)
                settle()
            draft = p.draft_of(dossier)
            assert draft.agency.code == THERE
            assert draft.number.endswith(THERE)
            settle()
            p.signed(dossier, f"{THERE}/approver")
            settle()
        p.assert_valid(dossier, f"{THERE}/approver")
    if turn == "supplement":
        with clock.frozen(MORNING):
            p.answer(viewer, dossier)
        assert p.status(dossier) == Status.REGISTERED


@rolled_back
def test_what_is_decided_or_has_ended_stays_with_who_decided_it():
    viewer, decided = p.filed(CODE)
    to_confirm(decided)
    applicant.confirm_draft(viewer, decided.number, True, "", NOW)
    p.signed(decided)
    in_force()
    morning()
    assert p.fresh(decided).agency.code == p.AGENCY
    assert p.status(decided) in (Status.DONE, Status.RETURNED)
    p.assert_valid(decided)


@rolled_back
def test_one_that_cannot_pass_over_stays_with_the_reason_on_the_list():
    _, dossier = p.filed(CODE)
    to_confirm(dossier)
    before = p.fresh(dossier)
    signers = Appointment.objects.filter(agency__code=THERE, role__in=("approver", "head"))
    signers.delete()
    in_force()
    morning()
    after = p.fresh(dossier)
    assert (after.revision, after.facts) == (before.revision, before.facts)
    assert {item.agency.code for item in open_items(dossier)} == {p.AGENCY}
    row = HandedOver.objects.get()
    assert row.moved_at is None
    assert p.fresh(dossier).agency.code == p.AGENCY, "not lost, and not half moved"
    (line,) = handed_over(p.officer("receptionist"), 10)
    assert (line.number, line.here, line.moved_at) == (dossier.number, True, None)
    assert line.reason


@rolled_back
def test_both_agencies_see_the_list_and_nobody_else():
    dossier = handled()
    in_force()
    morning()
    for who, here in (("receptionist", False), (f"{THERE}/receptionist", True)):
        (line,) = handed_over(p.officer(who), 10)
        assert (line.number, line.here) == (dossier.number, here)
        assert line.target == agencies.agency(THERE).name
    elsewhere = accounts.staffed_communes()[2:]
    for one in elsewhere[:1]:
        assert handed_over(p.officer(f"{one.agency_code}/receptionist"), 10) == []
    with clock.frozen(MORNING):
        assert dossier.number in {
            row.number for row in desk.inbox(p.officer(f"{THERE}/handler"), MORNING).rows
        }


def decided_while_moving():
    dossier = handled()
    one = in_force()
    item, seen = p.step(dossier, "appraise"), p.seen(dossier)
    handler = p.officer("handler")
    cache.forget()
    passed = handing.passed_by(one, DAY)
    found = at_once(
        lambda: passing.hand_over(dossier.pk, one, passed, MORNING),
        lambda: handling.complete_step(handler, item.pk, seen, "propose", "", {}, MORNING),
    )
    return dossier, found


def test_a_step_that_is_done_while_the_dossier_passes_over_counts_once_or_is_refused(committed):
    dossier, (moved, done) = decided_while_moving()
    assert moved is True
    assert p.fresh(dossier).agency.code == THERE
    kinds = list(dossier.timeline.order_by("id").values_list("kind", flat=True))
    if isinstance(done, Exception):
        assert isinstance(done, (errors.NotFound, errors.NotYours, errors.ChangedSinceSeen))
        assert "step.appraise" not in kinds
        assert [item.kind for item in open_items(dossier)] == ["appraise"]
    else:
        assert kinds[-2:] == ["step.appraise", "handed_over"]
    assert {item.agency.code for item in open_items(dossier)} == {THERE}
    revisions = LedgerEntry.objects.filter(subject=dossier.number).order_by("pk")
    said = [json.loads(one.body)["data"].get("revision", 0) for one in revisions]
    assert said == sorted(said)


def test_a_signature_and_a_decree_at_once_leave_one_agency_that_signed(committed):
    viewer, dossier = p.filed(CODE)
    to_confirm(dossier)
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    settle()
    one = in_force()
    approver, item, seen = p.officer("approver"), p.step(dossier, "approve"), p.seen(dossier)
    digest = bytes(p.draft_of(dossier).preview_sha256 or b"").hex()
    cache.forget()
    passed = handing.passed_by(one, DAY)
    moved, signed = at_once(
        lambda: passing.hand_over(dossier.pk, one, passed, MORNING),
        lambda: deciding.approve_and_sign(approver, item.pk, seen, digest, MORNING),
    )
    there = p.fresh(dossier).agency.code
    if isinstance(signed, Exception):
        assert (moved, there) == (True, THERE)
        assert not p.fresh(dossier).facts.get("approved_at")
    else:
        assert (moved, there) == (False, p.AGENCY)
    assert {i.agency.code for i in open_items(dossier)} <= {there}
