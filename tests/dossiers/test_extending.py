"""A later date: once, at least a day before, by an approver, with an apology."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pikepdf
import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from motcua.documents import actions as documents
from motcua.dossiers import errors, jobs, rules
from motcua.dossiers.actions import applicant, extending
from motcua.dossiers.models import Extension, Slip
from motcua.dossiers.queries import citizen as mine
from motcua.dossiers.queries import desk, extensions
from motcua.foundation import clock
from motcua.foundation.calendar import standard
from motcua.foundation.deadlines import compute
from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Notice
from motcua.sharing.models import Outgoing

from ..world import settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db

IN = "2026-11-23T09:00"
BEFORE = "2026-11-26T09:00"
DAYS = Decimal(2)
WHY = "Phải xác minh tại nơi cư trú trước đây."


def taken_in():
    """A dossier of three working days and more, accepted on Monday, due on Friday at 17:00."""
    with clock.frozen(p.local(IN)):
        viewer, dossier = p.filed("1.004873")
        p.accepted(dossier)
    assert p.fresh(dossier).due_at == p.local("2026-11-27T17:00")
    return viewer, dossier


def granted(dossier, at=BEFORE, more=DAYS, why=WHY):
    return extending.grant(
        p.officer("approver"), dossier.pk, p.seen(dossier), more, why, p.local(at)
    )


@rolled_back
def test_an_approver_gives_a_later_date_and_the_applicant_reads_the_apology():
    viewer, dossier = taken_in()
    with clock.frozen(p.local(BEFORE)):
        granted(dossier)
        settle()
    row = p.fresh(dossier)
    assert row.due_at == p.local("2026-12-01T17:00"), "two working days after Friday"
    assert row.extended_to == row.limit_amount + DAYS
    assert mine.dossier(viewer, dossier.number, p.local("2026-11-30T09:00")).standing == "running"
    slip = Slip.objects.get(dossier=dossier, form="04")
    told = Notice.objects.filter(subject=dossier.pk).order_by("-pk").first()
    for part in ("xin lỗi", "01/12/2026", WHY):
        assert part in told.body
    said = slip.document.data
    assert (said["reason"], said["due_before"], said["due_after"]) == (
        WHY,
        "17:00 ngày 27/11/2026",
        "17:00 ngày 01/12/2026",
    )
    with pikepdf.open(documents.open_file(slip.document.file)) as pdf:
        assert len(pdf.pages) == 1
    assert LedgerEntry.objects.filter(kind="dossier.extended", subject=dossier.number).count() == 1
    told_portal = Outgoing.objects.filter(stream__endswith=dossier.number).order_by("-pk").first()
    assert told_portal.payload["HoSo"]["NgayHenTra"] == "20261201170000"


@rolled_back
def test_slip_04_is_issued_once_however_often_the_job_runs():
    _, dossier = taken_in()
    one = granted(dossier)
    settle()
    before = Slip.objects.get(dossier=dossier, form="04").document.file_id
    jobs.issue_slip(dossier.pk, "04", one.pk)
    assert Slip.objects.get(dossier=dossier, form="04").document.file_id == before


@rolled_back
def test_there_is_one_new_date_and_no_second():
    _, dossier = taken_in()
    granted(dossier)
    with pytest.raises(errors.Refused, match="một lần"):
        granted(dossier, at="2026-11-27T09:00")
    with pytest.raises(errors.Refused, match="một lần"):
        extending.propose(
            p.officer("handler"), dossier.pk, p.seen(dossier), DAYS, WHY, p.local(BEFORE)
        )


@rolled_back
@pytest.mark.parametrize("late", ["2026-11-27T07:30", "2026-11-27T18:00", "2026-11-30T09:00"])
def test_on_the_day_itself_it_is_too_late(late):
    _, dossier = taken_in()
    with pytest.raises(errors.Refused, match="quá muộn"):
        granted(dossier, at=late)
    assert p.fresh(dossier).due_at == p.local("2026-11-27T17:00")


@rolled_back
def test_within_the_day_there_is_no_later_date():
    with clock.frozen(p.local(IN)):
        _, dossier = p.filed("1.001193")
        p.accepted(dossier)
        with pytest.raises(errors.Refused, match="trong ngày"):
            granted(dossier, at=IN)


@rolled_back
def test_time_needs_a_reason_and_a_number_that_fits_the_unit():
    _, dossier = taken_in()
    for more, why in ((DAYS, " "), (Decimal(0), WHY), (Decimal("1.5"), WHY), (Decimal(1000), WHY)):
        with pytest.raises(errors.Refused):
            granted(dossier, more=more, why=why)
    assert not Extension.objects.exists()


@rolled_back
def test_a_handler_proposes_and_only_the_approver_decides():
    _, dossier = taken_in()
    handler, approver, at = p.officer("handler"), p.officer("approver"), p.local(BEFORE)
    extending.propose(handler, dossier.pk, p.seen(dossier), DAYS, WHY, at)
    with pytest.raises(errors.NotYours):
        extending.grant(handler, dossier.pk, p.seen(dossier), DAYS, WHY, at)
    with pytest.raises(errors.Refused, match="đang chờ"):
        extending.propose(handler, dossier.pk, p.seen(dossier), DAYS, WHY, at)
    assert extensions.proposals_waiting(handler) == 0
    assert extensions.proposals_waiting(approver) == 1
    row = extensions.proposals(approver)[0]
    assert (row.number, row.proposed_by) == (dossier.number, handler.name)
    file, _ = desk.for_officer(approver, dossier.number, at)
    assert (file.may_grant, file.more) == (True, DAYS)
    extending.grant(approver, dossier.pk, p.seen(dossier), DAYS, "", at)
    assert Extension.objects.get().reason == WHY, "the proposal's reason stands"
    assert extensions.proposals_waiting(approver) == 0


@rolled_back
def test_who_is_not_concerned_finds_nothing():
    _, dossier = taken_in()
    with pytest.raises(errors.NotFound):
        extending.grant(
            p.officer(f"{p.accounts.staffed_communes()[1].agency_code}/approver"),
            dossier.pk,
            p.seen(dossier),
            DAYS,
            WHY,
            p.local(BEFORE),
        )


@rolled_back
def test_a_declined_proposal_leaves_the_date_and_the_applicant_hears_nothing():
    _, dossier = taken_in()
    at = p.local(BEFORE)
    extending.propose(p.officer("handler"), dossier.pk, p.seen(dossier), DAYS, WHY, at)
    settle()
    heard = Notice.objects.filter(subject=dossier.pk).count()
    extending.decline(p.officer("approver"), dossier.pk, p.seen(dossier), "Còn kịp.", at)
    settle()
    assert p.fresh(dossier).due_at == p.local("2026-11-27T17:00")
    assert Notice.objects.filter(subject=dossier.pk).count() == heard
    with pytest.raises(errors.NotFound):
        extending.decline(p.officer("approver"), dossier.pk, p.seen(dossier), "", at)


@rolled_back
def test_on_the_last_day_the_clock_proposes_once_and_only_then():
    _, dossier = taken_in()
    for early in ("2026-11-23T10:00", "2026-11-25T10:00"):
        assert dossier.pk not in extending.nearly_late(p.local(early))
    last = p.local("2026-11-26T10:00")
    assert dossier.pk in extending.nearly_late(last)
    assert extending.propose_by_clock(dossier.pk, last)
    assert not extending.propose_by_clock(dossier.pk, last)
    assert dossier.pk not in extending.nearly_late(last)
    assert Extension.objects.get().proposed_by == "Hệ thống"


@rolled_back
def test_what_waits_for_the_signer_needs_no_proposal():
    viewer, dossier = taken_in()
    with clock.frozen(p.local("2026-11-24T09:00")):
        p.finish(dossier, "appraise", "propose")
        settle()
        applicant.confirm_draft(viewer, dossier.number, True, "", clock.now())
    assert not extending.propose_by_clock(dossier.pk, p.local("2026-11-26T10:00"))


def test_of_two_approvers_at_once_one_gives_the_date(committed):
    _, dossier = taken_in()
    seen, at, outcomes = p.seen(dossier), p.local(BEFORE), []
    approver, barrier = p.officer("approver"), threading.Barrier(2)

    def press() -> None:
        barrier.wait()
        try:
            with transaction.atomic():
                extending.grant(approver, dossier.pk, seen, DAYS, WHY, at)
            outcomes.append("granted")
        except errors.Refused as error:
            outcomes.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["changed", "granted"]
    assert Extension.objects.filter(granted=True).count() == 1


MOMENTS = st.datetimes(
    min_value=p.local("2026-01-05T00:00").replace(tzinfo=None),
    max_value=p.local("2026-11-30T00:00").replace(tzinfo=None),
).map(lambda at: at.replace(microsecond=0, tzinfo=clock.TZ))


@given(MOMENTS, st.integers(2, 60), st.sampled_from(["working_day", "day", "working_hour"]))
def test_the_last_day_to_extend_is_a_working_day_on_which_it_is_allowed(received, amount, unit):
    calendar = standard()
    due = compute(received, amount, unit, calendar).due
    last = rules.last_day_to_extend(due, calendar)
    assert calendar.is_working_day(last)
    assert rules.may_extend(unit, False, due, calendar.closing(last)).allowed
    following = calendar.closing(calendar.working_day_after(last))
    assert not rules.may_extend(unit, False, due, following).allowed
    assert not rules.may_extend(unit, True, due, calendar.closing(last)).allowed


@given(MOMENTS, st.integers(1, 60), st.integers(1, 30), st.sampled_from(["working_day", "day"]))
def test_more_time_never_brings_the_date_forward(received, amount, more, unit):
    clock_then = rules.Clock(received, Decimal(amount), unit, ())
    extended = rules.Clock(received, Decimal(amount), unit, (), Decimal(amount + more))
    calendar, at = standard(), received + timedelta(seconds=1)
    assert rules.due_moment(extended, calendar, at) >= rules.due_moment(clock_then, calendar, at)
