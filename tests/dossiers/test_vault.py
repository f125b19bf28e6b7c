"""The document vault: what comes into it, is given again from it, and is shown by a link."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from motcua.documents import actions as documents
from motcua.documents.models import Document, KeptPaper, Share
from motcua.documents.vault import actions, reading
from motcua.documents.vault.validity import Standing
from motcua.dossiers.actions import applicant, drafting
from motcua.dossiers.models import Attachment
from motcua.dossiers.queries import reuse
from motcua.foundation import clock, sight
from motcua.foundation.models import LedgerEntry
from motcua.people.models import Access

from ..world import NOW, at_once, settle
from . import answers as a
from . import people as p

CODE = "1.004873"
pytestmark = pytest.mark.usefixtures("world")


def with_paper():
    """A filed dossier that carries one paper of its own, and who filed it."""
    viewer = p.citizen("doc-than")
    draft = p.drafted(viewer, CODE, a.marital_status())
    drafting.attach(viewer, draft.pk, "giay_cu", "giay.pdf", a.pdf(), NOW)
    return viewer, drafting.submit(viewer, draft.pk, NOW)


def finished():
    """The same, through to its signed result."""
    viewer, dossier = with_paper()
    p.accepted(dossier)
    p.finish(dossier, "appraise", "propose")
    settle()
    applicant.confirm_draft(viewer, dossier.number, True, "", NOW)
    p.signed(dossier)
    settle()
    return viewer, dossier


@pytest.mark.django_db
def test_a_paper_is_kept_once_the_agency_took_it_in_and_not_before():
    viewer, dossier = with_paper()
    settle()
    assert reading.items(viewer) == []
    p.accepted(dossier)
    settle()
    (kept,) = reading.items(viewer)
    assert (kept.number, kept.standing, kept.usable) == (dossier.number, Standing.KEPT, True)
    assert reading.items(p.citizen("me")) == [], "nobody else's"
    with pytest.raises(reading.NotInVault):
        reading.item(p.citizen("me"), kept.key)


@pytest.mark.django_db
def test_a_result_comes_with_its_issuer_and_the_last_day_it_holds():
    viewer, dossier = finished()
    result = next(one for one in reading.items(viewer) if one.is_result)
    assert result.issuer == dossier.agency.name
    # NĐ 123/2015/NĐ-CP Đ23: six months
    assert result.until is not None
    assert (result.until.year * 12 + result.until.month) - (
        result.on.year * 12 + result.on.month
    ) == 6
    assert result.standing == Standing.CURRENT
    documents.revoke(p.draft_of(dossier).pk, "thử", "account:1", NOW)
    assert reading.item(viewer, result.key).standing == Standing.REVOKED


@pytest.mark.django_db
def test_a_kept_paper_answers_the_next_procedure_and_is_counted_as_used_again():
    viewer, dossier = finished()
    since, until = NOW - timedelta(days=1), NOW + timedelta(days=1)
    before = reuse.share([dossier.agency_id], since, until)
    assert (before.given, before.reused) == (1, 0)
    paper = next(one for one in reading.items(viewer) if not one.is_result)
    draft = p.drafted(viewer, CODE, a.marital_status())
    first = drafting.attach_kept(viewer, draft.pk, "giay_cu", paper.key, NOW)
    assert drafting.attach_kept(viewer, draft.pk, "giay_cu", paper.key, NOW) == first
    again = drafting.submit(viewer, draft.pk, NOW)
    given = Attachment.objects.get(dossier=again)
    assert (given.file_id, given.reused_from) == (paper.file.pk, dossier.number)
    after = reuse.share([dossier.agency_id], since, until)
    assert (after.given, after.reused, after.percent) == (2, 1, 50.0)
    assert [number for number, *_ in reuse.of_file(viewer, paper.file.pk)] == [again.number]
    p.accepted(again)
    settle()
    assert KeptPaper.objects.count() == 1, "what came from the vault is there already"


@pytest.mark.django_db
def test_a_paper_that_no_longer_holds_is_not_given_again():
    viewer, dossier = finished()
    result = next(one for one in reading.items(viewer) if one.is_result)
    documents.revoke(p.draft_of(dossier).pk, "thử", "account:1", NOW)
    draft = p.drafted(viewer, CODE, a.marital_status())
    with pytest.raises(drafting.NoLongerHolds):
        drafting.attach_kept(viewer, draft.pk, "giay_cu", result.key, NOW)
    Document.objects.filter(owner_id=viewer.person_id).update(state="current", valid_months=0)
    with clock.frozen(NOW + timedelta(days=2)):
        draft = p.drafted(viewer, CODE, a.marital_status())
        with pytest.raises(drafting.NoLongerHolds):
            drafting.attach_kept(viewer, draft.pk, "giay_cu", result.key, NOW)
    assert not draft.attachments.exists()


@pytest.mark.django_db
def test_somebody_elses_paper_is_as_unknown_as_a_made_up_one():
    viewer, _dossier = finished()
    other = p.citizen("me")
    draft = p.drafted(other, CODE, a.marital_status())
    for key in [one.key for one in reading.items(viewer)] + ["kq-0", "gt-x", "", "kq-" + "9" * 40]:
        with pytest.raises(reading.NotInVault):
            drafting.attach_kept(other, draft.pk, "giay_cu", key, NOW)


@pytest.mark.django_db
def test_a_link_shows_one_paper_until_it_ends_and_its_owner_sees_who_opened_it():
    viewer, _dossier = finished()
    result = next(one for one in reading.items(viewer) if one.is_result)
    link, secret = actions.share(viewer, result.key, 24, "Ngân hàng", clock.now())
    assert secret.encode() not in bytes(link.secret_sha256)
    stranger = Client()
    page = stranger.get(f"/chia-se/{secret}/")
    assert result.title in page.content.decode()
    assert viewer.name not in page.content.decode()
    assert not Access.objects.filter(role="link").exists(), "the page alone is no look"
    answer = stranger.post(f"/chia-se/{secret}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    look = Access.objects.get(role="link")
    assert (look.subject_id, look.viewer_id) == (viewer.person_id, None)
    (seen,) = reading.shares(viewer, result.key)
    assert (seen.opened, seen.whom) == (1, "Ngân hàng")
    assert LedgerEntry.objects.filter(kind="vault.opened").count() == 1
    with clock.frozen(link.expires_at):
        assert stranger.get(f"/chia-se/{secret}/").status_code == 404
        assert stranger.post(f"/chia-se/{secret}/").status_code == 404
    assert stranger.get("/chia-se/khong-phai/").status_code == 404


@pytest.mark.django_db
def test_a_link_that_is_taken_back_opens_nothing_any_more():
    viewer, _dossier = finished()
    result = next(one for one in reading.items(viewer) if one.is_result)
    link, secret = actions.share(viewer, result.key, 1, "", clock.now())
    with pytest.raises(reading.NotInVault):
        actions.take_back(p.citizen("me"), link.pk, clock.now())
    assert actions.take_back(viewer, link.pk, clock.now()) == result.key
    assert actions.take_back(viewer, link.pk, clock.now()) == result.key
    assert Client().post(f"/chia-se/{secret}/").status_code == 404
    assert reading.shares(viewer, result.key) == []


@pytest.mark.django_db
def test_a_link_has_a_time_that_is_offered_and_there_are_not_too_many():
    viewer, _dossier = finished()
    result = next(one for one in reading.items(viewer) if one.is_result)
    with pytest.raises(actions.CannotShare):
        actions.share(viewer, result.key, 10_000, "", clock.now())
    for _ in range(actions.MOST_LINKS):
        actions.share(viewer, result.key, 1, "", clock.now())
    with pytest.raises(actions.CannotShare):
        actions.share(viewer, result.key, 1, "", clock.now())


@pytest.mark.django_db
def test_a_paper_is_taken_out_with_its_links_and_the_dossier_keeps_its_own():
    viewer, dossier = finished()
    paper = next(one for one in reading.items(viewer) if not one.is_result)
    _link, secret = actions.share(viewer, paper.key, 24, "", clock.now())
    result = next(one for one in reading.items(viewer) if one.is_result)
    with pytest.raises(reading.NotInVault):
        actions.remove(viewer, result.key, clock.now())
    actions.remove(viewer, paper.key, clock.now())
    assert [one.key for one in reading.items(viewer)] == [result.key]
    assert Client().get(f"/chia-se/{secret}/").status_code == 404
    assert dossier.attachments.filter(file_id=paper.file.pk).exists()


@pytest.mark.django_db
def test_links_that_ended_long_ago_are_forgotten():
    viewer, _dossier = finished()
    result = next(one for one in reading.items(viewer) if one.is_result)
    link, _secret = actions.share(viewer, result.key, 1, "", clock.now())
    assert actions.forget_ended(link.expires_at + actions.ENDED_KEPT) == 0
    long_after = link.expires_at + actions.ENDED_KEPT + timedelta(seconds=1)
    assert actions.forget_ended(long_after) == 1


@pytest.mark.django_db
def test_the_database_shows_a_vault_to_its_holder_alone():
    viewer, _dossier = finished()
    result = next(one for one in reading.items(viewer) if one.is_result)
    actions.share(viewer, result.key, 24, "", clock.now())
    assert viewer.person_id is not None
    for who, papers, links in (
        (sight.of(persons=[viewer.person_id]), 1, 1),
        (sight.of(persons=[p.citizen("me").person_id or 0]), 0, 0),
        (sight.of(realms=["H37"]), 0, 0),
        (sight.NOTHING, 0, 0),
    ):
        assert seen_by(who) == (papers, links)


def seen_by(who: sight.Sight) -> tuple[int, int]:
    with sight.seeing(who), transaction.atomic():
        return KeptPaper.objects.count(), Share.objects.count()


def test_a_paper_is_kept_once_when_two_events_come_together(committed):
    viewer, dossier = with_paper()
    p.accepted(dossier)
    attachment = Attachment.objects.get(dossier=dossier)
    holder = reading.Holder(person_id=viewer.person_id)
    papers = [actions.Paper("Giấy cũ", attachment.file_id)]

    def put() -> int:
        with transaction.atomic():
            return actions.deposit(holder, papers, dossier.number, dossier.agency_id, NOW)

    at_once(put, put, put)
    assert KeptPaper.objects.filter(owner_id=viewer.person_id).count() == 1
