"""Acting for another: seen, done and told exactly while and as far as the mandate holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from motcua.dossiers import family
from motcua.dossiers.actions import applicant, drafting
from motcua.dossiers.errors import NotFound, OutsideMandate
from motcua.dossiers.models import Dossier
from motcua.dossiers.queries import citizen as reading
from motcua.foundation import clock
from motcua.foundation.models import LedgerEntry
from motcua.notices.models import Notice
from motcua.people import actions as accounts
from motcua.people import queries
from motcua.people.actions import mandates
from motcua.people.errors import CannotGrant, NobodyByThatName, NoSuchMandate
from motcua.people.models import Account, Mandate
from motcua.people.representation import ALL_DEEDS, Deed
from motcua.people.viewers import SignedInViewer

from ..people.conftest import claims
from ..world import NOW, at_once, settle
from . import answers as a
from . import people as p

CODE = "1.004873"
OWNER, OTHER = "doc-than", "xay-nha"
pytestmark = pytest.mark.usefixtures("world")
rolled_back = pytest.mark.django_db


def terms(days: int = 30, **changes) -> mandates.Terms:
    said = {"procedures": [CODE], "deeds": sorted(ALL_DEEDS), "paper": "12/UQ", **changes}
    return mandates.Terms(starts=NOW, ends=NOW + timedelta(days=days), **said)


def given(**changes) -> Mandate:
    return mandates.authorise(p.citizen(OWNER), p.person(OTHER), terms(**changes), NOW)


def acting(mandate: Mandate, at=NOW, key: str = OTHER) -> SignedInViewer:
    account = accounts.expect_account(p.person(key))
    return queries.viewer_of(account, 2, at, mandate.pk)


def filed_for(mandate: Mandate) -> tuple[SignedInViewer, Dossier]:
    viewer = acting(mandate)
    draft = p.drafted(viewer, CODE, a.marital_status(OWNER))
    return viewer, drafting.submit(viewer, draft.pk, NOW)


@rolled_back
def test_a_dossier_filed_for_another_keeps_the_three_apart():
    mandate = given()
    _, dossier = filed_for(mandate)
    kept = p.fresh(dossier)
    assert kept.applicant == p.person(OWNER)
    assert kept.representative == p.person(OTHER)
    assert kept.beneficiary == p.person(OWNER)
    assert kept.mandate == mandate
    line = kept.timeline.get(kind="submitted")
    assert "làm thay Lý Thu Trang" in line.actor_name
    assert LedgerEntry.objects.filter(kind="dossier.submitted", body__contains="mandate").exists()


@rolled_back
def test_the_representative_sees_it_and_the_day_after_does_not(monkeypatch):
    mandate = given(days=1)
    viewer, dossier = filed_for(mandate)
    assert [line.number for line in reading.my_dossiers(viewer)] == [dossier.number]
    assert reading.my_dossiers(p.citizen(OTHER)) == []
    assert [line.number for line in reading.my_dossiers(p.citizen(OWNER))] == [dossier.number]
    later = NOW + timedelta(days=1)
    assert acting(mandate, later).acting is None
    monkeypatch.setattr(clock, "now", lambda: later)
    with pytest.raises(NotFound):  # the viewer of a page that was opened before
        reading.dossier(viewer, dossier.number, later)


@rolled_back
def test_revoking_ends_it_this_very_moment():
    mandate = given()
    viewer, dossier = filed_for(mandate)
    mandates.revoke(p.citizen(OWNER), mandate.pk, NOW)
    assert acting(mandate).acting is None
    assert reading.my_dossiers(viewer) == []
    with pytest.raises(NotFound):
        applicant.withdraw(viewer, dossier.number, "", NOW)
    assert LedgerEntry.objects.filter(kind="people.mandate_ended").count() == 1


@rolled_back
def test_what_the_mandate_does_not_name_is_refused():
    mandate = given(deeds=[Deed.FILE])
    viewer, dossier = filed_for(mandate)
    with pytest.raises(OutsideMandate):
        applicant.withdraw(viewer, dossier.number, "", NOW)
    other = acting(given_other_procedure(), key="chu-quan")
    with pytest.raises(OutsideMandate):
        drafting.start_draft(other, p.version_id(CODE), p.agency_id(), NOW)
    assert reading.my_dossiers(other) == []


def given_other_procedure() -> Mandate:
    return mandates.authorise(
        p.citizen(OWNER), p.person("chu-quan"), terms(procedures=["1.001612"]), NOW
    )  # fmt: skip


@rolled_back
def test_a_mandate_is_of_no_use_to_anybody_else():
    mandate = given()
    assert acting(mandate, key="chu-quan").acting is None
    for stranger in ("chu-quan", "cao-tuoi"):
        with pytest.raises(NoSuchMandate):
            mandates.revoke(p.citizen(stranger), mandate.pk, NOW)


@rolled_back
def test_who_was_authorised_does_not_authorise_on():
    with pytest.raises(CannotGrant):
        mandates.authorise(acting(given()), p.person("chu-quan"), terms(), NOW)


@rolled_back
def test_a_name_that_does_not_fit_the_number_gives_nothing():
    with pytest.raises(NobodyByThatName):
        mandates.named(p.person(OTHER).id_number, "Người Khác", NOW)


@rolled_back
def test_notices_go_to_the_applicant_and_to_the_representative_while_they_are_one():
    mandate = given()
    _, dossier = filed_for(mandate)
    settle()
    told = Notice.objects.filter(subject=dossier.pk)
    assert set(told.values_list("person_id", flat=True)) == {
        p.person(OWNER).pk,
        p.person(OTHER).pk,
    }
    mandates.revoke(p.citizen(OWNER), mandate.pk, NOW)
    before = told.filter(person=p.person(OTHER)).count()
    p.accepted(dossier)
    settle()
    assert told.filter(person=p.person(OTHER)).count() == before


@rolled_back
def test_parents_act_for_their_minor_children_as_the_register_knows_them():
    assert family.know_children(p.citizen("cha"), NOW) == 1
    assert family.know_children(p.citizen("cha"), NOW) == 1
    (mandate,) = queries.mandates_held(p.citizen("cha"), NOW)
    assert mandate.person is not None
    assert mandate.person.full_name == "Hoàng Minh Khôi"
    assert mandate.valid.upper.date().isoformat() == "2040-05-18"  # midnight in Vietnam
    with pytest.raises(NoSuchMandate):
        mandates.revoke(p.citizen("cha"), mandate.pk, NOW)


def director() -> Account:
    known = p.person("giam-doc")
    assert known.id_number is not None
    return accounts.account_from_claims(
        claims(
            known.id_number,
            known.full_name,
            sub="org-binh-minh",
            account_kind="organisation",
            tax_code="4999000013",
            organisation_name="Công ty Bình Minh",
        ),
        NOW,
    )


@rolled_back
def test_an_accountant_acts_for_the_company_until_the_director_says_otherwise():
    boss = queries.viewer_of(director(), 2, NOW)
    assert boss.acting is not None
    mandate = mandates.authorise(boss, p.person(OTHER), terms(), NOW)
    _, dossier = filed_for(mandate)
    assert dossier.organisation_id == boss.acting.organisation_id
    assert [line.number for line in reading.my_dossiers(boss)] == [dossier.number]
    assert reading.my_dossiers(p.citizen(OTHER)) == []
    accountant = acting(mandate)
    with pytest.raises(CannotGrant):
        mandates.authorise(accountant, p.person("chu-quan"), terms(), NOW)
    mandates.revoke(boss, mandate.pk, NOW)
    assert reading.my_dossiers(accountant) == []
    assert [line.number for line in reading.my_dossiers(boss)] == [dossier.number]


@pytest.mark.usefixtures("committed")
def test_of_a_filing_and_a_revocation_at_once_one_comes_first():
    mandate = given()
    viewer, owner = acting(mandate), p.citizen(OWNER)
    draft = p.drafted(viewer, CODE, a.marital_status(OWNER))
    filed, revoked = at_once(
        lambda: drafting.submit(viewer, draft.pk, NOW),
        lambda: mandates.revoke(owner, mandate.pk, NOW),
    )
    assert isinstance(revoked, Mandate)
    dossiers = Dossier.objects.filter(mandate=mandate)
    if isinstance(filed, Dossier):
        kinds = list(
            LedgerEntry.objects.filter(kind__in=["dossier.submitted", "people.mandate_ended"])
            .order_by("pk")
            .values_list("kind", flat=True)
        )
        assert kinds[-2:] == ["dossier.submitted", "people.mandate_ended"]
    else:
        assert isinstance(filed, NotFound | OutsideMandate)
        assert not dossiers.exists()
    with pytest.raises((NotFound, OutsideMandate)):
        drafting.submit(viewer, draft.pk, NOW)
