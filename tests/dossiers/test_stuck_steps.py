"""What another system refuses for good is told to people at once; nobody waits in silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from motcua.dossiers import jobs, system_steps
from motcua.dossiers.actions import applicant, handling
from motcua.dossiers.errors import NotYours, Refused, StepGone
from motcua.dossiers.queries import desk
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Notice
from motcua.people.models import Account
from motcua.processes import turning
from motcua.processes.models import WorkItem
from motcua.sharing import population
from motcua.sharing.errors import ServiceRefused, ServiceUnavailable

from ..world import NOW, settle
from . import people as p

pytestmark = [pytest.mark.usefixtures("world"), pytest.mark.django_db]
STEP = "population.assign_id"


@pytest.fixture(autouse=True)
def _nobody_has_told_the_population_database_before(neighbours):
    neighbours.renew()


def answers_with(monkeypatch, failure: Exception | None) -> list[int]:
    """The population database fails so when it is asked for a number; how often it was asked."""
    asked: list[int] = []

    def assign(**_: object) -> str:
        asked.append(1)
        if failure is not None:
            raise failure
        return "020326000001"

    monkeypatch.setattr(population, "assign_id", assign)
    return asked


REFUSES = ServiceRefused("population.newborn", "HTTP 409")
IS_AWAY = ServiceUnavailable("population.newborn", "HTTP 503")


def confirmed():
    """A birth whose draft the parents have confirmed."""
    viewer, dossier = p.filed("1.001193")
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    return dossier


def at_the_number():
    """The same, registered, when the system has asked for the child's number."""
    dossier = confirmed()
    settle()
    return dossier


def open_item(dossier) -> WorkItem:
    return WorkItem.objects.get(subject=dossier.pk, state=WorkItem.State.OPEN)


def told() -> dict[str, str]:
    """The officers' notices of it, by name: the link."""
    rows = Notice.objects.filter(key__startswith="stuck:").select_related("person")
    return {row.person.full_name: row.link for row in rows}


def test_a_refusal_for_good_is_in_the_handlers_inbox_at_once_and_tried_no_more(monkeypatch):
    asked = answers_with(monkeypatch, REFUSES)
    dossier = at_the_number()
    assert len(asked) == 1
    item = open_item(dossier)
    handler = p.officer("handler")
    assert (item.kind, item.role, item.assignee_id) == (
        turning.KIND,
        "handler",
        handler.account_id,
    )
    (row,) = [row for row in desk.inbox(handler, NOW).rows if row.number == dossier.number]
    assert row.mine
    assert row.due_at is not None
    assert row.due_at <= NOW or row.hours_left is not None
    jobs.run_system_step(dossier.pk, item.pk)
    assert len(asked) == 1, "the job that comes again asks nobody"


def test_the_handler_and_the_administrators_are_told_and_the_applicant_is_calmed(
    monkeypatch, capfd
):
    answers_with(monkeypatch, REFUSES)
    dossier = at_the_number()
    names = told()
    assert names[p.officer("handler").name] == f"/mot-cua/ho-so/{dossier.number}/"
    assert names[p.officer("H37/administrator").name] == ""
    assert len(names) == 2
    entry = dossier.timeline.get(kind="step_stuck")
    assert "bạn không phải làm gì" in entry.text
    assert entry.note == "population.newborn: HTTP 409"
    assert LedgerEntry.objects.filter(kind="dossier.step_stuck").count() == 1
    said = capfd.readouterr()
    assert "step_stuck" in said.out + said.err, "the operator's log says it"


def test_the_page_says_so_and_lets_the_officer_send_it_again(monkeypatch):
    answers_with(monkeypatch, REFUSES)
    dossier = at_the_number()
    handler = p.officer("handler")
    client = Client()
    client.force_login(Account.objects.get(pk=handler.account_id))
    page = client.get(reverse("desk:dossier", args=[dossier.number])).content.decode()
    assert "Hệ thống khác từ chối hoặc không trả lời" in page
    assert "HTTP 409" in page
    asked = answers_with(monkeypatch, None)
    item = open_item(dossier)
    sent = {
        "number": dossier.number,
        "seen": p.seen(dossier),
        "outcome": "again",
        "note": "Đã sửa trùng số.",
    }
    answer = client.post(reverse("desk:complete", args=[item.pk]), sent)
    assert answer.status_code == 302
    settle()
    assert asked == [1]
    assert p.fresh(dossier).facts["personal_id"] == "020326000001"
    assert open_item(dossier).kind == "approve"
    assert dossier.timeline.filter(kind="step_again").get().note == "Đã sửa trùng số."


def test_who_does_not_handle_the_dossier_sends_nothing_again(monkeypatch):
    answers_with(monkeypatch, REFUSES)
    dossier = at_the_number()
    item = open_item(dossier)
    with pytest.raises(NotYours):
        handling.complete_step(
            p.officer("receptionist"), item.pk, p.seen(dossier), "again", "", {}, NOW
        )
    handler = p.officer("handler")
    handling.complete_step(handler, item.pk, p.seen(dossier), "again", "", {}, NOW)
    with pytest.raises((StepGone, Refused)):
        handling.complete_step(handler, item.pk, p.seen(dossier), "again", "", {}, NOW)


def test_a_system_that_is_away_is_asked_again_for_an_hour_before_anybody_is_troubled(monkeypatch):
    asked = answers_with(monkeypatch, IS_AWAY)
    dossier = confirmed()
    with pytest.raises(ServiceUnavailable):
        settle()
    item = open_item(dossier)
    assert item.role == "system"
    with clock.frozen(NOW + timedelta(minutes=59)), pytest.raises(ServiceUnavailable):
        jobs.run_system_step(dossier.pk, item.pk)
    assert told() == {}
    with clock.frozen(NOW + timedelta(hours=1)) as later:
        jobs.run_system_step(dossier.pk, item.pk)
        assert open_item(dossier).kind == turning.KIND
        assert len(told()) == 2
        handling.complete_step(
            p.officer("handler"), item.pk, p.seen(dossier), "again", "", {}, later
        )
        asked.clear()
        with pytest.raises(ServiceUnavailable):
            jobs.run_system_step(dossier.pk, item.pk)
        assert asked, "the hour begins anew"


def test_a_step_that_this_house_does_not_know_is_told_too(monkeypatch):
    monkeypatch.delitem(system_steps._STEPS, STEP)
    dossier = at_the_number()
    assert open_item(dossier).kind == turning.KIND
    assert dossier.timeline.get(kind="step_stuck").note == f"system_step: {STEP}"
