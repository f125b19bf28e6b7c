"""Many at once: each for itself, in the state the officer saw it, with its own line."""

from __future__ import annotations

import pytest
from django.test import Client

from motcua.documents.models import Document
from motcua.dossiers import errors
from motcua.dossiers.actions import applicant, bulk
from motcua.dossiers.actions.bulk import Line, Picked
from motcua.dossiers.models import Status
from motcua.dossiers.queries import signing
from motcua.people.models import Account

from ..second_factor import fresh
from ..world import NOW, at_once, settle
from . import people as p

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


def waiting(count=2):
    """Dossiers before intake, and how the inbox shows their steps."""
    found = [p.filed("1.004873")[1] for _ in range(count)]
    return found, [picked(one, "intake") for one in found]


def picked(dossier, kind, sha256=""):
    return Picked(p.step(dossier, kind).pk, p.seen(dossier), sha256)


def client_of(viewer):
    client = Client()
    client.force_login(Account.objects.get(pk=viewer.account_id))
    session = client.session
    session["eid"] = {"assurance": 2}
    session.save()
    return client


@rolled_back
def test_all_are_taken_in_and_each_says_so():
    dossiers, picks = waiting()
    lines = bulk.accept(p.officer("receptionist"), picks, NOW)
    assert lines == [Line(one.number, True) for one in dossiers]
    assert [p.status(one) for one in dossiers] == [Status.ACCEPTED] * 2


@rolled_back
def test_what_changed_meanwhile_is_left_alone_and_the_rest_is_done():
    dossiers, picks = waiting(3)
    p.ask(dossiers[1])
    lines = bulk.accept(p.officer("receptionist"), picks, NOW)
    assert [line.done for line in lines] == [True, False, True]
    assert "đã thay đổi" in lines[1].why
    assert p.status(dossiers[1]) == Status.SUPPLEMENT


@rolled_back
def test_one_that_breaks_stops_no_other(monkeypatch):
    dossiers, picks = waiting()
    real = bulk.intake.accept

    def breaks(viewer, dossier_id, *rest):
        if dossier_id == dossiers[0].pk:
            raise RuntimeError("broken")
        return real(viewer, dossier_id, *rest)

    monkeypatch.setattr(bulk.intake, "accept", breaks)
    lines = bulk.accept(p.officer("receptionist"), picks, NOW)
    assert [line.done for line in lines] == [False, True]
    assert p.status(dossiers[0]) == Status.REGISTERED


@rolled_back
def test_what_is_not_theirs_has_no_number():
    _, picks = waiting(1)
    (line,) = bulk.accept(p.citizen("me"), picks, NOW)
    assert (line.number, line.done) == ("", False)
    (line,) = bulk.accept(p.officer("handler"), picks, NOW)
    assert not line.done
    with pytest.raises(errors.Refused, match="nhiều nhất"):
        bulk.take(p.officer("handler"), [Picked(n, 1) for n in range(101)], NOW)


@rolled_back
def test_steps_are_taken_given_and_asked_about_together():
    dossiers, picks = waiting()
    bulk.accept(p.officer("receptionist"), picks, NOW)
    handler, other = p.officer("handler"), p.officer("handler-2")
    appraise = [picked(one, "appraise") for one in dossiers]
    assert all(line.done for line in bulk.take(handler, appraise, NOW))
    appraise = [picked(one, "appraise") for one in dossiers]
    assert all(line.done for line in bulk.assign(handler, appraise, other.account_id, NOW))
    assert {p.step(one, "appraise").assignee_id for one in dossiers} == {other.account_id}
    appraise = [picked(one, "appraise") for one in dossiers]
    lines = bulk.ask_supplement(other, appraise, [{"text": "Giấy cũ"}], "Còn thiếu.", NOW)
    assert all(line.done for line in lines)
    assert [p.fresh(one).supplements for one in dossiers] == [1, 1]


def before_the_signer(count=2):
    found = []
    for _ in range(count):
        viewer, dossier = p.filed("1.004873", result_way="counter")
        p.accepted(dossier)
        p.finish(dossier, "appraise", "propose")
        settle()
        applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
        settle()
        found.append(dossier)
    return found


@rolled_back
def test_many_are_signed_with_one_second_factor_and_then_handed_over_together():
    dossiers = before_the_signer()
    viewer = p.officer("approver")
    client = client_of(viewer)
    assert client.get("/mot-cua/ky-nhieu/").status_code == 302, "first the second factor"
    fresh(client)
    page = client.get("/mot-cua/ky-nhieu/").content.decode()
    rows = {row.number: row for row in signing.ready(viewer)}
    assert all(one.number in page for one in dossiers)
    answer = client.post(
        "/mot-cua/ky-nhieu/", {"viec": [rows[one.number].pick for one in dossiers]}
    )
    assert "Đã làm: 2" in answer.content.decode()
    settle()
    assert [p.status(one) for one in dossiers] == [Status.DONE] * 2
    for one in dossiers:
        p.assert_valid(one)
    back = [picked(one, "return") for one in dossiers]
    lines = bulk.hand_over(p.officer("receptionist"), back, "Người nộp", NOW)
    assert all(line.done for line in lines)
    assert [p.status(one) for one in dossiers] == [Status.RETURNED] * 2


@rolled_back
def test_a_draft_other_than_the_one_shown_is_not_signed():
    (dossier,) = before_the_signer(1)
    wrong = picked(dossier, "approve", "00" * 32)
    (line,) = bulk.sign(p.officer("approver"), [wrong], NOW)
    assert not line.done
    assert "approved_at" not in p.fresh(dossier).facts
    Document.objects.filter(pk=p.draft_of(dossier).pk).update(preview_sha256=None)
    assert signing.ready(p.officer("approver")) == []


@rolled_back
def test_the_inbox_offers_it_without_scripts():
    dossiers, picks = waiting()
    client = client_of(p.officer("receptionist"))
    page = client.get("/mot-cua/").content.decode()
    for one in picks:
        assert f'value="{one.item_id}:{one.seen}"' in page
    sent = {"viec": [f"{one.item_id}:{one.seen}" for one in picks], "do": "ask"}
    between = client.post("/mot-cua/nhieu-viec/", sent).content.decode()
    assert "Gửi tất cả yêu cầu" in between
    assert p.status(dossiers[0]) == Status.REGISTERED
    sent |= {"sure": "1", "items": "Giấy cũ", "reason": "Còn thiếu."}
    assert "Đã làm: 2" in client.post("/mot-cua/nhieu-viec/", sent).content.decode()
    for nonsense in ("", "x:y", "1", "9" * 40 + ":1"):
        answer = client.post("/mot-cua/nhieu-viec/", {"viec": nonsense, "do": "accept"})
        assert "Chưa chọn" in answer.content.decode()


def test_two_officers_with_the_same_list_do_each_once(committed):
    dossiers, picks = waiting(3)
    first, second = p.officer("receptionist"), p.officer("receptionist-2")
    found = at_once(
        lambda: bulk.accept(first, picks, NOW),
        lambda: bulk.accept(second, list(reversed(picks)), NOW),
    )
    done = [line.number for lines in found for line in lines if line.done]
    assert sorted(done) == sorted(one.number for one in dossiers)
    assert all(one.timeline.filter(kind="accepted").count() == 1 for one in dossiers)
