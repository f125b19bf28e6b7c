"""What has been kept long enough goes, with an entry; what a decision holds stays."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import timedelta

import pytest

from motcua.doors.cli.commands import retention as command
from motcua.doors.cli.main import main
from motcua.dossiers.actions import drafting
from motcua.dossiers.models import Attachment, Dossier, Draft, TimelineEntry
from motcua.foundation import clock
from motcua.foundation.disposal import ANONYMOUS, DISPOSED
from motcua.foundation.models import LedgerEntry
from motcua.notices import actions as notices
from motcua.notices.models import Notice
from motcua.people.models import Appointment, Role
from motcua.privacy import archiving, holds, jobs
from motcua.privacy.actions import disposing, holding
from motcua.privacy.actions.holding import NewHold
from motcua.privacy.errors import Incomplete
from motcua.privacy.holds import NoSuchHold
from motcua.privacy.models import ForArchive, LegalHold

from ..dossiers import people as p
from ..world import NOW, at_once

pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db
YEAR = timedelta(days=366)


def in_charge():
    """An officer of the home commune who answers for personal data."""
    viewer = p.officer("handler")
    Appointment.objects.filter(account_id=viewer.account_id).update(role=Role.DATA_OFFICER)
    return p.officer("handler")


def entries(kind):
    return [json.loads(one.body) for one in LedgerEntry.objects.filter(kind=kind)]


def due(kind, now):
    (found,) = [one for one in disposing.preview(now) if one.rule.kind == kind]
    return found


def notice(key="k1", at=NOW):
    return notices.send(key, p.person("doc-than").pk, "Tiêu đề", "Nội dung", now=at)


def ended(code="1.001612", at=NOW):
    _, dossier = p.filed(code)
    Dossier.objects.filter(pk=dossier.pk).update(finished_at=at)
    return dossier


@rolled_back
def test_an_old_notice_goes_with_an_entry_and_a_young_one_stays():
    old, young = notice("old"), notice("young", NOW + YEAR)
    now = NOW + 2 * YEAR
    assert due("notice", now).due == 1
    assert Notice.objects.filter(pk__in=[old.pk, young.pk]).count() == 2, "looking changes nothing"
    assert disposing.run(now)["notice"] == 1
    assert list(Notice.objects.filter(pk__in=[old.pk, young.pk])) == [young]
    (entry,) = entries("privacy.disposed")
    assert entry["data"]["records"] == [old.pk]
    assert entry["data"]["end"] == "delete"
    assert "notice" not in disposing.run(now), "a repetition does nothing"


@rolled_back
def test_a_draft_goes_with_its_papers_when_its_day_is_long_past():
    key, answers = p.a.FIVE["1.001193"]
    viewer = p.citizen(key)
    draft = p.drafted(viewer, "1.001193", answers())
    component = p.needed("1.001193", answers())[0]
    paper = drafting.attach(viewer, draft.pk, component, "giay.pdf", p.a.pdf(), NOW)
    assert Attachment.objects.filter(pk=paper.pk).exists()
    assert "draft" not in disposing.run(draft.expires_at + timedelta(days=29))
    assert disposing.run(draft.expires_at + timedelta(days=31))["draft"] == 1
    assert not Draft.objects.filter(pk=draft.pk).exists()
    assert not Attachment.objects.filter(pk=paper.pk).exists()


@rolled_back
def test_a_dossier_is_announced_and_anonymised_a_month_later():
    dossier = ended()
    name = dossier.applicant_name
    now = NOW + 10 * YEAR
    assert due("dossier", now).waiting == 1
    assert "dossier" not in disposing.run(now), "nobody was told yet"
    told = Notice.objects.get(key=f"retention:dossier:{dossier.pk}")
    assert told.person_id == dossier.applicant_id
    assert dossier.number in told.body
    assert disposing.run(now + timedelta(days=31))["dossier"] == 1
    after = Dossier.objects.select_related("applicant").get(pk=dossier.pk)
    assert after.number == dossier.number
    assert after.applicant.full_name == after.applicant_name == ANONYMOUS
    assert json.loads(after.answers) == {}
    assert not after.attachments.exists()
    words = {one.text for one in TimelineEntry.objects.filter(dossier=dossier)}
    assert words == {DISPOSED}
    actors = TimelineEntry.objects.filter(dossier=dossier).values_list("actor_name", flat=True)
    assert name not in set(actors)
    assert due("dossier", now + YEAR).over == 0


@rolled_back
def test_a_dossier_of_civil_status_waits_for_the_archive_and_stays():
    dossier = ended("1.004873")
    now = NOW + 10 * YEAR
    assert disposing.run(now)["dossier_registered"] == 1
    assert "dossier_registered" not in disposing.run(now)
    assert [one.reference for one in archiving.waiting()] == [dossier.number]
    with pytest.raises(Incomplete):
        archiving.hand_over([dossier.number], " ", now)
    with pytest.raises(Incomplete):
        archiving.hand_over(["H37.105-000000-0000"], "BB 1/2036", now)
    assert archiving.hand_over([dossier.number], "BB 1/2036", now) == 1
    assert not archiving.waiting().exists()
    assert ForArchive.objects.get().receipt == "BB 1/2036"
    assert Dossier.objects.get(pk=dossier.pk).applicant_id == dossier.applicant_id


@rolled_back
@pytest.mark.parametrize("by", ["person", "kind", "dossier"])
def test_what_a_decision_holds_stays_until_it_is_lifted(by):
    officer = in_charge()
    kept = notice() if by != "dossier" else ended("1.004873")
    kind = "notice" if by != "dossier" else "dossier_registered"
    now = NOW + 10 * YEAR
    named = {
        "person": {"person_id": p.person("doc-than").pk},
        "kind": {"kind": "notice"},
        "dossier": {"dossier_number": getattr(kept, "number", "")},
    }[by]
    hold = holding.set_hold(officer, NewHold("QĐ 12/QĐ-TA", "Vụ án đang xét xử", **named), NOW)
    assert due(kind, now).held == 1
    assert kind not in disposing.run(now)
    (entry,) = entries("privacy.hold_set")
    assert entry["data"]["decision"] == "QĐ 12/QĐ-TA"
    assert "xét xử" not in json.dumps(entry, ensure_ascii=False)
    holding.lift_hold(officer, hold.pk, "QĐ 40/QĐ-TA", now)
    assert disposing.run(now)[kind] == 1
    assert entries("privacy.hold_lifted")[0]["data"]["decision"] == "QĐ 40/QĐ-TA"


@rolled_back
def test_a_hold_with_a_day_ends_by_itself():
    until = NOW + 3 * YEAR
    person = p.person("doc-than").pk
    new = NewHold("QĐ 12/QĐ-TA", "Thanh tra", person_id=person, until=until)
    holding.set_hold(in_charge(), new, NOW)
    assert holds.holds_person(person, until - timedelta(seconds=1))
    assert not holds.holds_person(person, until)


@rolled_back
def test_only_who_is_in_charge_sets_a_hold_and_only_with_a_decision():
    good = NewHold("QĐ 12/QĐ-TA", "Vụ án", kind="notice")
    for viewer in (p.officer("receptionist"), p.citizen("doc-than")):
        with pytest.raises(NoSuchHold):
            holding.set_hold(viewer, good, NOW)
        with pytest.raises(NoSuchHold):
            holding.lift_hold(viewer, 1, "QĐ", NOW)
    officer = in_charge()
    for bad in (
        NewHold("", "Vụ án", kind="notice"),
        NewHold("QĐ", "", kind="notice"),
        NewHold("QĐ", "Vụ án"),
        NewHold("QĐ", "Vụ án", kind="nothing"),
        NewHold("QĐ", "Vụ án", kind="notice", dossier_number="x"),
        NewHold("QĐ", "Vụ án", kind="notice", until=NOW),
    ):
        with pytest.raises(Incomplete):
            holding.set_hold(officer, bad, NOW)
    hold = holding.set_hold(officer, good, NOW)
    with pytest.raises(Incomplete):
        holding.lift_hold(officer, hold.pk, " ", NOW)


def test_a_hold_and_the_night_never_pass_each_other(committed):
    """Whichever comes first, what the hold names is either gone before it or kept by it."""
    officer = in_charge()
    kept = notice()
    now = NOW + 10 * YEAR
    new = NewHold("QĐ 12/QĐ-TA", "Vụ án", person_id=kept.person_id)
    at_once(lambda: holding.set_hold(officer, new, NOW), lambda: disposing.run(now))
    gone = not Notice.objects.filter(pk=kept.pk).exists()
    order = list(
        LedgerEntry.objects.filter(kind__in=["privacy.hold_set", "privacy.disposed"])
        .order_by("pk")
        .values_list("kind", flat=True)
    )
    assert order[0] == ("privacy.disposed" if gone else "privacy.hold_set")
    assert LegalHold.objects.count() == 1
    assert "notice" not in disposing.run(now)


@rolled_back
def test_the_job_works_at_night_only():
    kept = notice()
    day = NOW + 3 * YEAR
    with clock.frozen(day):
        assert jobs.dispose_at_night() == {}
    assert Notice.objects.filter(pk=kept.pk).exists()
    with clock.frozen(clock.local(day).replace(hour=2)):
        assert jobs.dispose_at_night()["notice"] == 1


@rolled_back
def test_the_command_shows_does_and_hands_over(monkeypatch, capsys):
    monkeypatch.setattr(command, "database", nullcontext)
    notice()
    dossier = ended("1.004873")
    with clock.frozen(NOW + 10 * YEAR):
        assert main(["retention", "preview", "--json"]) == 0
        told = {one["kind"]: one for one in json.loads(capsys.readouterr().out)}
        assert told["notice"]["due"] == 1
        assert Notice.objects.filter(key="k1").exists()
        assert main(["retention", "preview"]) == 0
        assert "Luật" in capsys.readouterr().out
        assert main(["retention", "run"]) == 0
        assert not Notice.objects.filter(key="k1").exists()
        capsys.readouterr()
        assert main(["retention", "archive"]) == 0
        assert dossier.number in capsys.readouterr().out
        assert main(["retention", "archive", "--handed", dossier.number]) == 2
        assert main(["retention", "archive", "--handed", dossier.number, "--receipt", "BB 1"]) == 0
