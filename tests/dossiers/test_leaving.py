"""Who leaves an agency: access ends that minute, and open work waits for the others."""

from __future__ import annotations

from uuid import uuid4

import pytest

from motcua.dossiers import errors
from motcua.dossiers.actions import handling
from motcua.dossiers.queries import desk
from motcua.people import queries
from motcua.people.actions import staffing
from motcua.people.models import Account
from motcua.processes.models import WorkItem
from motcua.processes.reactions import give_back_steps

from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]


def taken(by: str = "handler"):
    _, dossier = p.filed("1.004873")
    p.accepted(dossier)
    handling.take(p.officer(by), p.step(dossier, "appraise").pk, NOW)
    return dossier


def left(key: str = "handler") -> Account:
    """The account of who has left the home commune by the province administrator's hand."""
    leaver = p.officer(key)
    boss = p.officer(f"{p.accounts.PROVINCE}/administrator")
    staffing.leave_agency(boss, p.agency_id(), leaver.account_id, NOW)
    return Account.objects.get(pk=leaver.account_id)


def test_open_work_of_who_left_waits_for_the_others_of_the_role():
    dossier, kept = taken(), taken("handler-2")
    account = left()
    settle()
    item = p.step(dossier, "appraise")
    assert (item.assignee_id, item.state) == (None, WorkItem.State.OPEN)
    assert p.step(kept, "appraise").assignee_id == p.officer("handler-2").account_id
    handling.take(p.officer("handler-2"), item.pk, NOW)
    assert p.step(dossier, "appraise").assignee_id != account.pk


def test_access_ends_before_any_work_is_handed_on():
    dossier = taken()
    before = p.officer("handler")
    item = p.step(dossier, "appraise")
    assert desk.for_officer(before, dossier.number, NOW)
    viewer = queries.viewer_of(left(), 2, NOW)
    assert viewer.posts == (), "nothing has been settled yet, and the door is shut"
    with pytest.raises(errors.NotFound):
        desk.for_officer(viewer, dossier.number, NOW)
    with pytest.raises(errors.Refused):
        handling.complete_step(viewer, item.pk, p.seen(dossier), "propose", "", {}, NOW)


def test_it_touches_neither_done_work_nor_that_of_another_agency_and_may_run_twice():
    dossier = taken()
    item = p.step(dossier, "appraise")
    account_id = item.assignee_id
    assert account_id is not None
    elsewhere = WorkItem.objects.get(pk=item.pk)
    elsewhere.pk, elsewhere.task_id = None, uuid4()
    elsewhere.agency_id = p.agency_id(p.accounts.PROVINCE)
    elsewhere.save()
    done = WorkItem.objects.exclude(state=WorkItem.State.OPEN).filter(subject=dossier.pk)
    kept = list(done.order_by("pk").values_list("pk", "assignee_id"))
    event = staffing.LeftAgency(account_id=account_id, agency_ids=(item.agency_id,), at=NOW)
    give_back_steps(event)
    give_back_steps(event)
    assert WorkItem.objects.get(pk=item.pk).assignee_id is None
    assert WorkItem.objects.get(pk=elsewhere.pk).assignee_id == account_id
    assert list(done.order_by("pk").values_list("pk", "assignee_id")) == kept
